/** How one is seen, and why. */

import { setPresence } from '../../actions/profile.js';
import { h } from '../../core/dom.js';
import { t } from '../../core/i18n.js';
import { state } from '../../core/store.js';
import { attempt } from '../../core/toast.js';
import { Dialog } from './dialog.js';

const STATES = /** @type {const} */ (['online', 'away', 'busy', 'dnd', 'hidden']);
const REASONS = ['lunch', 'meeting', 'phone', 'back_soon', 'work'];
const LONGEST = 80;

class PresenceDialog extends Dialog {
  heading() {
    return t('presence.title');
  }

  content() {
    const now = state.me?.presence;
    const reason = h('input', { id: 'presence-reason', type: 'text', maxLength: LONGEST, list: 'presence-reasons', dir: 'auto', autocomplete: 'off', value: now?.reason ?? '', placeholder: t('presence.reason_example') });
    const form = h('form', { onsubmit: async (/** @type {Event} */ event) => {
      event.preventDefault();
      const chosen = new FormData(form).get('presence');
      if (await attempt(() => setPresence(/** @type {any} */ (chosen), reason.value.trim()))) this.close();
    } },
    h('fieldset', { class: 'options' },
      h('legend', { class: 'visually-hidden' }, t('presence.title')),
      STATES.map((value) => {
        const chosen = value === (now?.state === 'offline' ? 'online' : now?.state);
        return h('label', { class: 'option' },
          h('input', { type: 'radio', name: 'presence', value, checked: chosen, 'data-autofocus': chosen ? '' : null }),
          h('span', { class: 'dot', 'data-presence': value }),
          h('span', { class: 'option-words' }, h('span', null, t(`presence.${value}`)), h('small', null, t(`presence.${value}_hint`))));
      })),
    h('div', { class: 'field' },
      h('label', { for: 'presence-reason' }, t('presence.reason')), reason,
      h('datalist', { id: 'presence-reasons' }, REASONS.map((one) => h('option', { value: t(`presence.reason_${one}`) })))),
    h('div', { class: 'buttons buttons-end' },
      h('button', { class: 'button button-primary', type: 'submit' }, t('action.save'))));
    return [form];
  }
}
customElements.define('im-dialog-presence', PresenceDialog);
