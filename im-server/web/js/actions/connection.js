/** Keeps what is shown in step with the server: loads it, follows the events, and reloads after a gap. */

import { ApiError, get } from '../core/api.js';
import { EventSocket } from '../core/socket.js';
import { changed, state } from '../core/store.js';
import { apply } from '../state/events.js';
import { loadNewest } from './history.js';
import { resumeSending } from './outbox.js';
import { resumeReading } from './reading.js';

/** How often the stream is compared with the server's count, and the forum's unread messages are asked for. */
const CHECK_EVERY = 5 * 60_000;
const PATIENCE = 5_000;

/** Frames are applied one after the other, also while one of them waits for an answer. */
let queue = Promise.resolve();
/** @type {(reason: string) => void} */
let onEnded = () => {};

const socket = new EventSocket({
  after: () => state.lastEvent,
  frame: (frame) => {
    queue = queue.then(() => handle(frame)).catch(report);
  },
  status: (status, { retryAt, full }) => {
    state.connection = { status, retryAt, full };
    changed('connection');
    if (status === 'open') {
      resumeSending();
      resumeReading();
      // What could not be loaded is tried again by who shows it.
      for (const thread of state.threads.values()) thread.failed = false;
      changed('threads');
    }
  },
  ended: () => onEnded('signed_out.elsewhere'),
  refused: async () => {
    try {
      await get('me');
      return true;
    } catch (error) {
      return !(error instanceof ApiError && error.status === 401);
    }
  },
});

/** Starts following. @param {(reason: string) => void} ended called when the session is over */
export async function connect(ended) {
  onEnded = ended;
  await reload();
  socket.start();
}

/** Stops following. */
export function disconnect() {
  socket.stop();
}

/** Fetches everything a page needs. What happens meanwhile comes again as events, which are applied idempotently. */
async function reload() {
  const me = await get('me');
  const [{ contacts }, { conversations }] = await Promise.all([get('contacts'), get('conversations')]);
  state.me = me;
  state.lastEvent = me.last_event;
  state.contacts = new Map(contacts.map((/** @type {any} */ contact) => [contact.user.id, contact]));
  state.presence = new Map(contacts.map((/** @type {any} */ contact) => [contact.user.id, contact.presence]));
  state.conversations = new Map(conversations.map((/** @type {any} */ one) => [one.id, one]));
  state.threads = new Map();
  changed('me', 'contacts', 'presence', 'conversations', 'threads');
}

/** @param {any} frame */
async function handle(frame) {
  if (frame.type === 'reset' || (frame.type === 'snapshot' && frame.data.last_event < state.lastEvent)) {
    await startOver();
  } else if (frame.seq !== undefined) {
    if (frame.seq <= state.lastEvent) return;
    if (frame.seq > state.lastEvent + 1) {
      await startOver();
      return;
    }
    await applyKnowing(frame);
    state.lastEvent = frame.seq;
    return;
  }
  await applyKnowing(frame);
}

/** Part of the history of events is gone: what is shown is loaded anew. */
async function startOver() {
  await reload();
  if (state.open) await loadNewest(state.open);
}

/** Applies an event, first fetching the conversation it speaks of if that is new. @param {any} frame */
async function applyKnowing(frame) {
  const conversation = frame.data?.message?.conversation ?? frame.data?.conversation;
  if (typeof conversation === 'string' && !state.conversations.has(conversation) && frame.type !== 'typing') {
    const { conversations } = await get('conversations');
    for (const one of conversations) if (!state.conversations.has(one.id)) state.conversations.set(one.id, one);
    changed('conversations');
  }
  apply(frame);
}

/** A frame could not be applied, for want of an answer: what follows it would leave a gap. @param {unknown} error */
function report(error) {
  if (error instanceof ApiError && error.status === 401) return;
  setTimeout(() => socket.restart(), 3_000);
}

/** Asks the server how far the events are; a stream that stays behind is dead and is replaced. */
export async function check() {
  if (state.phase !== 'ready') return;
  try {
    const me = await get('me');
    if (state.me) {
      state.me = { ...me, presence: state.me.presence };
      changed('me');
    }
    if (state.connection.status !== 'open' || me.last_event <= state.lastEvent) return;
    const before = state.lastEvent;
    setTimeout(() => {
      if (state.phase === 'ready' && state.lastEvent === before) socket.restart();
    }, PATIENCE);
  } catch {
    // The stream notices by itself that the server is away.
  }
}

/** Watches for what the stream cannot notice: a network that came back, a computer that slept. */
export function watchNetwork() {
  addEventListener('online', () => {
    socket.wake();
    void check();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible') return;
    socket.wake();
    void check();
  });
  setInterval(() => void check(), CHECK_EVERY);
}

/** Tries at once, for who does not want to wait. */
export function retryNow() {
  socket.wake();
}
