/** Installing the page as a program, where the browser offers it. */

/** What the browser offers, as long as it does. @type {any} */
let offer = null;

addEventListener('beforeinstallprompt', (event) => {
  offer = event;
});
addEventListener('appinstalled', () => {
  offer = null;
});

/** Whether it can be installed, and is not yet. */
export function installable() {
  return offer !== null;
}

/** Lets the browser ask. To be called from a click. */
export async function install() {
  const asking = offer;
  // Browsers take an offer once.
  offer = null;
  await asking?.prompt();
}
