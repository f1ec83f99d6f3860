/**
 * The service worker: keeps a copy of the shell (page, scripts, styles, icons) for when there is no network, and shows
 * notifications where only a service worker may. The network always comes first, so a new version of the server is
 * seen at the next load; answers of the API are never looked at, let alone kept.
 */

const CACHE = `im-shell:${new URL(self.registration.scope).pathname}`;

/** What the page fetches only when it knows who it speaks to, or that something is new. */
const LATER = ['assets/js/strings/en.js', 'assets/js/strings/fr.js', 'assets/icons/icon-unread.svg'];

self.addEventListener('install', (event) => {
  self.skipWaiting();
  event.waitUntil(keepShell());
});

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const scope = new URL(self.registration.scope);
  const url = new URL(request.url);
  const path = url.pathname.slice(scope.pathname.length);
  const ours = url.origin === scope.origin && url.pathname.startsWith(scope.pathname) && !path.startsWith('api/');
  if (request.method !== 'GET' || !ours) return;
  event.respondWith(networkFirst(request));
});

/** Fetches the page and all that it names, so that it can be shown without a network from now on. */
async function keepShell() {
  const cache = await caches.open(CACHE);
  const page = await fetch(self.registration.scope);
  if (!page.ok) throw new Error(`the page answers ${page.status}`);
  const named = [...(await page.clone().text()).matchAll(/(?:href|src)="(assets\/[^"]+)"/g)].map((match) => match[1]);
  await cache.put(self.registration.scope, page);
  await cache.addAll([...named, ...LATER]);
}

/** @param {Request} request */
async function networkFirst(request) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok && response.type === 'basic') await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(show(event.notification.data?.address ?? '#/'));
});

/** Brings an open page to the front, or opens one. @param {string} address */
async function show(address) {
  const pages = await self.clients.matchAll({ type: 'window' });
  const page = pages.find((one) => one.url.startsWith(self.registration.scope));
  if (page) {
    await page.focus();
    page.postMessage({ address });
  } else {
    await self.clients.openWindow(new URL(address, self.registration.scope));
  }
}
