/** Questions about conversations, and the loaded part of their history. */

import { changed, state } from '../core/store.js';

/** @typedef {import('../types.js').Conversation} Conversation */
/** @typedef {import('../types.js').Message} Message */
/** @typedef {import('../types.js').Thread} Thread */

/** With whom. @param {Conversation} conversation */
export function peerOf(conversation) {
  return conversation.members.find((member) => member.id !== state.me?.id) ?? conversation.members[0];
}

/** The conversation with somebody, if there is one. @param {string} userId */
export function conversationWith(userId) {
  return [...state.conversations.values()].find(
    (conversation) => conversation.kind === 'direct' && peerOf(conversation)?.id === userId,
  );
}

/** Conversations in which something was said, or is about to be, the latest first. */
export function activeConversations() {
  const sending = new Set(state.outbox.map((outgoing) => outgoing.conversation));
  return [...state.conversations.values()]
    .filter((conversation) => conversation.last_seq > 0 || sending.has(conversation.id) || conversation.id === state.open || state.drafts.has(conversation.id))
    .sort((a, b) => b.updated_at.localeCompare(a.updated_at));
}

/** All messages not yet read. */
export function unreadTotal() {
  return [...state.conversations.values()].reduce((sum, conversation) => sum + conversation.unread, 0);
}

/** @param {string} conversation @returns {Thread} */
export function threadOf(conversation) {
  let thread = state.threads.get(conversation);
  if (!thread) {
    thread = { messages: [], more: true, loaded: false, loading: false, failed: false, dividerAfter: null };
    state.threads.set(conversation, thread);
  }
  return thread;
}

/**
 * Puts messages into a thread, each once, in order.
 * @param {Thread} thread @param {Message[]} messages
 */
export function insert(thread, messages) {
  const have = new Set(thread.messages.map((message) => message.seq));
  const fresh = messages.filter((message) => !have.has(message.seq));
  if (fresh.length === 0) return;
  thread.messages = [...thread.messages, ...fresh].sort((a, b) => a.seq - b.seq);
}

/**
 * A message exists: shows it in its thread and in the list. Telling it twice changes nothing.
 * @param {Message} message @returns {boolean} whether it was news
 */
export function record(message) {
  const conversation = state.conversations.get(message.conversation);
  if (!conversation) return false;
  const thread = threadOf(message.conversation);
  if (thread.loaded) insert(thread, [message]);
  const news = message.seq > conversation.last_seq;
  if (news) {
    conversation.last_seq = message.seq;
    conversation.last_message = message;
    conversation.updated_at = message.sent_at;
    if (message.sender !== state.me?.id) conversation.unread += 1;
  }
  changed('threads', 'conversations');
  return news;
}

/** I have read up to here. @param {Conversation} conversation @param {number} seq */
export function recordRead(conversation, seq) {
  if (seq <= conversation.read_seq) return;
  conversation.read_seq = seq;
  if (seq >= conversation.last_seq) conversation.unread = 0;
  else {
    const { messages } = threadOf(conversation.id);
    const later = messages.filter((message) => message.seq > seq && message.sender !== state.me?.id).length;
    conversation.unread = (messages[0]?.seq ?? Infinity) <= seq + 1 ? later : Math.min(conversation.unread, conversation.last_seq - seq);
  }
  changed('conversations');
}
