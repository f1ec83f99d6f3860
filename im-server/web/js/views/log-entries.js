/** What the log shows, in order: days, the line before what is new, messages, and those on their way. */

import { state } from '../core/store.js';
import { day, sameDay } from '../core/time.js';
import { keyOf } from '../state/outgoing.js';

/** @typedef {import('../types.js').Message} Message */
/** @typedef {import('../types.js').Outgoing} Outgoing */
/**
 * @typedef {{key: string, kind: 'day', words: string}} DayEntry
 * @typedef {{key: string, kind: 'divider'}} DividerEntry
 * @typedef {{key: string, kind: 'message', own: boolean, name: import('../types.js').User|null, text: string, at: string, first: boolean,
 *   last: boolean, status: ''|'sent'|'read'|'sending'|'waiting'|'failed', error: string|null, clientId: string|null}} MessageEntry
 * @typedef {DayEntry|DividerEntry|MessageEntry} Entry
 */

/** Messages of one person within this time stand together. */
const TOGETHER = 5 * 60_000;

/**
 * @param {import('../types.js').Conversation} conversation @param {import('../types.js').Thread} thread
 * @param {Outgoing[]} outgoing @returns {Entry[]}
 */
export function entries(conversation, thread, outgoing) {
  /** @type {Entry[]} */
  const all = [];
  /** @type {MessageEntry|null} */
  let before = null;
  const add = (/** @type {MessageEntry} */ entry, divide = false) => {
    const newDay = !before || !sameDay(before.at, entry.at);
    if (newDay) all.push({ key: `day ${entry.at.slice(0, 10)} ${entry.key}`, kind: 'day', words: day(entry.at) });
    if (divide) all.push({ key: 'divider', kind: 'divider' });
    const together = !newDay && before?.own === entry.own && all.at(-1) === before && Date.parse(entry.at) - Date.parse(before.at) < TOGETHER;
    entry.first = !together;
    if (before && together) before.last = false;
    all.push(entry);
    before = entry;
  };
  let divided = thread.dividerAfter === null;
  for (const message of thread.messages) {
    const own = message.sender === state.me?.id;
    const divide = !divided && !own && message.seq > (thread.dividerAfter ?? 0);
    divided ||= divide;
    const status = !own ? '' : message.seq <= conversation.peer_read_seq ? 'read' : 'sent';
    add({ ...blank(keyOf(message.id), own, message.text, message.sent_at), status, name: own ? null : (conversation.members.find((member) => member.id === message.sender) ?? null) }, divide);
  }
  for (const one of outgoing) {
    const entry = blank(one.clientId, true, one.text, one.createdAt);
    add({ ...entry, status: one.state, error: one.error, clientId: one.clientId });
  }
  return all;
}

/** @param {string} key @param {boolean} own @param {string} text @param {string} at @returns {MessageEntry} */
function blank(key, own, text, at) {
  return { key, kind: 'message', own, name: null, text, at, first: true, last: true, status: '', error: null, clientId: null };
}
