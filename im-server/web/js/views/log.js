/** `<im-log>`: what was said. Loads earlier messages when one scrolls up, and stays at the end when one is there. */

import { loadEarlier, loadNewest } from '../actions/history.js';
import { markRead } from '../actions/reading.js';
import { announce } from '../core/announce.js';
import { Component } from '../core/component.js';
import { attr, fill, h, reconcile, text } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { state } from '../core/store.js';
import { watching } from '../notify/arrivals.js';
import { outgoingOf } from '../state/outgoing.js';
import { nameOf } from '../state/people.js';
import { peerOf, threadOf } from '../state/threads.js';
import { icon } from './icons.js';
import { entries } from './log-entries.js';
import { createEntry, updateEntry } from './message.js';

/** How near to the end counts as being there, in pixels. */
const NEAR = 80;
/** How near to the start earlier messages are fetched. */
const EARLY = 400;
/** How much of what was read before stays in view above what is new. */
const ABOVE = 56;

class Log extends Component {
  static topics = ['threads', 'outbox', 'conversations', 'typing', 'contacts', 'connection'];
  conversation = '';
  /** @type {any} */ #log;
  /** @type {any} */ #top;
  /** @type {any} */ #list;
  /** @type {any} */ #typing;
  /** @type {any} */ #jump;
  #atEnd = true;
  #placed = false;
  /** The newest message already told to a screen reader, or there from the start. */
  #told = -1;
  #mine = 0;
  /** The button on a message that Tab reaches. @type {HTMLElement|null} */ #stop = null;

