/** One's own presence, preferences and devices. */

import { get, patch, remove } from '../core/api.js';
import { changed, state } from '../core/store.js';

/** @param {object} change */
async function change(change) {
  const me = await patch('me', change);
  if (!state.me) return;
  // The stream is the one to say which event was the last.
  state.me = me;
  changed('me');
}

/** @param {import('../types.js').PresenceState} presence @param {string} reason */
export function setPresence(presence, reason) {
  return change({ presence: { state: presence, reason: reason || null } });
}

/** @param {Partial<import('../types.js').Preferences>} preferences */
export function setPreferences(preferences) {
  return change({ preferences });
}

/** For own accounts only; others keep the name of their forum. @param {string} name */
export function setDisplayName(name) {
  return change({ display_name: name });
}

/** For own accounts only. @param {string} current @param {string} fresh */
export function changePassword(current, fresh) {
  return change({ password: { current, new: fresh } });
}

/** @returns {Promise<import('../types.js').Device[]>} */
export async function devices() {
  return (await get('sessions')).sessions;
}

/** @param {string} id */
export function signOutDevice(id) {
  return remove(`sessions/${encodeURIComponent(id)}`);
}
