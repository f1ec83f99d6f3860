/** Where one is signed in, and how to end that. */

import { devices, signOutDevice } from '../../actions/profile.js';
import { fill, h } from '../../core/dom.js';
import { explain } from '../../core/errors.js';
import { t } from '../../core/i18n.js';
import { brief, full } from '../../core/time.js';
import { attempt, tell } from '../../core/toast.js';

/** @typedef {import('../../types.js').Device} Device */

export function devicesSection() {
  const list = h('div', { class: 'devices' }, h('p', { class: 'hint' }, t('history.loading')));
  void show(list);
  return h('section', { class: 'settings-section' }, h('h3', null, t('devices.title')), list);
}

/** @param {Element} list */
async function show(list) {
  try {
    const all = await devices();
    const others = all.filter((device) => !device.current);
    fill(list,
      h('ul', null, [...all].sort((a, b) => Number(b.current) - Number(a.current)).map((device) => row(device, list))),
      others.length > 1 && h('button', { class: 'button button-small', type: 'button', onclick: () => end(others, list) }, t('devices.end_others')));
  } catch (error) {
    fill(list, h('p', { class: 'form-error' }, explain(error)));
  }
}

/** @param {Device} device @param {Element} list */
function row(device, list) {
  const name = describe(device.user_agent);
  return h('li', { class: 'device' },
    h('span', { class: 'device-words' },
      h('span', null, name),
      h('small', { title: full(device.last_seen_at) }, device.current ? t('devices.this') : t('devices.seen', { when: brief(device.last_seen_at) }))),
    !device.current && h('button', { class: 'button button-small', type: 'button', 'aria-label': t('devices.end_which', { name }), onclick: () => end([device], list) }, t('devices.end')));
}

/** @param {Device[]} which @param {Element} list */
async function end(which, list) {
  if (await attempt(() => Promise.all(which.map((device) => signOutDevice(device.id))))) tell(t('devices.ended', { n: which.length }));
  await show(list);
}

const BROWSERS = [['Edg', 'Edge'], ['OPR', 'Opera'], ['Firefox', 'Firefox'], ['Chrome', 'Chrome'], ['Safari', 'Safari']];
const SYSTEMS = [['Android', 'Android'], ['iPhone', 'iPhone'], ['iPad', 'iPad'], ['Windows', 'Windows'], ['Mac OS', 'Mac'], ['Linux', 'Linux']];

/** "Firefox, Windows", as far as the browser tells. @param {string|null} agent */
function describe(agent) {
  const found = [BROWSERS, SYSTEMS].map((names) => names.find(([mark]) => agent?.includes(mark))?.[1]).filter(Boolean);
  return found.length > 0 ? found.join(', ') : t('devices.unknown');
}