  build() {
    this.#top = h('div', { class: 'log-top' });
    this.#list = h('ol', { class: 'messages', 'aria-label': t('conversation.messages'), onkeydown: (/** @type {KeyboardEvent} */ event) => this.#arrows(event) });
    this.#typing = h('div', { class: 'typing', hidden: true }, h('span'), h('span'), h('span'));
    this.#typing.setAttribute('aria-hidden', 'true');
    // The history itself is silent; each new message is announced once, in the page's live region.
    this.#log = h('div', { class: 'log', role: 'log', 'aria-live': 'off', 'aria-label': t('conversation.history'), tabIndex: 0 },
      this.#top, this.#list, this.#typing);
    this.#jump = h('button', { class: 'jump', type: 'button', hidden: true, onclick: () => this.#toEnd(true) }, icon('down'), h('span'));
    this.append(this.#log, this.#jump);
  }

  connected() {
    this.listen(this.#log, 'scroll', () => this.#scrolled(), { passive: true });
    this.listen(window, 'focus', () => this.#seen());
    this.listen(document, 'visibilitychange', () => this.#seen());
    const sizes = new ResizeObserver(() => this.#atEnd && this.#toEnd());
    sizes.observe(this.#log);
    const thread = threadOf(this.conversation);
    const conversation = state.conversations.get(this.conversation);
    thread.dividerAfter = conversation && conversation.unread > 0 ? conversation.read_seq : null;
    this.#mine = outgoingOf(this.conversation).length;
  }

  update() {
    const conversation = state.conversations.get(this.conversation);
    if (!conversation) return;
    const thread = threadOf(this.conversation);
    this.#divide(conversation, thread);
    const sent = outgoingOf(this.conversation);
    const anchor = this.#log.scrollHeight - this.#log.scrollTop;
    const firstBefore = this.#list.firstElementChild?.imKey;
    this.#head(thread);
    reconcile(this.#list, entries(conversation, thread, sent), (entry) => entry.key, createEntry, updateEntry);
    this.#oneStop();
    this.#typing.hidden = !state.typing.has(this.conversation);
    if (thread.loaded && !this.#placed) this.#place(thread);
    else if (this.#atEnd || sent.length > this.#mine) this.#toEnd();
    else if (firstBefore !== undefined && firstBefore !== this.#list.firstElementChild?.imKey) {
      this.#log.scrollTop = this.#log.scrollHeight - anchor;
    }
    this.#mine = sent.length;
    this.#tell(thread, peerOf(conversation));
    this.#seen();
    this.#jumpButton(conversation);
  }

  /** The line before what is new: where it was when the conversation was opened, or where one looked away.
   * @param {import('../types.js').Conversation} conversation @param {import('../types.js').Thread} thread */
  #divide(conversation, thread) {
    const looking = watching() && this.#atEnd;
    if (thread.dividerAfter === null && conversation.unread > 0 && !looking && this.#placed) thread.dividerAfter = conversation.read_seq;
    const answered = thread.messages.at(-1);
    if (thread.dividerAfter !== null && answered && answered.sender === state.me?.id && answered.seq > thread.dividerAfter) thread.dividerAfter = null;
  }

  /** @param {import('../types.js').Thread} thread */
  #head(thread) {
    const what = thread.loading ? 'loading' : thread.failed ? 'failed' : !thread.loaded ? '' : thread.more ? 'more' : thread.messages.length > 0 ? 'start' : 'none';
    if (this.#top.dataset.what === what) return;
    this.#top.dataset.what = what;
    const button = (/** @type {string} */ words) =>
      h('button', { class: 'button button-small', type: 'button', onclick: () => void (thread.loaded ? loadEarlier : loadNewest)(this.conversation) }, words);
    fill(this.#top,
      what === 'loading' && h('p', { class: 'loading' }, t('history.loading')),
      what === 'failed' && [h('p', null, t('history.failed')), button(t('action.try_again'))],
      what === 'more' && button(t('history.earlier')),
      what === 'start' && h('p', null, t('history.start')),
      what === 'none' && h('div', { class: 'empty' }, h('p', { class: 'empty-title' }, t('history.none')), h('p', null, t('history.none_hint'))));
  }

  /** Where one starts to read: at what is new, else at the end. @param {import('../types.js').Thread} thread */
  #place(thread) {
    this.#placed = true;
    this.#told = thread.messages.at(-1)?.seq ?? 0;
    this.#toEnd();
    const divider = this.#list.querySelector('.divider');
    if (divider) {
      // Only the log moves: `scrollIntoView` would move whatever lies around it, too.
      this.#log.scrollTop += divider.getBoundingClientRect().top - this.#log.getBoundingClientRect().top - ABOVE;
      this.#atEnd = this.#isAtEnd();
    }
  }

  #isAtEnd() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < NEAR;
  }

  /** @param {boolean} [smooth] */
  #toEnd(smooth = false) {
    this.#atEnd = true;
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#log.scrollTo({ top: this.#log.scrollHeight, behavior: smooth && !calm ? 'smooth' : 'instant' });
  }

  #scrolled() {
    this.#atEnd = this.#isAtEnd();
    if (this.#log.scrollTop < EARLY && this.#placed && !threadOf(this.conversation).failed) void loadEarlier(this.conversation);
    this.#seen();
    const conversation = state.conversations.get(this.conversation);
    if (conversation) this.#jumpButton(conversation);
  }

  #seen() {
    if (this.#placed && this.#atEnd && watching()) markRead(this.conversation);
  }

  /** @param {import('../types.js').Conversation} conversation */
  #jumpButton(conversation) {
    this.#jump.hidden = this.#atEnd || !this.#placed;
    text(this.#jump.lastElementChild, conversation.unread > 0 ? t('unread', { n: conversation.unread }) : '');
    attr(this.#jump, 'aria-label', conversation.unread > 0 ? null : t('conversation.to_end'));
  }

  /** Of all the buttons on messages Tab reaches one, the last; the arrows go from it to the others. */
  #oneStop() {
    if (this.#list.contains(document.activeElement)) return;
    const last = this.#list.lastElementChild?.querySelector('.copy') ?? null;
    if (last === this.#stop) return;
    if (this.#stop) this.#stop.tabIndex = -1;
    if (last) last.tabIndex = 0;
    this.#stop = last;
  }

  /** @param {KeyboardEvent} event */
  #arrows(event) {
    if (!(event.target instanceof HTMLElement) || !event.target.matches('.copy')) return;
    const buttons = /** @type {HTMLElement[]} */ ([...this.#list.querySelectorAll('.copy')]);
    const at = buttons.indexOf(event.target);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = buttons[Math.max(0, Math.min(buttons.length - 1, to))];
    if (this.#stop) this.#stop.tabIndex = -1;
    this.#stop = next;
    next.tabIndex = 0;
    next.focus();
  }

  /** @param {import('../types.js').Thread} thread @param {import('../types.js').User} peer */
  #tell(thread, peer) {
    if (!this.#placed) return;
    for (const message of thread.messages) {
      if (message.seq <= this.#told) continue;
      this.#told = message.seq;
      if (message.sender === peer.id) announce(t('conversation.said', { name: nameOf(peer), text: message.text }));
    }
  }
}
customElements.define('im-log', Log);
