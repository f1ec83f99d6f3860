/** Asks before a contact is removed. */

import { end } from '../../actions/contacts.js';
import { h } from '../../core/dom.js';
import { t } from '../../core/i18n.js';
import { state } from '../../core/store.js';
import { attempt } from '../../core/toast.js';
import { nameOf } from '../../state/people.js';
import { Dialog } from './dialog.js';

class RemoveContact extends Dialog {
  #name() {
    const user = state.contacts.get(this.about.user)?.user;
    return user ? nameOf(user) : '';
  }

  heading() {
    return t('contact.remove_title', { name: this.#name() });
  }

  content() {
    return [
      h('p', null, t('contact.remove_hint')),
      h('div', { class: 'buttons buttons-end' },
        h('button', { class: 'button', type: 'button', 'data-autofocus': '', onclick: () => this.close() }, t('action.cancel')),
        h('button', { class: 'button button-danger', type: 'button', onclick: async () => {
          if (await attempt(() => end(this.about.user))) this.close();
        } }, t('contact.remove_do'))),
    ];
  }
}
customElements.define('im-dialog-remove-contact', RemoveContact);
