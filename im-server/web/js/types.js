/**
 * The shapes the server speaks, as JSDoc types. Nothing here runs.
 *
 * @typedef {'online'|'away'|'busy'|'dnd'|'hidden'|'offline'} PresenceState
 * @typedef {{state: PresenceState, reason: string|null}} Presence
 * @typedef {{id: string, realm: string, username: string, display_name: string, avatar_url: string|null}} User
 * @typedef {{name: string, title: string, kind: 'external'|'local', system: string,
 *   register_url: string|null, lost_password_url: string|null}} Realm
 * @typedef {{title: string, language: string|null, version: string, notice: string|null, realms: Realm[],
 *   realm_titles: Record<string, string>,
 *   registration: 'open'|'approval'|'at_once'|'closed', show_realms: boolean,
 *   limits: {message_max_chars: number, max_contacts: number, max_connected: number}}} Site
 * @typedef {{offline_messages: 'all'|'vips'|'none', language: string|null}} Preferences
 * @typedef {User & {presence: Presence, preferences: Preferences, unread_forum_messages: number|null,
 *   role: string|null, limits: {max_contacts: number, message_max_chars: number}, is_admin: boolean,
 *   last_event: number}} Me
 * @typedef {'accepted'|'asked'|'incoming'} ContactState
 * @typedef {{user: User, state: ContactState, name: string|null, group: string|null, vip: boolean,
 *   hidden: boolean, greeting: string|null, presence: Presence, since: string}} Contact
 * @typedef {User & {presence: Presence, contact: ContactState|null}} FoundUser
 * @typedef {{id: string, conversation: string, seq: number, sender: string, text: string, sent_at: string}} Message
 * @typedef {{id: string, kind: string, members: User[], last_seq: number, read_seq: number, unread: number,
 *   peer_read_seq: number, last_message: Message|null, updated_at: string}} Conversation
 * @typedef {{id: string, created_at: string, last_seen_at: string, expires_at: string,
 *   user_agent: string|null, current: boolean}} Device
 *
 * What the client adds to them:
 *
 * @typedef {{messages: Message[], more: boolean, loaded: boolean, loading: boolean,
 *   failed: boolean, dividerAfter: number|null}} Thread the loaded part of a conversation's history
 * @typedef {{clientId: string, conversation: string, text: string, createdAt: string, baseSeq: number,
 *   state: 'sending'|'waiting'|'failed', error: string|null, echo: string|null}} Outgoing a message not yet acknowledged
 * @typedef {{status: 'idle'|'connecting'|'open'|'waiting', retryAt: number, full: boolean}} Connection
 */
export {};
