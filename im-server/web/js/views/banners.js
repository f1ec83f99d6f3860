/** `<im-banners>`: the site's notice, and whether the server can be reached. */

import { retryNow } from '../actions/connection.js';
import { Component } from '../core/component.js';
import { fill, h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { here } from '../core/settings.js';
import { state } from '../core/store.js';
import { icon } from './icons.js';

/** A short break is not worth a word. */
const PATIENCE = 1_500;
/** The notice that was read and put away. */
const DISMISSED = 'dismissed-notice';

class Banners extends Component {
  static topics = ['connection', 'site'];
  /** @type {any} */ #notice;
  /** @type {any} */ #offline;
  #since = 0;
  #shown = '';

  build() {
    this.#notice = h('div', { class: 'banner banner-notice' });
    this.#offline = h('div', { class: 'banner banner-offline', role: 'status' });
    this.append(this.#notice, this.#offline);
  }

  connected() {
    this.listen(window, 'offline', () => this.update());
    this.listen(window, 'online', () => this.update());
    this.every(1_000, () => this.#connection());
  }

  update() {
    // Another notice is shown again.
    const notice = here.get(DISMISSED) === state.site?.notice ? null : state.site?.notice;
    this.#notice.hidden = !notice;
    if (notice && this.#notice.childElementCount === 0) {
      fill(this.#notice, icon('info'), h('p', { dir: 'auto' }, notice),
        h('button', { class: 'icon-button', type: 'button', 'aria-label': t('action.dismiss'), onclick: () => {
          here.set(DISMISSED, notice);
          this.update();
        } }, icon('close')));
    }
    this.#connection();
  }

  #connection() {
    const { status, full } = state.connection;
    const now = Date.now();
    if (status === 'open' && navigator.onLine) this.#since = 0;
    else if (this.#since === 0) this.#since = now;
    const late = this.#since > 0 && now - this.#since >= PATIENCE && status !== 'idle';
    let words = '';
    if (late && full) words = t('connection.full');
    else if (late && !navigator.onLine) words = t('connection.no_network');
    else if (late) words = t('connection.lost');
    this.#offline.hidden = !words;
    // Told once, not every second.
    if (words === this.#shown) return;
    this.#shown = words;
    fill(this.#offline, words && [icon('warning'), h('p', null, words),
      h('button', { class: 'button button-small', type: 'button', onclick: () => retryNow() }, t('action.try_now'))]);
  }
}
customElements.define('im-banners', Banners);
