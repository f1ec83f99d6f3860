/** The whole page: which screen is shown, and what lies over it. */

import { liveRegion } from '../core/announce.js';
import { Component } from '../core/component.js';
import { h } from '../core/dom.js';
import { state } from '../core/store.js';
import './dialogs/all.js';
import './shell.js';
import './sign-in.js';
import './toasts.js';
import './waiting.js';

const SCREENS = { starting: 'im-waiting', unreachable: 'im-waiting', full: 'im-waiting', 'signed-out': 'im-sign-in', ready: 'im-shell' };

class App extends Component {
  static topics = ['phase', 'overlay'];
  #screen = '';
  /** @type {any} */
  #overlay = null;

  /** What is told passing by, and to a screen reader. */
  #told = [h('im-toasts'), liveRegion()];

  build() {
    this.append(h('div', { class: 'screen' }), h('div', { class: 'overlays' }), ...this.#told);
  }

  connected() {
    // Another language changes every word: the screen is made again, what was typed lies in the state.
    let language = document.documentElement.lang;
    const observer = new MutationObserver(() => {
      if (document.documentElement.lang === language) return;
      language = document.documentElement.lang;
      this.#screen = '';
      this.#overlay = null;
      this.update();
    });
    observer.observe(document.documentElement, { attributeFilter: ['lang'] });
  }

  update() {
    const [screen, overlays] = /** @type {any} */ (this.children);
    const wanted = SCREENS[state.phase];
    if (wanted !== this.#screen) {
      this.#screen = wanted;
      screen.replaceChildren(h(wanted));
    }
    if (state.overlay !== this.#overlay) {
      this.#overlay = state.overlay;
      this.append(...this.#told);
      overlays.replaceChildren();
      if (state.overlay) {
        overlays.append(h(`im-dialog-${state.overlay.name}`));
        // All outside an open dialog is out of reach, also for a screen reader.
        overlays.querySelector('dialog').append(...this.#told);
      }
    }
  }
}
customElements.define('im-app', App);
