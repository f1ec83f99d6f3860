/** `<im-conversation>`: with whom, what was said, and where to answer. */

import { loadNewest } from '../actions/history.js';
import { Component } from '../core/component.js';
import { h, text } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { goToList } from '../core/route.js';
import { state } from '../core/store.js';
import { nameOf, originOf, presenceOf, presenceText } from '../state/people.js';
import { peerOf, threadOf } from '../state/threads.js';
import './composer.js';
import './log.js';
import { contactMenuButton } from './contact-menu.js';
import { icon } from './icons.js';
import { faceOf, updateFace, updateWho, who } from './row.js';

class ConversationView extends Component {
  static topics = ['contacts', 'presence', 'conversations', 'threads', 'typing'];
  /** Which one. */
  conversation = '';
  /** @type {any} */ #face;
  /** @type {any} */ #who;
  /** @type {any} */ #presence;
  /** @type {any} */ #origin;
  /** @type {any} */ #menu;
  #contact = false;

  build() {
    const conversation = state.conversations.get(this.conversation);
    if (!conversation) return;
    const peer = peerOf(conversation);
    this.setAttribute('role', 'region');
    this.#face = faceOf(peer);
    this.#who = who(peer);
    this.#presence = h('span', null);
    this.#origin = h('span', { class: 'origin-beside' });
    this.#menu = h('span', null);
    const log = h('im-log');
    log.conversation = this.conversation;
    const composer = h('im-composer');
    composer.conversation = this.conversation;
    this.append(
      h('header', { class: 'conversation-head' },
        h('button', { class: 'icon-button only-narrow', type: 'button', 'aria-label': t('conversation.back'), onclick: () => goToList() }, icon('back')),
        this.#face,
        h('div', { class: 'row-main' }, h('h2', { id: 'conversation-title', tabIndex: -1 }, this.#who), h('p', { class: 'row-text', dir: 'auto' }, this.#presence, this.#origin)),
        this.#menu),
      log, composer);
    this.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
      if (event.target instanceof Element && event.target.closest('[popover]')) return;
      goToList();
    });
  }

  connected() {
    // With a keyboard one goes on writing; on a phone the keyboard would hide what was said.
    const target = matchMedia('(pointer: coarse)').matches ? '#conversation-title' : '#message';
    queueMicrotask(() => /** @type {HTMLElement|null} */ (this.querySelector(target) ?? this.querySelector('#conversation-title'))?.focus());
  }

  update() {
    const conversation = state.conversations.get(this.conversation);
    if (!conversation) return;
    const peer = peerOf(conversation);
    const thread = threadOf(this.conversation);
    if (!thread.loaded && !thread.failed) void loadNewest(this.conversation);
    updateFace(this.#face, peer, false);
    updateWho(this.#who, peer);
    const contact = state.contacts.get(peer.id)?.state === 'accepted';
    text(this.#presence, state.typing.has(this.conversation) ? t('chats.typing') : contact ? presenceText(presenceOf(peer.id)) : t('conversation.not_contact'));
    // Where there is no room beside the name.
    const origin = state.typing.has(this.conversation) ? null : originOf(peer);
    text(this.#origin, origin ? ` · ${origin}` : '');
    this.#presence.classList.toggle('typing-words', state.typing.has(this.conversation));
    if (contact !== this.#contact) {
      this.#contact = contact;
      this.#menu.replaceChildren(...(contact ? [contactMenuButton(peer.id)] : []));
    }
    this.setAttribute('aria-label', t('conversation.with', { name: nameOf(peer) }));
  }
}
customElements.define('im-conversation', ConversationView);
