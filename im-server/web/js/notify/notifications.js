/** Notifications of the browser. Asked for only when the member presses the button for it. */

import { t } from '../core/i18n.js';
import { addressOf, goTo } from '../core/route.js';
import { everywhere } from '../core/settings.js';
import { nameOf } from '../state/people.js';
import { peerOf } from '../state/threads.js';

const LONGEST = 140;

/** Whether this browser has them (it needs https, or this very machine). */
export function supported() {
  return 'Notification' in window && window.isSecureContext;
}

/** Whether they are switched on and allowed. */
export function enabled() {
  return supported() && Notification.permission === 'granted' && everywhere.get('notifications') === 'on';
}

/** Whether the browser refuses them, so that only its own settings can help. */
export function blocked() {
  return supported() && Notification.permission === 'denied';
}

/** Whether the member has decided about them. */
export function decided() {
  return !supported() || blocked() || everywhere.get('notifications') !== null;
}

/** Asks for leave. To be called from a click. @returns {Promise<boolean>} */
export async function enable() {
  if (!supported()) return false;
  const permission = await Notification.requestPermission();
  everywhere.set('notifications', permission === 'granted' ? 'on' : 'off');
  return permission === 'granted';
}

/** No notifications, thank you. */
export function disable() {
  everywhere.set('notifications', 'off');
}

/**
 * @param {import('../types.js').Conversation} conversation
 * @param {import('../types.js').Message} message
 */
export async function notify(conversation, message) {
  if (!enabled()) return;
  const peer = peerOf(conversation);
  const title = t('notification.title', { name: nameOf(peer) });
  const body = message.text.length > LONGEST ? `${message.text.slice(0, LONGEST)}…` : message.text;
  const icon = new URL('../../icons/icon-192.png', import.meta.url).href;
  const options = { body, icon, tag: conversation.id, data: { address: addressOf(conversation.id) } };
  try {
    const worker = await navigator.serviceWorker?.getRegistration();
    // Phones only show those of a service worker.
    if (worker?.active) {
      await worker.showNotification(title, options);
      return;
    }
    const shown = new Notification(title, options);
    shown.onclick = () => {
      window.focus();
      goTo(conversation.id);
      shown.close();
    };
  } catch {
    // The count in the title says it too.
  }
}
