/** What was begun and not sent, by conversation: kept in this browser, so that neither a reload nor a crash loses it. */

import { here } from '../core/settings.js';
import { changed, state } from '../core/store.js';

/** How long after the last key it is written down. */
const PAUSE = 400;

const name = () => `drafts:${state.me?.id}`;
/** Changed since they were last written down. @type {Set<string>} */
const dirty = new Set();
/** @type {ReturnType<typeof setTimeout>|undefined} */
let timer;

/** @param {string} conversation */
export function draftOf(conversation) {
  return state.drafts.get(conversation) ?? '';
}

/** @param {string} conversation @param {string} text */
export function keepDraft(conversation, text) {
  const before = draftOf(conversation);
  if (text) state.drafts.set(conversation, text);
  else state.drafts.delete(conversation);
  dirty.add(conversation);
  clearTimeout(timer);
  timer = setTimeout(write, text ? PAUSE : 0);
  // The list shows that there is one; it need not follow every key.
  if (Boolean(before.trim()) !== Boolean(text.trim())) changed('drafts');
}

/** Fetches what was begun before this page was opened. */
export function restoreDrafts() {
  for (const [conversation, text] of Object.entries(here.json(name()) ?? {})) {
    if (typeof text === 'string' && !state.drafts.has(conversation)) state.drafts.set(conversation, text);
  }
  changed('drafts');
}

/** Forgets all of them: the member signed out. */
export function forgetDrafts() {
  clearTimeout(timer);
  dirty.clear();
  here.set(name(), null);
}

/** Only what this tab changed: another may be writing in another conversation. */
function write() {
  clearTimeout(timer);
  if (!state.me || dirty.size === 0) return;
  const all = here.json(name()) ?? {};
  for (const conversation of dirty) {
    const text = state.drafts.get(conversation);
    if (text) all[conversation] = text;
    else delete all[conversation];
  }
  dirty.clear();
  here.set(name(), Object.keys(all).length > 0 ? JSON.stringify(all) : null);
}

addEventListener('pagehide', write);
