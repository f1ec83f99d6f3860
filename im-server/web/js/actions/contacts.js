/** Asking, answering and arranging contacts. The events that follow tell the other tabs and devices. */

import { get, patch, post, remove } from '../core/api.js';
import { goTo } from '../core/route.js';
import { changed, state } from '../core/store.js';
import { conversationWith } from '../state/threads.js';

/** @typedef {import('../types.js').Contact} Contact */
/** @typedef {import('../types.js').FoundUser} FoundUser */

/** @param {Contact|null} contact */
function put(contact) {
  if (!contact) return;
  state.contacts.set(contact.user.id, contact);
  if (contact.state === 'accepted' && !state.presence.has(contact.user.id)) {
    state.presence.set(contact.user.id, contact.presence);
  }
  changed('contacts', 'presence');
}

/** @param {string} userId */
const at = (userId) => `contacts/${encodeURIComponent(userId)}`;

/** @param {string} query @returns {Promise<FoundUser[]>} */
export async function find(query) {
  return (await get('users', { query })).users;
}

/** @param {string} userId @param {string} greeting */
export async function ask(userId, greeting) {
  put(await post('contacts', { user: userId, ...(greeting ? { greeting } : {}) }));
}

/** @param {string} userId */
export async function accept(userId) {
  const contact = await patch(at(userId), { action: 'accept' });
  if (contact) state.presence.set(userId, contact.presence);
  put(contact);
}

/** @param {string} userId */
export async function refuse(userId) {
  await patch(at(userId), { action: 'refuse' });
  gone(userId);
}

/** Ends a contact, or takes a request back. @param {string} userId */
export async function end(userId) {
  await remove(at(userId));
  gone(userId);
}

/** @param {string} userId */
function gone(userId) {
  state.contacts.delete(userId);
  state.presence.delete(userId);
  changed('contacts', 'presence');
}

/** @param {string} userId @param {string} name empty: their own */
export async function rename(userId, name) {
  put(await patch(at(userId), { action: 'rename', name: name || null }));
}

/** @param {string} userId @param {string} group empty: none */
export async function moveToGroup(userId, group) {
  put(await patch(at(userId), { action: 'group', group: group || null }));
}

/** @param {string} userId @param {boolean} vip */
export async function setVip(userId, vip) {
  put(await patch(at(userId), { action: 'vip', vip }));
}

/** Appears offline to them, or no longer. @param {string} userId @param {boolean} hidden */
export async function setHidden(userId, hidden) {
  put(await patch(at(userId), { action: 'hide', hidden }));
}

/** Shows the conversation with somebody, made when it is the first. @param {string} userId */
export async function openWith(userId) {
  let conversation = conversationWith(userId);
  if (!conversation) {
    conversation = /** @type {import('../types.js').Conversation} */ (await post('conversations', { user: userId }));
    if (!state.conversations.has(conversation.id)) state.conversations.set(conversation.id, conversation);
    changed('conversations');
  }
  goTo(conversation.id);
}
