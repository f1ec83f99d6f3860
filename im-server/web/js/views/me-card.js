/** `<im-me-card>`: oneself: name, presence, what waits in the forum. */

import { Component } from '../core/component.js';
import { h, text } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { state } from '../core/store.js';
import { presenceText, realmTitle } from '../state/people.js';
import { avatar } from './avatar.js';
import { icon } from './icons.js';
import { showDialog } from './dialogs/show.js';

class MeCard extends Component {
  static topics = ['me'];
  /** @type {any} */ #avatar;
  /** @type {any} */ #name;
  /** @type {any} */ #presence;
  /** @type {any} */ #forum;

  build() {
    if (!state.me) return;
    this.#avatar = avatar(state.me);
    this.#name = h('span', { class: 'row-name', dir: 'auto' });
    this.#presence = h('span', { class: 'row-text', dir: 'auto' });
    this.#forum = h('p', { class: 'forum-messages' });
    this.append(
      h('button', { class: 'row me', type: 'button', 'aria-haspopup': 'dialog', onclick: () => showDialog('presence') },
        this.#avatar,
        h('span', { class: 'row-main' }, this.#name, this.#presence),
        h('span', { class: 'visually-hidden' }, t('presence.change')),
        icon('chevron')),
      this.#forum);
  }

  update() {
    const { me } = state;
    if (!me) return;
    this.#avatar.show(me, me.presence);
    text(this.#name, me.display_name || me.username);
    text(this.#presence, presenceText(me.presence));
    const unread = me.unread_forum_messages ?? 0;
    this.#forum.hidden = unread === 0;
    if (unread > 0) {
      this.#forum.replaceChildren(icon('mail'), h('span', null, t('forum.unread', { n: unread, title: realmTitle(me.realm) })));
    }
  }
}
customElements.define('im-me-card', MeCard);
