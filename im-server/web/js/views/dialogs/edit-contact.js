/** One's own name for a contact, or the group they are in. */

import { moveToGroup, rename } from '../../actions/contacts.js';
import { h } from '../../core/dom.js';
import { t } from '../../core/i18n.js';
import { state } from '../../core/store.js';
import { attempt } from '../../core/toast.js';
import { groupNames, nameOf } from '../../state/people.js';
import { Dialog } from './dialog.js';

const LONGEST = 64;

class EditContact extends Dialog {
  heading() {
    const user = state.contacts.get(this.about.user)?.user;
    return t(`contact.${this.about.what}_title`, { name: user ? nameOf(user) : '' });
  }

  content() {
    const { user: id, what } = this.about;
    const contact = state.contacts.get(id);
    const input = h('input', { id: 'contact-value', type: 'text', maxLength: LONGEST, dir: 'auto', autocomplete: 'off', 'data-autofocus': '',
      list: what === 'group' ? 'contact-groups' : null, value: contact?.[what === 'name' ? 'name' : 'group'] ?? '', placeholder: what === 'name' ? (contact?.user.display_name ?? '') : '' });
    return [
      h('form', { onsubmit: async (/** @type {Event} */ event) => {
        event.preventDefault();
        const value = input.value.trim();
        if (await attempt(() => (what === 'name' ? rename(id, value) : moveToGroup(id, value)))) this.close();
      } },
      h('div', { class: 'field' },
        h('label', { for: 'contact-value' }, t(`contact.${what}_label`)), input,
        what === 'group' && h('datalist', { id: 'contact-groups' }, groupNames().map((group) => h('option', { value: group }))),
        h('p', { class: 'hint' }, t(`contact.${what}_hint`))),
      h('div', { class: 'buttons buttons-end' },
        h('button', { class: 'button', type: 'button', onclick: () => this.close() }, t('action.cancel')),
        h('button', { class: 'button button-primary', type: 'submit' }, t('action.save')))),
    ];
  }
}
customElements.define('im-dialog-edit-contact', EditContact);
