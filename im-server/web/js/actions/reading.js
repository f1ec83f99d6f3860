/** Telling the server, and so the other side and one's other devices, what has been read. */

import { ApiError, post } from '../core/api.js';
import { state } from '../core/store.js';
import { recordRead } from '../state/threads.js';

/** Read here, not yet told. @type {Map<string, number>} */
const untold = new Map();
let telling = false;

/** The newest message of a conversation was seen. @param {string} id */
export function markRead(id) {
  const conversation = state.conversations.get(id);
  if (!conversation || conversation.read_seq >= conversation.last_seq) return;
  recordRead(conversation, conversation.last_seq);
  untold.set(id, conversation.last_seq);
  void tell();
}

/** The server can be reached again. */
export function resumeReading() {
  void tell();
}

async function tell() {
  if (telling) return;
  telling = true;
  try {
    for (const [id, seq] of untold) {
      try {
        await post(`conversations/${encodeURIComponent(id)}/read`, { seq });
      } catch (error) {
        if (error instanceof ApiError && error.temporary) return;
      }
      if (untold.get(id) === seq) untold.delete(id);
    }
  } finally {
    telling = false;
  }
}
