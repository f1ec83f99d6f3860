/** `<im-shell>`: list and conversation side by side, or one at a time where there is no room. */

import { Component } from '../core/component.js';
import { h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { state } from '../core/store.js';
import './banners.js';
import './conversation.js';
import './sidebar.js';
import { mark } from './icons.js';

class Shell extends Component {
  static topics = ['open', 'conversations'];
  #shown = '';

  build() {
    this.className = 'shell';
    this.append(
      h('a', { class: 'skip', href: '#conversation', onclick: (/** @type {Event} */ event) => {
        event.preventDefault();
        /** @type {HTMLElement|null} */ (this.querySelector('#message, main'))?.focus();
      } }, t('skip.conversation')),
      h('im-banners'),
      h('div', { class: 'panes' },
        h('im-sidebar'),
        h('main', { id: 'conversation', class: 'main', tabIndex: -1, 'aria-label': t('conversation.area') })));
  }

  update() {
    const main = /** @type {HTMLElement} */ (this.querySelector('main'));
    const open = state.open && state.conversations.has(state.open) ? state.open : '';
    this.dataset.pane = open ? 'conversation' : 'list';
    if (open === this.#shown && main.childElementCount > 0) return;
    const before = this.#shown;
    this.#shown = open;
    if (open) {
      const conversation = h('im-conversation');
      conversation.conversation = open;
      main.replaceChildren(conversation);
    } else {
      main.replaceChildren(
        h('div', { class: 'empty' }, mark(), h('h2', null, t('conversation.none')), h('p', null, t('conversation.none_hint'))));
      // Back in the list, one stands where one was.
      if (before) /** @type {HTMLElement|null} */ (this.querySelector(`[data-conversation="${CSS.escape(before)}"]`))?.focus();
    }
  }
}
customElements.define('im-shell', Shell);
