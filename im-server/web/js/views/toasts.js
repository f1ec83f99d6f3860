/** `<im-toasts>`: passing messages, at the foot of the page. */

import { Component } from '../core/component.js';
import { h, reconcile } from '../core/dom.js';
import { t } from '../core/i18n.js';
import { state } from '../core/store.js';
import { dismiss } from '../core/toast.js';
import { icon } from './icons.js';

class Toasts extends Component {
  static topics = ['toasts'];

  build() {
    this.setAttribute('role', 'status');
    this.setAttribute('aria-live', 'polite');
    // In the top layer, so that an open dialog does not hide it.
    this.setAttribute('popover', 'manual');
  }

  update() {
    reconcile(
      this,
      state.toasts,
      (toast) => String(toast.id),
      (toast) =>
        h('div', { class: `toast toast-${toast.kind}` },
          icon(toast.kind === 'error' ? 'warning' : 'check'),
          h('p', null, toast.text),
          h('button', { class: 'icon-button', type: 'button', 'aria-label': t('action.dismiss'), onclick: () => dismiss(toast.id) }, icon('close'))),
    );
    if (this.matches(':popover-open')) this.hidePopover();
    if (state.toasts.length > 0) this.showPopover();
  }
}
customElements.define('im-toasts', Toasts);
