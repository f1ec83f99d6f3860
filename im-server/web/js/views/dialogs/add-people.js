/** Finding members and asking them. */

import { accept, ask, find, openWith } from '../../actions/contacts.js';
import { fill, h, text } from '../../core/dom.js';
import { explain } from '../../core/errors.js';
import { t } from '../../core/i18n.js';
import { state } from '../../core/store.js';
import { attempt, tell } from '../../core/toast.js';
import { countedContacts, nameOf } from '../../state/people.js';
import { avatar } from '../avatar.js';
import { icon } from '../icons.js';
import { secondLine, who } from '../row.js';
import { Dialog } from './dialog.js';

/** @typedef {import('../../types.js').FoundUser} FoundUser */

const PAUSE = 250;
const LONGEST_GREETING = 200;

class AddPeople extends Dialog {
  static topics = ['contacts'];
  /** @type {any} */ #search;
  /** @type {any} */ #results;
  /** @type {any} */ #status;
  /** @type {any} */ #count;
  /** @type {ReturnType<typeof setTimeout>|undefined} */ #timer;
  #asked = 0;

  heading() {
    return t('action.add_people');
  }

  content() {
    this.#search = h('input', { id: 'people-search', type: 'text', enterKeyHint: 'search', maxLength: 64, autocomplete: 'off', autocapitalize: 'none', spellcheck: false, dir: 'auto', 'data-autofocus': '',
      placeholder: t('search.placeholder'), value: this.about?.query ?? '',
      oninput: () => {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => void this.#look(), PAUSE);
      } });
    this.#status = h('p', { class: 'search-status', role: 'status' }, t('search.hint'));
    this.#results = h('ul', { class: 'rows results' });
    this.#count = h('p', { class: 'hint' });
    if (this.#search.value) void this.#look();
    return [
      h('form', { role: 'search', onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        clearTimeout(this.#timer);
        void this.#look();
      } }, h('div', { class: 'field search-field' },
        h('label', { for: 'people-search', class: 'visually-hidden' }, t('search.label')), icon('search'), this.#search)),
      this.#status, this.#results, this.#count,
    ];
  }

  update() {
    const limit = state.me?.limits.max_contacts;
    text(this.#count, limit ? t('people.limit', { count: countedContacts(), n: limit }) : '');
  }

  async #look() {
    const query = this.#search.value.trim();
    this.#asked += 1;
    const asked = this.#asked;
    if (!query) {
      fill(this.#results);
      text(this.#status, t('search.hint'));
      return;
    }
    try {
      const users = await find(query);
      if (asked !== this.#asked) return;
      text(this.#status, users.length > 0 ? t('search.found', { n: users.length }) : t('search.nobody', { query }));
      fill(this.#results, users.map((user) => this.#result(user)));
    } catch (error) {
      if (asked === this.#asked) text(this.#status, explain(error));
    }
  }

  /** @param {FoundUser} user */
  #result(user) {
    const item = h('li', { class: 'result' });
    const contact = state.contacts.get(user.id)?.state ?? user.contact;
    const said = user.display_name && user.display_name !== user.username ? user.username : null;
    const row = h('div', { class: 'row row-still' }, avatar(user),
      h('span', { class: 'row-main' }, who(user),
        secondLine(said ?? '', user)),
      this.#action(user, contact, item));
    item.append(row);
    return item;
  }

  /** @param {FoundUser} user @param {import('../../types.js').ContactState|null} contact @param {HTMLElement} item */
  #action(user, contact, item) {
    const name = nameOf(user);
    const button = (/** @type {string} */ words, /** @type {string} */ label, /** @type {() => void} */ act, primary = false) =>
      h('button', { class: `button button-small${primary ? ' button-primary' : ''}`, type: 'button', 'aria-label': label, onclick: act }, words);
    if (contact === 'accepted') {
      return button(t('contact.write'), t('contact.write_whom', { name }), () => void this.#done(() => openWith(user.id)));
    }
    if (contact === 'asked') return h('span', { class: 'tag' }, t('requests.sent'));
    if (contact === 'incoming') {
      return button(t('requests.accept'), t('requests.accept_whom', { name }), () => void this.#accept(user), true);
    }
    return button(t('people.add'), t('people.add_whom', { name }), () => this.#greet(user, item), true);
  }

  /** @param {() => Promise<any>} work */
  async #done(work) {
    if (await attempt(work)) this.close();
  }

  /** @param {FoundUser} user */
  async #accept(user) {
    if (await attempt(() => accept(user.id))) await this.#look();
  }

  /** A first word goes with the request. @param {FoundUser} user @param {HTMLElement} item */
  #greet(user, item) {
    if (item.querySelector('form')) return;
    const input = h('input', { id: `greeting-${user.id}`, type: 'text', maxLength: LONGEST_GREETING, dir: 'auto', autocomplete: 'off', placeholder: t('people.greeting_example') });
    item.append(h('form', { class: 'greeting', onsubmit: async (/** @type {Event} */ event) => {
      event.preventDefault();
      if (!(await attempt(() => ask(user.id, input.value.trim())))) return;
      const accepted = state.contacts.get(user.id)?.state === 'accepted';
      tell(t(accepted ? 'people.now_contacts' : 'people.asked', { name: nameOf(user) }));
      item.replaceWith(this.#result({ ...user, contact: 'asked' }));
      this.#search.focus();
    } },
    h('label', { for: input.id }, t('people.greeting')),
    h('div', { class: 'with-side with-side-wraps' }, input, h('button', { class: 'button button-primary', type: 'submit' }, t('people.send_request')))));
    input.focus();
  }
}
customElements.define('im-dialog-add-people', AddPeople);
