/** `<im-people-list>`: requests, contacts by group, and those who have not answered. */

import { accept, end, openWith, refuse } from '../actions/contacts.js';
import { Component } from '../core/component.js';
import { h, reconcile, text } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { state } from '../core/store.js';
import { attempt } from '../core/toast.js';
import { matches } from '../state/filter.js';
import { askedContacts, groupNames, incomingRequests, nameOf, presenceOf, presenceText, sortedContacts } from '../state/people.js';
import { contactMenuButton } from './contact-menu.js';
import { icon } from './icons.js';
import { showDialog } from './dialogs/show.js';
import { arrowKeys, emptyList, faceOf, secondLine, updateFace, updateWho, who } from './row.js';

/** @typedef {import('../types.js').Contact} Contact */
/** @typedef {{key: string, title: string, kind: 'incoming'|'accepted'|'asked', contacts: Contact[]}} Section */

class PeopleList extends Component {
  static topics = ['contacts', 'presence', 'filter'];
  /** @type {any} */ #sections;
  /** @type {any} */ #empty;
  /** @type {any} */ #unfound;

  build() {
    this.#sections = h('div', { class: 'sections', onkeydown: arrowKeys });
    this.#empty = emptyList(t('people.empty'), t('people.empty_hint'),
      h('button', { class: 'button button-primary', type: 'button', onclick: () => showDialog('add-people') }, t('action.add_people')));
    this.#unfound = emptyList('', t('filter.none_people'),
      h('button', { class: 'button', type: 'button', onclick: () => showDialog('add-people', { query: state.filter.trim() }) }, t('filter.among_members')));
    this.append(this.#sections, this.#empty, this.#unfound);
  }

  update() {
    const sections = this.#list();
    const nobody = sections.length === 0;
    this.#empty.hidden = !nobody || state.filter !== '';
    this.#unfound.hidden = !nobody || state.filter === '';
    text(this.#unfound.firstElementChild, t('filter.none', { query: state.filter.trim() }));
    reconcile(this.#sections, sections, (section) => section.key,
      () => h('section', null, h('h2', { class: 'section-title', dir: 'auto' }), h('ul', { class: 'rows' })),
      (element, section) => {
        text(element.firstElementChild, section.title);
        reconcile(element.lastElementChild, section.contacts, (contact) => contact.user.id, (contact) => create(section, contact), show);
      });
  }

  /** @returns {Section[]} */
  #list() {
    const accepted = sortedContacts();
    const groups = groupNames().map((group) => /** @type {Section} */ ({
      key: `group:${group}`, title: group, kind: 'accepted', contacts: accepted.filter((contact) => contact.group === group) }));
    /** @type {Section[]} */
    const sections = [
      { key: 'incoming', title: t('requests.incoming'), kind: 'incoming', contacts: incomingRequests() },
      ...groups,
      { key: 'accepted', title: t(groups.length > 0 ? 'people.others' : 'people.contacts'), kind: 'accepted', contacts: accepted.filter((contact) => contact.group === null) },
      { key: 'asked', title: t('requests.asked'), kind: 'asked', contacts: askedContacts() },
    ];
    for (const section of sections) section.contacts = section.contacts.filter((contact) => matches(contact.user, contact.group));
    return sections.filter((section) => section.contacts.length > 0);
  }
}
customElements.define('im-people-list', PeopleList);

/** @param {Section} section @param {Contact} contact @returns {HTMLElement} */
function create(section, contact) {
  return section.kind === 'incoming' ? request(contact) : section.kind === 'asked' ? asked(contact) : accepted(contact);
}

/** @param {Contact} contact */
function accepted(contact) {
  const { id } = contact.user;
  return h('li', { class: 'with-menu' },
    h('button', { class: 'row', type: 'button', onclick: () => attempt(() => openWith(id)) },
      faceOf(contact.user),
      h('span', { class: 'row-main' }, h('span', { class: 'row-line' }, who(contact.user), h('span', { class: 'marks' })), secondLine('', contact.user))),
    contactMenuButton(id));
}

/** @param {Contact} contact */
function asked(contact) {
  const { id } = contact.user;
  return h('li', { class: 'with-menu' },
    h('div', { class: 'row row-still' }, faceOf(contact.user),
      h('span', { class: 'row-main' }, who(contact.user), secondLine(t('requests.waiting'), contact.user))),
    h('button', { class: 'button button-small', type: 'button', onclick: () => attempt(() => end(id)) }, t('requests.cancel')));
}

/** @param {Contact} contact */
function request(contact) {
  const { id } = contact.user;
  const name = nameOf(contact.user);
  return h('li', { class: 'request' },
    h('div', { class: 'row row-still' }, faceOf(contact.user), h('span', { class: 'row-main' }, who(contact.user), h('span', { class: 'row-text' }, t('requests.wants')))),
    contact.greeting && h('blockquote', { dir: 'auto' }, contact.greeting),
    h('div', { class: 'buttons' },
      h('button', { class: 'button button-small button-primary', type: 'button', 'aria-label': t('requests.accept_whom', { name }), onclick: () => attempt(() => accept(id)) }, t('requests.accept')),
      h('button', { class: 'button button-small', type: 'button', 'aria-label': t('requests.refuse_whom', { name }), onclick: () => attempt(() => refuse(id)) }, t('requests.refuse'))));
}

/** @param {HTMLElement} item @param {Contact} contact */
function show(item, contact) {
  const waits = contact.state !== 'accepted';
  updateFace(item.querySelector('.face'), contact.user, false);
  updateWho(/** @type {Element} */ (item.querySelector('.who')), contact.user);
  if (waits) return;
  text(/** @type {Element} */ (item.querySelector('.row-text')), presenceText(presenceOf(contact.user.id)));
  const marks = /** @type {Element} */ (item.querySelector('.marks'));
  const wanted = `${contact.vip}${contact.hidden}`;
  if (marks.getAttribute('data-marks') === wanted) return;
  marks.setAttribute('data-marks', wanted);
  marks.replaceChildren(
    ...[contact.vip && ['star', 'contact.is_vip'], contact.hidden && ['hidden', 'contact.is_hidden']].filter((mark) => mark !== false)
      .map((mark) => h('span', { title: t(mark[1]) }, icon(/** @type {any} */ (mark[0])), h('span', { class: 'visually-hidden' }, t(mark[1])))));
}
