/** Loading what was said before. */

import { get } from '../core/api.js';
import { changed, state } from '../core/store.js';
import { claimEcho } from '../state/outgoing.js';
import { insert, threadOf } from '../state/threads.js';

const PAGE = 50;
/** The most the server gives at once. */
const LARGEST = 200;
/** How much of what was read before comes with what is new. */
const CONTEXT = 15;

/** @param {string} conversation @param {Record<string, number|undefined>} query */
function page(conversation, query) {
  return get(`conversations/${encodeURIComponent(conversation)}/messages`, { limit: PAGE, ...query });
}

/** Loads the end of a conversation, once. @param {string} conversation */
export async function loadNewest(conversation) {
  const thread = threadOf(conversation);
  if (thread.loaded || thread.loading) return;
  await fetching(conversation, async () => {
    // One begins to read where one left off, so all of that is wanted at once.
    const unread = state.conversations.get(conversation)?.unread ?? 0;
    const limit = Math.min(LARGEST, Math.max(PAGE, unread + CONTEXT));
    const { messages, more } = await page(conversation, { limit });
    insert(thread, messages);
    for (const message of messages) if (message.sender === state.me?.id) claimEcho(message);
    thread.more = more;
    thread.loaded = true;
    // A message that came between the answer and the last event is not in either.
    const latest = state.conversations.get(conversation)?.last_message;
    if (latest && latest.seq > (thread.messages.at(-1)?.seq ?? 0)) {
      insert(thread, (await page(conversation, { after: thread.messages.at(-1)?.seq ?? 0 })).messages);
    }
  });
}

/** Loads the messages before those on screen. @param {string} conversation */
export async function loadEarlier(conversation) {
  const thread = threadOf(conversation);
  if (!thread.loaded || thread.loading || !thread.more) return;
  await fetching(conversation, async () => {
    const { messages, more } = await page(conversation, { before: thread.messages[0]?.seq });
    insert(thread, messages);
    thread.more = more;
  });
}

/** @param {string} conversation @param {() => Promise<void>} work */
async function fetching(conversation, work) {
  const thread = threadOf(conversation);
  thread.loading = true;
  thread.failed = false;
  changed('threads');
  try {
    await work();
  } catch {
    thread.failed = true;
  } finally {
    thread.loading = false;
    changed('threads');
  }
}
