/** `<im-sidebar>`: oneself, and the two lists. */

import { Component } from '../core/component.js';
import { attr, h, text } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { changed, state } from '../core/store.js';
import { blocked, decided, disable, enable } from '../notify/notifications.js';
import { incomingRequests } from '../state/people.js';
import { unreadTotal } from '../state/threads.js';
import './chat-list.js';
import './me-card.js';
import './people-list.js';
import { icon } from './icons.js';
import { showDialog } from './dialogs/show.js';

const TABS = /** @type {const} */ (['chats', 'people']);

class Sidebar extends Component {
  static topics = ['tab', 'conversations', 'contacts', 'site'];
  /** @type {Record<string, any>} */ #tabs = {};
  /** @type {Record<string, any>} */ #panels = {};
  /** @type {any} */ #ask;

  build() {
    this.className = 'sidebar';
    const button = (/** @type {import('./icons.js').IconName} */ name, /** @type {string} */ words, /** @type {string} */ dialog) =>
      h('button', { class: 'icon-button', type: 'button', 'aria-label': words, title: words, onclick: () => showDialog(dialog) }, icon(name));
    for (const tab of TABS) {
      const badge = h('span', { class: 'badge', hidden: true });
      this.#tabs[tab] = h('button', { class: 'tab', type: 'button', role: 'tab', id: `tab-${tab}`, 'aria-controls': `panel-${tab}`,
        onclick: () => this.#choose(tab) }, icon(tab), h('span', null, t(`tab.${tab}`)), badge);
      this.#panels[tab] = h('div', { class: 'panel', role: 'tabpanel', id: `panel-${tab}`, 'aria-labelledby': `tab-${tab}` },
        h(tab === 'chats' ? 'im-chat-list' : 'im-people-list'));
    }
    const tablist = h('div', { class: 'tabs', role: 'tablist', 'aria-label': t('tab.label'), onkeydown: (/** @type {KeyboardEvent} */ event) => this.#arrows(event) },
      Object.values(this.#tabs));
    this.#ask = this.#question();
    this.append(
      h('header', { class: 'sidebar-head' },
        h('h1', { class: 'site-title', dir: 'auto' }, state.site?.title ?? ''),
        button('add', t('action.add_people'), 'add-people'),
        button('settings', t('settings.title'), 'settings')),
      h('im-me-card'), tablist, this.#ask, ...Object.values(this.#panels));
  }

  update() {
    for (const tab of TABS) {
      const chosen = tab === state.tab;
      attr(this.#tabs[tab], 'aria-selected', String(chosen));
      this.#tabs[tab].tabIndex = chosen ? 0 : -1;
      this.#panels[tab].hidden = !chosen;
    }
    this.#count('chats', unreadTotal(), 'unread');
    this.#count('people', incomingRequests().length, 'requests.count');
    this.#ask.hidden = decided() || state.conversations.size === 0;
  }

  /** @param {string} tab @param {number} n @param {string} words */
  #count(tab, n, words) {
    const badge = this.#tabs[tab].querySelector('.badge');
    badge.hidden = n === 0;
    text(badge, String(n));
    attr(this.#tabs[tab], 'aria-label', n > 0 ? `${t(`tab.${tab}`)}, ${t(words, { n })}` : null);
  }

  /** @param {'chats'|'people'} tab */
  #choose(tab) {
    state.tab = tab;
    changed('tab');
    this.#tabs[tab].focus();
  }

  /** @param {KeyboardEvent} event */
  #arrows(event) {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    this.#choose(state.tab === 'chats' ? 'people' : 'chats');
  }

  /** Offers notifications once, when there is something to be notified of. */
  #question() {
    return h('div', { class: 'ask', hidden: true },
      h('p', null, icon('bell'), h('span', null, t('notifications.ask'))),
      h('div', { class: 'buttons' },
        h('button', { class: 'button button-small button-primary', type: 'button', onclick: async () => {
          await enable();
          if (!blocked()) this.update();
          this.#ask.hidden = true;
        } }, t('notifications.yes')),
        h('button', { class: 'button button-small', type: 'button', onclick: () => {
          disable();
          this.update();
        } }, t('notifications.no'))));
  }
}
customElements.define('im-sidebar', Sidebar);
