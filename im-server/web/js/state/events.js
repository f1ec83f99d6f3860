/** What each event changes. Events of unknown type change nothing. */

import { t } from '../core/i18n.js';
import { changed, state } from '../core/store.js';
import { tell } from '../core/toast.js';
import { arrived } from '../notify/arrivals.js';
import { claimEcho } from './outgoing.js';
import { nameOf } from './people.js';
import { peerOf, record, recordRead } from './threads.js';

/** How long a typing notice lasts when no other follows. */
const TYPING = 6_000;

/** @type {Record<string, (data: any) => void>} */
const effects = {
  snapshot(data) {
    state.presence = new Map(Object.entries(data.presence ?? {}));
    if (state.me && data.me) state.me.presence = data.me;
    state.typing.clear();
    changed('presence', 'me', 'typing');
  },

  message({ message }) {
    if (message.sender === state.me?.id) claimEcho(message);
    else stopTyping(message.conversation);
    if (record(message) && message.sender !== state.me?.id) arrived(message);
  },

  contact(data) {
    if (data.removed) {
      state.contacts.delete(data.removed);
      state.presence.delete(data.removed);
    } else {
      const { contact } = data;
      const before = state.contacts.get(contact.user.id);
      state.contacts.set(contact.user.id, contact);
      if (before?.state !== contact.state || !state.presence.has(contact.user.id)) {
        state.presence.set(contact.user.id, contact.presence);
      }
      rename(contact.user);
      if (!before && contact.state === 'incoming') tell(t('arrivals.request', { name: nameOf(contact.user) }));
      if (before?.state === 'asked' && contact.state === 'accepted') tell(t('people.now_contacts', { name: nameOf(contact.user) }));
    }
    changed('contacts', 'presence', 'conversations');
  },

  read({ conversation: id, user, read_seq: seq }) {
    const conversation = state.conversations.get(id);
    if (!conversation) return;
    if (user === state.me?.id) recordRead(conversation, seq);
    else if (seq > conversation.peer_read_seq) {
      conversation.peer_read_seq = seq;
      changed('conversations', 'threads');
    }
  },

  presence({ user, presence }) {
    if (state.me && user === state.me.id) {
      state.me.presence = presence;
      changed('me');
    } else {
      state.presence.set(user, presence);
      const conversation = [...state.conversations.values()].find((one) => peerOf(one)?.id === user);
      if (conversation && presence.state === 'offline') stopTyping(conversation.id);
      changed('presence');
    }
  },

  typing({ conversation, user }) {
    if (user === state.me?.id) return;
    state.typing.set(conversation, Date.now() + TYPING);
    changed('typing');
    setTimeout(() => {
      if ((state.typing.get(conversation) ?? Infinity) <= Date.now()) stopTyping(conversation);
    }, TYPING + 50);
  },

  profile({ user }) {
    const contact = state.contacts.get(user.id);
    if (contact) contact.user = user;
    if (state.me && state.me.id === user.id) Object.assign(state.me, user);
    rename(user);
    changed('contacts', 'conversations', 'me');
  },
};

/** @param {{type: string, data?: any}} frame */
export function apply(frame) {
  if (Object.hasOwn(effects, frame.type)) effects[frame.type](frame.data ?? {});
}

/** @param {string} conversation */
function stopTyping(conversation) {
  if (state.typing.delete(conversation)) changed('typing');
}

/** Somebody's profile is new wherever they are shown. @param {import('../types.js').User} user */
function rename(user) {
  for (const conversation of state.conversations.values()) {
    conversation.members = conversation.members.map((member) => (member.id === user.id ? user : member));
  }
}
