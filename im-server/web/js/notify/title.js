/** The number of unread messages in the title of the page and on its icon, and on that of an installed one. */

import { state, watch } from '../core/store.js';
import { unreadTotal } from '../state/threads.js';

/** Keeps them current from now on. */
export function keepTitle() {
  watch(['conversations', 'site', 'phase', 'me'], show);
}

function show() {
  const name = state.site?.title ?? 'IntraMessenger';
  const unread = state.phase === 'ready' ? unreadTotal() : 0;
  document.title = unread > 0 ? `(${unread}) ${name}` : name;
  const icon = /** @type {HTMLLinkElement|null} */ (document.querySelector('link[rel=icon]'));
  icon?.setAttribute('href', unread > 0 ? 'assets/icons/icon-unread.svg' : 'assets/icons/icon.svg');
  const badge = /** @type {any} */ (navigator);
  if (unread > 0) badge.setAppBadge?.(unread).catch(() => {});
  else badge.clearAppBadge?.().catch(() => {});
}
