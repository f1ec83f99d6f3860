/** `<im-sidebar>`: oneself, and the two lists. */

import { Component } from '../core/component.js';
import { attr, h, text } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { changed, state } from '../core/store.js';
import { blocked, decided, disable, enable } from '../notify/notifications.js';
import { setFilter, worthFiltering } from '../state/filter.js';
import { incomingRequests } from '../state/people.js';
import { unreadTotal } from '../state/threads.js';
import './chat-list.js';
import './me-card.js';
import './people-list.js';
import { icon } from './icons.js';
import { short } from './row.js';
import { showDialog } from './dialogs/show.js';

const TABS = /** @type {const} */ (['chats', 'people']);

class Sidebar extends Component {
  static topics = ['tab', 'conversations', 'contacts', 'filter', 'site'];
  /** @type {Record<string, any>} */ #tabs = {};
  /** @type {Record<string, any>} */ #panels = {};
  /** @type {any} */ #ask;
  /** @type {any} */ #filter;

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
      h('im-me-card'), tablist, this.#filterField(), ...Object.values(this.#panels), this.#ask);
  }

  update() {
    for (const tab of TABS) {
      const chosen = tab === state.tab;
      attr(this.#tabs[tab], 'aria-selected', String(chosen));
      this.#tabs[tab].tabIndex = chosen ? 0 : -1;
      this.#panels[tab].hidden = !chosen;
    }
    this.#filter.parentElement.hidden = !worthFiltering();
    if (this.#filter.value !== state.filter) this.#filter.value = state.filter;
    this.#count('chats', unreadTotal(), 'unread');
    this.#count('people', incomingRequests().length, 'requests.count');
    this.#ask.hidden = decided() || state.conversations.size === 0;
  }

  /** @param {string} tab @param {number} n @param {string} words */
  #count(tab, n, words) {
    const badge = this.#tabs[tab].querySelector('.badge');
    badge.hidden = n === 0;
    text(badge, short(n));
    attr(this.#tabs[tab], 'aria-label', n > 0 ? `${t(`tab.${tab}`)}, ${t(words, { n })}` : null);
  }

  /** Both lists, narrowed down by name. */
  #filterField() {
    this.#filter = h('input', { id: 'filter', type: 'search', 'aria-label': t('filter.label'), placeholder: t('filter.label'), maxLength: 64, autocomplete: 'off', autocapitalize: 'none', spellcheck: false, dir: 'auto', enterKeyHint: 'search',
      oninput: () => setFilter(this.#filter.value),
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.isComposing) return;
        if (event.key === 'Escape' && this.#filter.value) {
          event.preventDefault();
          setFilter('');
        }
        const row = /** @type {HTMLElement|null} */ (this.#panels[state.tab].querySelector('.row:is(a, button)'));
        if (event.key === 'ArrowDown' && row) {
          event.preventDefault();
          row.focus();
        }
        if (event.key === 'Enter' && this.#filter.value.trim()) row?.click();
      } });
    return h('div', { class: 'search-field filter', role: 'search' }, icon('search'), this.#filter);
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
