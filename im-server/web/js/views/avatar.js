/** A face or initials, and the dot that says whether somebody is there. */

import { safeUrl } from '../core/links.js';
import { h } from '../core/dom.js';
import { nameOf } from '../state/people.js';

const HUES = 10;

/** The same account has the same colour everywhere and always. @param {string} id */
function hueOf(id) {
  let hash = 0;
  for (const character of id) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash % HUES;
}

/** "Chloé Dubois" → "CD" @param {string} name */
function initials(name) {
  const words = name.split(/[\s_.-]+/u).map((word) => word.match(/[\p{L}\p{N}]/u)?.[0] ?? '').filter(Boolean);
  return (words.length > 1 ? words[0] + words[words.length - 1] : (words[0] ?? '?')).toUpperCase();
}

/** `<im-avatar>`: decoration, so hidden from screen readers; the words stand beside it. */
class Avatar extends HTMLElement {
  #shown = '';

  /**
   * @param {import('../types.js').User} user
   * @param {import('../types.js').Presence|null} presence null: no dot
   */
  show(user, presence) {
    const name = nameOf(user);
    const url = safeUrl(user.avatar_url);
    const key = `${user.id} ${name} ${url}`;
    if (key !== this.#shown) {
      this.#shown = key;
      this.dataset.hue = String(hueOf(user.id));
      this.setAttribute('aria-hidden', 'true');
      const letters = h('span', { class: 'avatar-letters' }, initials(name));
      this.replaceChildren(letters);
      if (url) {
        const image = h('img', { alt: '', loading: 'lazy', referrerPolicy: 'no-referrer', src: url });
        image.addEventListener('error', () => image.remove());
        this.append(image);
      }
      this.append(h('span', { class: 'dot' }));
    }
    if (presence) this.dataset.presence = presence.state;
    else delete this.dataset.presence;
    return this;
  }
}
customElements.define('im-avatar', Avatar);

/**
 * @param {import('../types.js').User} user
 * @param {import('../types.js').Presence|null} [presence]
 */
export function avatar(user, presence = null) {
  return /** @type {Avatar} */ (document.createElement('im-avatar')).show(user, presence);
}
