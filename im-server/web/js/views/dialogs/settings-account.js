/** Who one is here; own accounts may change their name and password, others do that where their account is. */

import { changePassword, setDisplayName } from '../../actions/profile.js';
import { h, text } from '../../core/dom.js';
import { ApiError } from '../../core/api.js';
import { explain } from '../../core/errors.js';
import { t } from '../../core/i18n.js';
import { state } from '../../core/store.js';
import { attempt, tell } from '../../core/toast.js';
import { realmTitle } from '../../state/people.js';

export function accountSection() {
  const { me } = state;
  if (!me) return null;
  const local = me.realm === 'local' || state.site?.realms.find((realm) => realm.name === me.realm)?.kind === 'local';
  return h('section', { class: 'settings-section' },
    h('h3', null, t('settings.account')),
    h('p', { dir: 'auto' }, t(local ? 'settings.account_own' : 'settings.account_of', { name: me.username, title: realmTitle(me.realm) })),
    me.role && h('p', { class: 'hint', dir: 'auto' }, t('settings.role', { role: me.role })),
    local && [nameForm(me), passwordForm(me.username)]);
}

/** @param {import('../../types.js').Me} me */
function nameForm(me) {
  const input = h('input', { id: 'settings-name', type: 'text', maxLength: 64, dir: 'auto', autocomplete: 'nickname', required: true, value: me.display_name });
  return h('form', { onsubmit: async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (await attempt(() => setDisplayName(input.value.trim()))) tell(t('settings.saved'));
  } }, h('div', { class: 'field' }, h('label', { for: 'settings-name' }, t('settings.name')),
    h('div', { class: 'with-side' }, input, h('button', { class: 'button', type: 'submit' }, t('action.save')))));
}

/** @param {string} username for the browser's own memory of passwords */
function passwordForm(username) {
  const current = h('input', { id: 'settings-current', type: 'password', autocomplete: 'current-password', required: true });
  const fresh = h('input', { id: 'settings-new', type: 'password', autocomplete: 'new-password', required: true });
  const refusal = h('p', { class: 'form-error', role: 'alert' });
  return h('details', { class: 'password-change' },
    h('summary', null, t('settings.password')),
    h('form', { onsubmit: async (/** @type {Event} */ event) => {
      event.preventDefault();
      text(refusal, '');
      try {
        await changePassword(current.value, fresh.value);
        current.value = fresh.value = '';
        tell(t('settings.saved'));
      } catch (error) {
        const wrong = error instanceof ApiError && error.code === 'invalid_credentials';
        text(refusal, wrong ? t('settings.password_wrong') : explain(error));
        if (wrong) current.focus();
      }
    } },
    h('input', { type: 'text', autocomplete: 'username', hidden: true, value: username, readOnly: true }),
    h('div', { class: 'field' }, h('label', { for: 'settings-current' }, t('settings.password_current')), current),
    h('div', { class: 'field' }, h('label', { for: 'settings-new' }, t('settings.password_new')), fresh),
    refusal,
    h('button', { class: 'button', type: 'submit' }, t('settings.password_change'))));
}
