/** Tells the other side that something is being written, not more often than they need to know. */

import { post } from '../core/api.js';
import { state } from '../core/store.js';

const EVERY = 3_000;
let last = 0;
let where = '';

/** @param {string} conversation */
export function noticeTyping(conversation) {
  if (state.connection.status !== 'open') return;
  const now = Date.now();
  if (where === conversation && now - last < EVERY) return;
  last = now;
  where = conversation;
  post(`conversations/${encodeURIComponent(conversation)}/typing`).catch(() => {
    // A notice that did not arrive is no loss.
  });
}

/** The message is on its way: the next key begins another notice. */
export function typed() {
  last = 0;
}
