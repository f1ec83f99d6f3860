/** Dialogs are part of the state, so that another language or a lost session deals with them too. */

import { changed, state } from '../../core/store.js';

/** @param {string} name @param {object} [extra] what it is about */
export function showDialog(name, extra = {}) {
  state.overlay = { name, ...extra };
  changed('overlay');
}

export function closeDialog() {
  state.overlay = null;
  changed('overlay');
}
