/** One entry of the log, as elements. */

import { discard, retry } from '../actions/outbox.js';
import { ApiError } from '../core/api.js';
import { copyText } from '../core/clipboard.js';
import { attr, fill, h, text } from '../core/dom.js';
import { explain } from '../core/errors.js';
import { t } from '../core/i18n.js';
import { linkInto } from '../core/links.js';
import { clock, full } from '../core/time.js';
import { tell } from '../core/toast.js';
import { nameOf } from '../state/people.js';
import { icon } from './icons.js';

/** @typedef {import('./log-entries.js').Entry} Entry */
/** @typedef {import('./log-entries.js').MessageEntry} MessageEntry */

/** A few emoji and nothing else are shown larger. */
const EMOJI = /^(?=.*\p{Extended_Pictographic})(\p{Extended_Pictographic}|\p{Emoji_Component}|\s){1,12}$/u;

/** The small sign of each state. */
const PICTURES = /** @type {const} */ ({ sent: 'check', read: 'checks', sending: 'clock', waiting: 'clock', failed: 'warning' });

/** @param {Entry} entry @returns {HTMLElement} */
export function createEntry(entry) {
  if (entry.kind === 'day') return h('li', { class: 'day' }, h('span', null, entry.words));
  if (entry.kind === 'divider') return h('li', { class: 'divider' }, h('span', null, t('conversation.new')));
  const words = h('p', { class: 'text', dir: 'auto' });
  linkInto(words, entry.text);
  return h('li', { class: `message ${entry.own ? 'own' : 'theirs'}` },
    h('div', { class: `bubble${EMOJI.test(entry.text) ? ' emoji' : ''}` },
      h('span', { class: 'visually-hidden said-by' }),
      words,
      h('span', { class: 'meta' }, h('time', { dateTime: entry.at, title: full(entry.at) }, clock(entry.at)), h('span', { class: 'mark-of-state' })),
      h('button', { class: 'icon-button copy', type: 'button', tabIndex: -1, 'aria-label': t('message.copy'), title: t('message.copy'), onclick: () => copy(entry.text) }, icon('copy'))),
    h('div', { class: 'status' }));
}

/** @param {string} words */
async function copy(words) {
  tell(t((await copyText(words)) ? 'message.copied' : 'message.not_copied'));
}

/** @param {HTMLElement} element @param {Entry} entry */
export function updateEntry(element, entry) {
  if (entry.kind === 'day') text(/** @type {Element} */ (element.firstElementChild), entry.words);
  if (entry.kind !== 'message') return;
  const time = /** @type {HTMLTimeElement} */ (element.querySelector('time'));
  if (time.dateTime !== entry.at) {
    time.dateTime = entry.at;
    time.title = full(entry.at);
    text(time, clock(entry.at));
  }
  element.classList.toggle('first', entry.first);
  element.classList.toggle('last', entry.last);
  text(/** @type {Element} */ (element.querySelector('.said-by')), entry.own ? t('conversation.you') : t('conversation.by', { name: entry.name ? nameOf(entry.name) : '' }));
  status(element, /** @type {Element} */ (element.querySelector('.status')), entry);
}

/** @param {HTMLElement} element @param {Element} place @param {MessageEntry} entry */
function status(element, place, entry) {
  const now = `${entry.status} ${entry.error ?? ''}`;
  if (place.getAttribute('data-status') === now) return;
  place.setAttribute('data-status', now);
  attr(element, 'data-state', entry.status || null);
  const mark = /** @type {Element} */ (element.querySelector('.mark-of-state'));
  if (!entry.status) {
    fill(mark);
    fill(place);
    return;
  }
  const failed = entry.status === 'failed';
  const words = failed ? explain(new ApiError(entry.error ?? '', 400)) : t(`status.${entry.status}`);
  attr(mark, 'title', words);
  // What needs a word or a hand stands below; what is as it should be is a small sign.
  const below = failed || entry.status === 'waiting';
  fill(mark, icon(PICTURES[entry.status]), !below && h('span', { class: 'visually-hidden' }, words));
  const { clientId } = entry;
  fill(place, below && h('span', null, words),
    failed && clientId && [
      h('button', { class: 'link', type: 'button', onclick: () => retry(clientId) }, t('action.try_again')),
      h('button', { class: 'link', type: 'button', onclick: () => discard(clientId) }, t('status.discard'))]);
}
