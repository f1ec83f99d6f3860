/** Narrowing the lists down to whom one looks for. */

import { changed, state } from '../core/store.js';
import { nameOf } from './people.js';

/** From how many rows on looking is slower than typing. */
const MANY = 8;

/** @param {string} words */
export function setFilter(words) {
  if (state.filter === words) return;
  state.filter = words;
  changed('filter');
}

/** Whether there is enough to be narrowed down. */
export function worthFiltering() {
  return state.filter !== '' || state.contacts.size >= MANY || state.conversations.size >= MANY;
}

/** Whether somebody is to be shown: by any of their names, whatever the case and the accents.
 * @param {import('../types.js').User} user @param {(string|null|undefined)[]} more what else they may be found by */
export function matches(user, ...more) {
  const wanted = fold(state.filter.trim());
  return !wanted || [nameOf(user), user.display_name, user.username, ...more].some((words) => words && fold(words).includes(wanted));
}

/** "Chloé" → "chloe" @param {string} words */
function fold(words) {
  return words.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}
