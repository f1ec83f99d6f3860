/** `<im-chat-list>`: the conversations, the latest first. */

import { Component } from '../core/component.js';
import { attr, fill, h, reconcile, text } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { addressOf } from '../core/route.js';
import { changed, state } from '../core/store.js';
import { brief } from '../core/time.js';
import { draftOf } from '../state/drafts.js';
import { matches } from '../state/filter.js';
import { outgoingOf } from '../state/outgoing.js';
import { acceptedContacts, incomingRequests } from '../state/people.js';
import { activeConversations, peerOf } from '../state/threads.js';
import { showDialog } from './dialogs/show.js';
import { arrowKeys, emptyList, faceOf, preview, short, updateFace, updateWho, who } from './row.js';

/** @typedef {import('../types.js').Conversation} Conversation */

class ChatList extends Component {
  static topics = ['conversations', 'contacts', 'presence', 'typing', 'outbox', 'drafts', 'filter', 'open', 'me'];
  /** @type {any} */ #list;
  /** @type {any} */ #empty;

  build() {
    this.#list = h('ul', { class: 'rows', 'aria-label': t('tab.chats'), onkeydown: arrowKeys });
    this.#empty = h('div', null);
    this.append(this.#list, this.#empty);
  }

  connected() {
    // "14:05" becomes "Yesterday" without anything else happening.
    this.every(60_000, () => this.update());
  }

  update() {
    const all = activeConversations();
    const conversations = all.filter((conversation) => matches(peerOf(conversation)));
    this.#none(all.length === 0, conversations.length === 0);
    reconcile(this.#list, conversations, (conversation) => conversation.id, (conversation) => this.#create(conversation), (row, conversation) => this.#show(row, conversation));
  }

  /** What to do when nothing is listed. @param {boolean} none @param {boolean} hidden */
  #none(none, hidden) {
    const requests = incomingRequests().length;
    const what = !hidden ? '' : !none ? 'filtered' : requests > 0 ? `requests ${requests}` : acceptedContacts() > 0 ? 'contacts' : 'nobody';
    const key = what === 'filtered' ? `${what} ${state.filter}` : what;
    if (this.#empty.dataset.what === key) return;
    this.#empty.dataset.what = key;
    const people = () => {
      state.tab = 'people';
      changed('tab');
    };
    const button = (/** @type {string} */ words, /** @type {() => void} */ act, primary = true) =>
      h('button', { class: primary ? 'button button-primary' : 'button', type: 'button', onclick: act }, words);
    fill(this.#empty,
      what === 'filtered' && emptyList(t('filter.none', { query: state.filter.trim() }), t('filter.none_chats'), button(t('filter.among_contacts'), people, false)),
      what.startsWith('requests') && emptyList(t('chats.empty'), t('chats.requests_hint', { n: requests }), button(t('chats.see_requests'), people)),
      what === 'contacts' && emptyList(t('chats.empty'), t('chats.contacts_hint'), button(t('chats.see_contacts'), people)),
      what === 'nobody' && emptyList(t('chats.empty'), t('chats.empty_hint'), button(t('action.add_people'), () => showDialog('add-people'))));
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
    const draft = conversation.id === state.open ? '' : draftOf(conversation.id).trim();
    row.classList.toggle('is-typing', typing);
    row.classList.toggle('is-unread', conversation.unread > 0);
    row.classList.toggle('is-draft', draft !== '' && !typing);
    text(main.lastElementChild, typing ? t('chats.typing') : draft ? t('chats.draft', { text: draft.replace(/\s+/g, ' ').slice(0, 120) }) : unsent ? t('chats.you_said', { text: unsent.text }) : preview(conversation.last_message, state.me?.id));
    const [time, badge] = side.children;
    const at = conversation.last_message?.sent_at;
    text(time, at ? brief(at) : '');
    badge.hidden = conversation.unread === 0;
    badge.replaceChildren(short(conversation.unread), h('span', { class: 'visually-hidden' }, ` ${t('unread.word', { n: conversation.unread })}`));
    attr(row, 'aria-current', conversation.id === state.open ? 'page' : null);
  }
}
customElements.define('im-chat-list', ChatList);
