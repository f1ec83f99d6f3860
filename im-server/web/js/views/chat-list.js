/** `<im-chat-list>`: the conversations, the latest first. */

import { Component } from '../core/component.js';
import { attr, h, reconcile, text } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { addressOf } from '../core/route.js';
import { state } from '../core/store.js';
import { brief } from '../core/time.js';
import { outgoingOf } from '../state/outgoing.js';
import { activeConversations, peerOf } from '../state/threads.js';
import { showDialog } from './dialogs/show.js';
import { arrowKeys, emptyList, faceOf, preview, updateFace, updateWho, who } from './row.js';

/** @typedef {import('../types.js').Conversation} Conversation */

class ChatList extends Component {
  static topics = ['conversations', 'contacts', 'presence', 'typing', 'outbox', 'open', 'me'];
  /** @type {any} */ #list;
  /** @type {any} */ #empty;

  build() {
    this.#list = h('ul', { class: 'rows', 'aria-label': t('tab.chats'), onkeydown: arrowKeys });
    this.#empty = emptyList(t('chats.empty'), t('chats.empty_hint'),
      h('button', { class: 'button button-primary', type: 'button', onclick: () => showDialog('add-people') }, t('action.add_people')));
    this.append(this.#list, this.#empty);
  }

  connected() {
    // "14:05" becomes "Yesterday" without anything else happening.
    this.every(60_000, () => this.update());
  }

  update() {
    const conversations = activeConversations();
    this.#empty.hidden = conversations.length > 0;
    reconcile(this.#list, conversations, (conversation) => conversation.id, (conversation) => this.#create(conversation), (row, conversation) => this.#show(row, conversation));
  }

  /** @param {Conversation} conversation */
  #create(conversation) {
    const peer = peerOf(conversation);
    return h('li', null,
      h('a', { class: 'row', href: addressOf(conversation.id), 'data-conversation': conversation.id },
        faceOf(peer),
        h('span', { class: 'row-main' }, who(peer), h('span', { class: 'row-text', dir: 'auto' })),
        h('span', { class: 'row-side' }, h('time'), h('span', { class: 'badge' }))));
  }

  /** @param {HTMLElement} item @param {Conversation} conversation */
  #show(item, conversation) {
    const peer = peerOf(conversation);
    const row = /** @type {HTMLElement} */ (item.firstElementChild);
    const [face, main, side] = /** @type {any} */ (row.children);
    updateFace(face, peer);
    updateWho(main.firstElementChild, peer);
    const typing = state.typing.has(conversation.id);
    const unsent = outgoingOf(conversation.id).at(-1);
    row.classList.toggle('is-typing', typing);
    row.classList.toggle('is-unread', conversation.unread > 0);
    text(main.lastElementChild, typing ? t('chats.typing') : unsent ? t('chats.you_said', { text: unsent.text }) : preview(conversation.last_message, state.me?.id));
    const [time, badge] = side.children;
    const at = conversation.last_message?.sent_at;
    text(time, at ? brief(at) : '');
    badge.hidden = conversation.unread === 0;
    badge.replaceChildren(String(conversation.unread), h('span', { class: 'visually-hidden' }, ` ${t('unread.word', { n: conversation.unread })}`));
    attr(row, 'aria-current', conversation.id === state.open ? 'page' : null);
  }
}
customElements.define('im-chat-list', ChatList);
