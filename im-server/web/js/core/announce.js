/** What a screen reader is told as it happens. History is never announced, only what is new. */

const STAY = 10_000;

/** @type {HTMLElement|null} */
let region = null;

/** The one live region of the page. @returns {HTMLElement} */
export function liveRegion() {
  region = document.createElement('div');
  region.className = 'visually-hidden';
  region.setAttribute('role', 'status');
  region.setAttribute('aria-live', 'polite');
  region.setAttribute('aria-atomic', 'false');
  region.setAttribute('aria-relevant', 'additions');
  return region;
}

/** @param {string} text */
export function announce(text) {
  const line = document.createElement('p');
  line.textContent = text;
  region?.append(line);
  setTimeout(() => line.remove(), STAY);
}
