/** Sending: shown at once, sent in order, tried again for as long as it takes. */

import { ApiError, post } from '../core/api.js';
import { changed, state } from '../core/store.js';
import { acknowledge, add, drop, keep, restore } from '../state/outgoing.js';
import { record } from '../state/threads.js';

/** @typedef {import('../types.js').Outgoing} Outgoing */

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

/** Conversations with a call under way: one at a time keeps the order. @type {Set<string>} */
const busy = new Set();
/** @type {Map<string, {timer: ReturnType<typeof setTimeout>|undefined, failures: number}>} */
const waits = new Map();

/** Random enough to be unique, also where `crypto.randomUUID` is missing (plain http on a local network). */
function newClientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {string} conversation @param {string} text */
export function send(conversation, text) {
  add({
    clientId: newClientId(),
    conversation,
    text,
    createdAt: new Date().toISOString(),
    baseSeq: state.conversations.get(conversation)?.last_seq ?? 0,
    state: 'sending',
    error: null,
    echo: null,
  });
  void pump(conversation);
}

/** Tries a refused message again. @param {string} clientId */
export function retry(clientId) {
  const outgoing = state.outbox.find((one) => one.clientId === clientId);
  if (!outgoing) return;
  outgoing.state = 'sending';
  outgoing.error = null;
  if (busy.has(outgoing.conversation)) return;
  keep(outgoing);
  void pump(outgoing.conversation);
}

/** Gives up on a refused message. @param {string} clientId */
export function discard(clientId) {
  drop(clientId);
}

/** Sends what is left from before, now that the server can be reached. */
export function resumeSending() {
  if (!state.me) return;
  restore();
  for (const conversation of new Set(state.outbox.map((outgoing) => outgoing.conversation))) {
    clearTimeout(waits.get(conversation)?.timer);
    waits.delete(conversation);
    void pump(conversation);
  }
}

/** @param {string} conversation */
async function pump(conversation) {
  if (busy.has(conversation)) return;
  busy.add(conversation);
  const account = state.me?.id;
  try {
    for (;;) {
      const next = state.outbox.find((one) => one.conversation === conversation && one.state !== 'failed');
      if (!next || state.me?.id !== account) return;
      if (!(await deliver(next))) return;
    }
  } finally {
    busy.delete(conversation);
  }
}

/** @param {Outgoing} outgoing @returns {Promise<boolean>} whether to go on with the next */
async function deliver(outgoing) {
  const { clientId, conversation, text } = outgoing;
  outgoing.state = 'sending';
  changed('outbox');
  try {
    const answer = await post(`conversations/${encodeURIComponent(conversation)}/messages`, { text, client_id: clientId });
    waits.delete(conversation);
    const sender = state.me?.id ?? '';
    record({ id: answer.id, conversation, seq: answer.seq, sender, text, sent_at: answer.sent_at });
    acknowledge(clientId, answer.id);
    return true;
  } catch (error) {
    return refused(outgoing, error instanceof ApiError ? error : new ApiError('unexpected', 0));
  }
}

/** @param {Outgoing} outgoing @param {ApiError} error */
function refused(outgoing, error) {
  if (error.temporary || error.status === 401) {
    outgoing.state = 'waiting';
    keep(outgoing);
    if (error.status !== 401) later(outgoing.conversation, error.retryAfter);
    return false;
  }
  outgoing.state = 'failed';
  outgoing.error = error.code;
  outgoing.echo = null;
  // An id the server knows with another text can never succeed; the text can.
  if (error.code === 'client_id_reused') {
    drop(outgoing.clientId);
    add({ ...outgoing, clientId: newClientId() });
  } else keep(outgoing);
  return true;
}

/** @param {string} conversation @param {number|null} retryAfter seconds the server asked for */
function later(conversation, retryAfter) {
  const failures = waits.get(conversation)?.failures ?? 0;
  const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures);
  const wait = Math.max(longest / 2 + (Math.random() * longest) / 2, (retryAfter ?? 0) * 1_000);
  clearTimeout(waits.get(conversation)?.timer);
  waits.set(conversation, { failures: failures + 1, timer: setTimeout(() => void pump(conversation), wait) });
}
