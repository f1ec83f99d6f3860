/** Short messages that pass: what was done, or why it could not be. */

import { explain } from './errors.js';
import { changed, state } from './store.js';

const STAY = 7_000;
let counter = 0;

/** @param {string} text @param {'info'|'error'} [kind] */
export function tell(text, kind = 'info') {
  counter += 1;
  const toast = { id: counter, text, kind };
  state.toasts = [...state.toasts.filter((one) => one.text !== text).slice(-2), toast];
  changed('toasts');
  setTimeout(() => dismiss(toast.id), STAY);
}

/** @param {number} id */
export function dismiss(id) {
  state.toasts = state.toasts.filter((toast) => toast.id !== id);
  changed('toasts');
}

/**
 * Does something, and says in plain words why when it fails.
 * @param {() => Promise<any>} work @returns {Promise<boolean>} whether it was done
 */
export async function attempt(work) {
  try {
    await work();
    return true;
  } catch (error) {
    tell(explain(error), 'error');
    return false;
  }
}
