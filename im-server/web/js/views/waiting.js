/** `<im-waiting>`: before there is anything to show. */

import { Component } from '../core/component.js';
import { fill, h } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { state } from '../core/store.js';
import { mark } from './icons.js';

class Waiting extends Component {
  static topics = ['phase', 'language'];

  update() {
    this.className = 'waiting';
    if (state.phase === 'starting') {
      fill(this, mark());
      return;
    }
    fill(
      this,
      mark(),
      h('h1', null, t(state.phase === 'full' ? 'waiting.full' : 'waiting.unreachable')),
      h('p', { role: 'status' }, t(state.phase === 'full' ? 'waiting.full_hint' : 'waiting.unreachable_hint')),
      h('button', { class: 'button', type: 'button', onclick: () => location.reload() }, t('action.try_again')),
    );
  }
}
customElements.define('im-waiting', Waiting);
