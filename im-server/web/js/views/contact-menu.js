/** What one can do with a contact. */

import { openWith, setHidden, setVip } from '../actions/contacts.js';
import { t } from '../core/i18n.js';
import { state } from '../core/store.js';
import { attempt, tell } from '../core/toast.js';
import { nameOf } from '../state/people.js';
import { peerOf } from '../state/threads.js';
import { showDialog } from './dialogs/show.js';
import { menuButton } from './menu.js';

/** @param {string} userId */
export function contactMenuButton(userId) {
  const user = state.contacts.get(userId)?.user;
  return menuButton(t('contact.menu', { name: user ? nameOf(user) : '' }), () => items(userId));
}

/** @param {string} userId @returns {import('./menu.js').Item[]} */
function items(userId) {
  const contact = state.contacts.get(userId);
  if (!contact) return [];
  const name = nameOf(contact.user);
  const open = state.open ? state.conversations.get(state.open) : null;
  /** @type {(import('./menu.js').Item|false)[]} */
  const all = [
    !(open && peerOf(open).id === userId) && { words: t('contact.write'), icon: 'chats', act: () => void attempt(() => openWith(userId)) },
    { words: t('contact.rename'), icon: 'pencil', act: () => showDialog('edit-contact', { user: userId, what: 'name' }) },
    { words: t('contact.group'), icon: 'folder', act: () => showDialog('edit-contact', { user: userId, what: 'group' }) },
    { words: t('contact.vip'), icon: 'star', on: contact.vip, act: () => void change(() => setVip(userId, !contact.vip), contact.vip ? 'contact.vip_off' : 'contact.vip_on', name) },
    { words: t('contact.hide'), icon: 'hidden', on: contact.hidden, act: () => void change(() => setHidden(userId, !contact.hidden), contact.hidden ? 'contact.hide_off' : 'contact.hide_on', name) },
    { words: t('contact.remove'), icon: 'remove', danger: true, act: () => showDialog('remove-contact', { user: userId }) },
  ];
  return all.filter((item) => item !== false);
}

/** @param {() => Promise<any>} work @param {string} done @param {string} name */
async function change(work, done, name) {
  if (await attempt(work)) tell(t(done, { name }));
}
