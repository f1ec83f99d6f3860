/** A message came in: what happens outside its conversation. */

import { announce } from '../core/announce.js';
import { t } from '../core/i18n.js';
import { state } from '../core/store.js';
import { here } from '../core/settings.js';
import { nameOf } from '../state/people.js';
import { peerOf } from '../state/threads.js';
import { notify } from './notifications.js';
import { chime } from './sound.js';

/** Whether somebody is looking at this page. */
export function watching() {
  return document.visibilityState === 'visible' && document.hasFocus();
}

const CLAIMED = 'announced';

/** @param {import('../types.js').Message} message */
export function arrived(message) {
  if (watching() && state.open === message.conversation) return;
  const conversation = state.conversations.get(message.conversation);
  if (!conversation) return;
  // Of several tabs the first announces it.
  if (here.get(CLAIMED) === message.id) return;
  here.set(CLAIMED, message.id);
  chime();
  if (watching()) announce(t('arrivals.message', { name: nameOf(peerOf(conversation)) }));
  if (!watching()) notify(conversation, message);
}
