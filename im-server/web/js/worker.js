/** Registers the service worker, where there can be one (https, or this very machine). */

import { goTo } from './core/route.js';

export async function registerWorker() {
  if (!('serviceWorker' in navigator)) return;
  try {
    await navigator.serviceWorker.register(/** @type {string} */ (scriptUrl('sw.js')));
  } catch {
    // The page works without it; only notifications on phones want it.
    return;
  }
  navigator.serviceWorker.addEventListener('message', (event) => {
    const conversation = /^#\/c\/([\w-]+)$/.exec(event.data?.address ?? '')?.[1];
    if (conversation) goTo(conversation);
  });
}

/** Under Trusted Types a script address needs a policy; this is the only one, and it knows one file. @param {'sw.js'} file */
function scriptUrl(file) {
  const types = /** @type {any} */ (window).trustedTypes;
  if (!types) return file;
  return types.createPolicy('im-worker', { createScriptURL: () => file }).createScriptURL(file);
}
