/** Everything a member may choose. */

import { chooseLanguage, signOut } from '../../actions/session.js';
import { setPreferences } from '../../actions/profile.js';
import { h } from '../../core/dom.js';
import { install, installable } from '../../core/install.js';
import { LANGUAGES, preferredLanguage, t, useLanguage } from '../../core/i18n.js';
import { everywhere, setTheme } from '../../core/settings.js';
import { state } from '../../core/store.js';
import { attempt, tell } from '../../core/toast.js';
import { blocked, disable, enable, enabled, supported } from '../../notify/notifications.js';
import { setSound, soundOn } from '../../notify/sound.js';
import { segments, toggle } from '../choices.js';
import { icon } from '../icons.js';
import { Dialog } from './dialog.js';
import { accountSection } from './settings-account.js';
import { devicesSection } from './settings-devices.js';

class Settings extends Dialog {
  heading() {
    return t('settings.title');
  }

  content() {
    return [
      section('settings.look', themeChoice(), languageField()),
      section('settings.notifications', ...notices()),
      section('settings.messages', offlineField()),
      installable() && section('settings.app', installation()),
      accountSection(),
      devicesSection(),
      h('footer', { class: 'settings-foot' },
        h('button', { class: 'button button-wide', type: 'button', onclick: () => void signOut() }, icon('out'), t('action.sign_out')),
        h('p', { class: 'hint' }, `IntraMessenger ${state.site?.version ?? ''}`)),
    ];
  }
}
customElements.define('im-dialog-settings', Settings);

/** @param {string} title @param {...any} children */
export function section(title, ...children) {
  return h('section', { class: 'settings-section' }, h('h3', null, t(title)), children);
}

function themeChoice() {
  return segments(t('settings.theme'), [['', t('settings.theme_system')], ['light', t('settings.theme_light')], ['dark', t('settings.theme_dark')]],
    everywhere.get('theme') ?? '', setTheme);
}

function languageField() {
  const select = h('select', { id: 'settings-language', onchange: () => attempt(async () => {
    const wanted = select.value || null;
    everywhere.set('language', wanted);
    await setPreferences({ language: wanted });
    if (wanted) await chooseLanguage(wanted);
    else await useLanguage(preferredLanguage({ site: state.site?.language }));
  }) },
  h('option', { value: '', selected: !state.me?.preferences.language }, t('settings.language_auto')),
  Object.entries(LANGUAGES).map(([code, name]) =>
    h('option', { value: code, lang: code, selected: code === state.me?.preferences.language }, name)));
  return h('div', { class: 'field' }, h('label', { for: 'settings-language' }, t('settings.language')), select);
}

function notices() {
  const hint = !supported() ? t('notifications.unsupported') : blocked() ? t('notifications.blocked') : null;
  const notify = toggle(t('notifications.switch'), hint, enabled(), async (on, input) => {
    if (!on) {
      disable();
      return;
    }
    input.checked = await enable();
    if (!input.checked) tell(t(blocked() ? 'notifications.blocked' : 'notifications.unsupported'), 'error');
  });
  const sound = toggle(t('settings.sound'), null, soundOn(), (on) => setSound(on));
  return [notify, sound];
}

function installation() {
  const button = h('button', { class: 'button', type: 'button', onclick: async () => {
    button.closest('section').hidden = true;
    await attempt(install);
  } }, icon('download'), t('settings.install'));
  return [h('p', { class: 'hint' }, t('settings.install_hint')), button];
}

function offlineField() {
  const choices = /** @type {const} */ (['all', 'vips', 'none']);
  const select = h('select', { id: 'settings-offline', 'aria-describedby': 'settings-offline-hint',
    onchange: () => attempt(() => setPreferences({ offline_messages: /** @type {any} */ (select.value) })) },
  choices.map((choice) => h('option', { value: choice, selected: choice === state.me?.preferences.offline_messages }, t(`settings.offline_${choice}`))));
  return h('div', { class: 'field' }, h('label', { for: 'settings-offline' }, t('settings.offline')), select,
    h('p', { class: 'hint', id: 'settings-offline-hint' }, t('settings.offline_hint')));
}
