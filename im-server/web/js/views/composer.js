/** `<im-composer>`: where one writes, or why one cannot. */

import { accept, ask } from '../actions/contacts.js';
import { send } from '../actions/outbox.js';
import { noticeTyping, typed } from '../actions/typing.js';
import { announce } from '../core/announce.js';
import { Component } from '../core/component.js';
import { attr, fill, h, text } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { state } from '../core/store.js';
import { attempt } from '../core/toast.js';
import { draftOf, keepDraft } from '../state/drafts.js';
import { nameOf, presenceOf } from '../state/people.js';
import { peerOf } from '../state/threads.js';
import { icon } from './icons.js';

/** How many characters before the limit it is mentioned. */
const WARN = 200;
/** The tallest the field grows, in pixels. */
const TALLEST = 160;

class Composer extends Component {
  static topics = ['contacts', 'presence', 'conversations'];
  conversation = '';
  /** @type {any} */ #field;
  /** @type {any} */ #button;
  /** @type {any} */ #hint;
  #shown = '';

  update() {
    const conversation = state.conversations.get(this.conversation);
    if (!conversation) return;
    const peer = peerOf(conversation);
    const relation = state.contacts.get(peer.id)?.state ?? 'none';
    if (relation !== this.#shown) {
      this.#shown = relation;
      if (relation === 'accepted') this.#open(peer);
      else this.#closed(peer, relation);
    }
    if (relation === 'accepted') this.#advise();
  }

  /** @param {import('../types.js').User} peer */
  #open(peer) {
    const label = t('composer.label', { name: nameOf(peer) });
    this.#field = h('textarea', { id: 'message', rows: 1, dir: 'auto', 'aria-label': label, 'aria-describedby': 'composer-hint', placeholder: t('composer.placeholder'), enterKeyHint: 'send',
      value: draftOf(this.conversation),
      oninput: () => this.#changed(),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#key(event) });
    this.#button = h('button', { class: 'send', type: 'submit', 'aria-label': t('composer.send'), title: t('composer.send') }, icon('send'));
    this.#hint = h('p', { class: 'composer-hint', id: 'composer-hint' });
    fill(this, h('form', { class: 'composer', onsubmit: (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#send();
    } }, h('div', { class: 'composer-field' }, this.#field, this.#button), this.#hint));
    this.#grow();
  }

  /** @param {import('../types.js').User} peer @param {string} relation */
  #closed(peer, relation) {
    const name = nameOf(peer);
    const act = relation === 'incoming' ? () => accept(peer.id) : () => ask(peer.id, '');
    fill(this, h('div', { class: 'composer-closed' },
      h('p', null, t(`composer.closed_${relation}`, { name })),
      relation !== 'asked' && h('button', { class: 'button button-small button-primary', type: 'button', onclick: () => attempt(act) },
        t(relation === 'incoming' ? 'requests.accept' : 'people.add'))));
  }

  #changed() {
    keepDraft(this.conversation, this.#field.value);
    this.#grow();
    this.#advise();
    if (this.#field.value.trim()) noticeTyping(this.conversation);
  }

  #grow() {
    this.#field.style.height = 'auto';
    if (this.#field.scrollHeight > 0) this.#field.style.height = `${Math.min(TALLEST, this.#field.scrollHeight)}px`;
  }

  /** What is worth knowing before one presses the button. */
  #advise() {
    const conversation = state.conversations.get(this.conversation);
    if (!conversation) return;
    const peer = peerOf(conversation);
    const left = this.#left();
    const name = nameOf(peer);
    let words = '';
    if (left < 0) words = t('composer.too_long', { n: -left });
    else if (left <= WARN) words = t('composer.left', { n: left });
    else if (presenceOf(peer.id).state === 'dnd') words = t('composer.dnd', { name });
    text(this.#hint, words);
    if (left < 0 && !this.#hint.classList.contains('is-error')) announce(words);
    this.#hint.classList.toggle('is-error', left < 0);
    attr(this.#field, 'aria-invalid', left < 0 ? 'true' : null);
    this.#button.disabled = left < 0 || !this.#field.value.trim();
  }

  /** Characters that may still be written, as the server counts them. */
  #left() {
    const longest = state.me?.limits.message_max_chars ?? 4000;
    return longest - [...this.#field.value].length;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    // Enter sends; with Shift, and on screens that are touched, it begins a line.
    if (event.key !== 'Enter' || event.isComposing || event.shiftKey || matchMedia('(pointer: coarse)').matches) return;
    event.preventDefault();
    this.#send();
  }

  #send() {
    const words = this.#field.value.trim();
    if (!words || this.#left() < 0) return;
    send(this.conversation, words);
    typed();
    this.#field.value = '';
    keepDraft(this.conversation, '');
    this.#grow();
    this.#advise();
    this.#field.focus();
  }
}
customElements.define('im-composer', Composer);
