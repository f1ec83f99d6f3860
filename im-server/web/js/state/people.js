/** Questions about people: what to call them, where they come from, how they are. */

import { t } from '../core/i18n.js';
import { state } from '../core/store.js';

/** @typedef {import('../types.js').User} User */
/** @typedef {import('../types.js').Contact} Contact */
/** @typedef {import('../types.js').Presence} Presence */

/** The realm of the messenger's own accounts. */
const OWN = 'local';

/** @type {Presence} */
const OFFLINE = { state: 'offline', reason: null };

/** My own name for somebody, else the one they show. @param {User} user */
export function nameOf(user) {
  return state.contacts.get(user.id)?.name || user.display_name || user.username;
}

/** What a realm is called. @param {string} realm */
export function realmTitle(realm) {
  const title = state.site?.realm_titles[realm] ?? realm;
  // Own accounts whose kind nobody gave a name: "local" means nothing to a member.
  return title === OWN ? t('realm.own') : title;
}

/** Where somebody comes from, when that needs saying here; else null. @param {User} user */
export function originOf(user) {
  return state.site?.show_realms ? realmTitle(user.realm) : null;
}

/** @param {string} userId @returns {Presence} */
export function presenceOf(userId) {
  if (userId === state.me?.id) return state.me.presence;
  if (state.contacts.get(userId)?.state !== 'accepted') return OFFLINE;
  return state.presence.get(userId) ?? OFFLINE;
}

/** What is known of somebody's presence: nothing, unless they are a contact. @param {string} userId @returns {Presence|null} */
export function knownPresence(userId) {
  return state.contacts.get(userId)?.state === 'accepted' ? presenceOf(userId) : null;
}

/** "Away: at lunch" @param {Presence} presence */
export function presenceText(presence) {
  const word = t(`presence.${presence.state}`);
  return presence.reason ? t('presence.with_reason', { state: word, reason: presence.reason }) : word;
}

/** Those who asked and wait for my answer, the oldest first. */
export function incomingRequests() {
  return [...state.contacts.values()]
    .filter((contact) => contact.state === 'incoming')
    .sort((a, b) => a.since.localeCompare(b.since));
}

/** Contacts and those I asked, as limits count them. */
export function countedContacts() {
  return [...state.contacts.values()].filter((contact) => contact.state !== 'incoming').length;
}

const ORDER = ['online', 'busy', 'dnd', 'away', 'hidden', 'offline'];

/** Accepted contacts: who is here comes first, then by name. */
export function sortedContacts() {
  const here = (/** @type {Contact} */ contact) => (ORDER.indexOf(presenceOf(contact.user.id).state) < 4 ? 0 : 1);
  return [...state.contacts.values()]
    .filter((contact) => contact.state === 'accepted')
    .sort((a, b) => here(a) - here(b) || nameOf(a.user).localeCompare(nameOf(b.user)));
}

/** How many there are to talk with. */
export function acceptedContacts() {
  return [...state.contacts.values()].filter((contact) => contact.state === 'accepted').length;
}

/** Requests of mine that nobody has answered. */
export function askedContacts() {
  return [...state.contacts.values()]
    .filter((contact) => contact.state === 'asked')
    .sort((a, b) => nameOf(a.user).localeCompare(nameOf(b.user)));
}

/** The names of my groups. */
export function groupNames() {
  const names = [...state.contacts.values()].map((contact) => contact.group).filter((group) => group !== null);
  return [...new Set(/** @type {string[]} */ (names))].sort((a, b) => a.localeCompare(b));
}
