/** What the rows of both lists share. */

import { attr, h, text } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { knownPresence, nameOf, originOf, presenceText } from '../state/people.js';
import { avatar } from './avatar.js';

/** Up and down go from row to row. @param {KeyboardEvent} event */
export function arrowKeys(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !(event.currentTarget instanceof Element)) return;
  const rows = /** @type {HTMLElement[]} */ ([...event.currentTarget.querySelectorAll('.row')]);
  const at = rows.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  if (at < 0) return;
  event.preventDefault();
  rows[at + step]?.focus();
}

/** The name, and where they come from when that needs saying. @param {import('../types.js').User} user */
export function who(user) {
  const element = h('span', { class: 'who' }, h('bdi', { class: 'row-name' }), h('span', { class: 'origin', dir: 'auto' }));
  updateWho(element, user);
  return element;
}

/** A second line that also says where somebody comes from, for rows with little room beside the name.
 * @param {string} words @param {import('../types.js').User} user */
export function secondLine(words, user) {
  const from = originOf(user);
  return h('span', { class: 'row-line second' }, h('span', { class: 'row-text', dir: 'auto' }, words), from && h('span', { class: 'row-origin', dir: 'auto' }, from));
}

/** @param {Element} element @param {import('../types.js').User} user */
export function updateWho(element, user) {
  const [name, origin] = /** @type {any} */ (element.children);
  text(name, nameOf(user));
  const from = originOf(user);
  origin.hidden = !from;
  text(origin, from ?? '');
  attr(origin, 'title', from);
  const known = user.display_name && user.display_name !== nameOf(user) ? user.display_name : user.username;
  attr(element, 'title', known === nameOf(user) ? null : known);
}

/** A picture with its dot, and the dot in words. @param {import('../types.js').User} user */
export function faceOf(user) {
  return h('span', { class: 'face' }, avatar(user, knownPresence(user.id)), h('span', { class: 'visually-hidden' }));
}

/** @param {any} face @param {import('../types.js').User} user @param {boolean} [words] whether the presence is said here */
export function updateFace(face, user, words = true) {
  const presence = knownPresence(user.id);
  face.firstElementChild.show(user, presence);
  text(face.lastElementChild, words && presence ? `${presenceText(presence)}, ` : '');
}

/** A number as a badge has room for. @param {number} n */
export function short(n) {
  return n > 99 ? '99+' : String(n);
}

/** Nothing here yet. @param {string} words @param {string} hint @param {Node|null} [action] */
export function emptyList(words, hint, action = null) {
  return h('div', { class: 'empty-list' }, h('p', { class: 'empty-title' }, words), h('p', null, hint), action);
}

/** "You: …", or only what they said. @param {import('../types.js').Message|null} message @param {string|undefined} me */
export function preview(message, me) {
  if (!message) return '';
  const line = message.text.replace(/\s+/g, ' ').slice(0, 120);
  return message.sender === me ? t('chats.you_said', { text: line }) : line;
}
