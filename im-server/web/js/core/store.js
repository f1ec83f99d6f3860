/** The client's whole state in one place, and who wants to know when a part of it changes. */

/**
 * @typedef {'starting'|'signed-out'|'ready'|'unreachable'|'full'} Phase
 */

export const state = fresh();

function fresh() {
  return {
    /** @type {Phase} */ phase: /** @type {Phase} */ ('starting'),
    /** Why one was signed out, as a key of the strings. @type {string|null} */ signedOutBecause: /** @type {string|null} */ (null),
    /** @type {import('../types.js').Site|null} */ site: /** @type {any} */ (null),
    /** @type {import('../types.js').Me|null} */ me: /** @type {any} */ (null),
    /** By user id. @type {Map<string, import('../types.js').Contact>} */ contacts: new Map(),
    /** By user id: what their presence is now. @type {Map<string, import('../types.js').Presence>} */ presence: new Map(),
    /** By id. @type {Map<string, import('../types.js').Conversation>} */ conversations: new Map(),
    /** By conversation. @type {Map<string, import('../types.js').Thread>} */ threads: new Map(),
    /** In the order written. @type {import('../types.js').Outgoing[]} */ outbox: [],
    /** Who is writing, by conversation, and until when (ms). @type {Map<string, number>} */ typing: new Map(),
    /** What was being written, by conversation. @type {Map<string, string>} */ drafts: new Map(),
    /** The last durable event applied. */ lastEvent: 0,
    /** @type {import('../types.js').Connection} */ connection: /** @type {import('../types.js').Connection} */ ({ status: 'idle', retryAt: 0, full: false }),
    /** @type {string|null} the conversation on screen */ open: /** @type {string|null} */ (null),
    /** What the lists are narrowed down to. */ filter: '',
    /** @type {'chats'|'people'} */ tab: /** @type {'chats'|'people'} */ ('chats'),
    /** The dialog on screen. @type {{name: string, [extra: string]: any}|null} */ overlay: /** @type {any} */ (null),
    /** @type {{id: number, text: string, kind: 'info'|'error'}[]} */ toasts: /** @type {any[]} */ ([]),
  };
}

/** Forgets everything of an account, keeping what belongs to the site. */
export function forgetAccount() {
  const { site, phase, signedOutBecause, toasts } = state;
  Object.assign(state, fresh(), { site, phase, signedOutBecause, toasts });
  changed('me', 'contacts', 'presence', 'conversations', 'threads', 'outbox', 'typing', 'drafts', 'filter', 'connection', 'open', 'overlay');
}

/** @type {Map<string, Set<() => void>>} */
const watchers = new Map();
/** @type {Set<string>} */
const dirty = new Set();

/** Says that parts of the state changed. Watchers run once, after the work at hand. @param {...string} topics */
export function changed(...topics) {
  if (dirty.size === 0) queueMicrotask(flush);
  for (const topic of topics) dirty.add(topic);
}

function flush() {
  const topics = [...dirty];
  dirty.clear();
  const due = new Set(topics.flatMap((topic) => [...(watchers.get(topic) ?? [])]));
  for (const watcher of due) {
    // A watcher may have been stopped by one before it.
    if (topics.some((topic) => watchers.get(topic)?.has(watcher))) watcher();
  }
}

/**
 * Calls back after any of the topics changed.
 * @param {string[]} topics @param {() => void} watcher @returns {() => void} stops it
 */
export function watch(topics, watcher) {
  for (const topic of topics) {
    let set = watchers.get(topic);
    if (!set) watchers.set(topic, (set = new Set()));
    set.add(watcher);
  }
  return () => {
    for (const topic of topics) watchers.get(topic)?.delete(watcher);
  };
}
