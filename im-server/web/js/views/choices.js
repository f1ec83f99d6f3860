/** Choices that more than one screen offers. */

import { chooseLanguage } from '../actions/session.js';
import { h, uid } from '../core/dom.js';
import { LANGUAGES, currentLanguage, t } from '../core/i18n.js';

/** The language, where nobody is signed in yet. */
export function languageChoice() {
  const id = uid('language');
  const select = h('select', { id, onchange: () => void chooseLanguage(select.value) },
    Object.entries(LANGUAGES).map(([code, name]) =>
      h('option', { value: code, lang: code, selected: code === currentLanguage() }, name)));
  return h('div', { class: 'language-choice' }, h('label', { for: id, class: 'visually-hidden' }, t('settings.language')), select);
}

/**
 * One of several, as a row of buttons.
 * @param {string} legend @param {[value: string, words: string][]} options @param {string} chosen
 * @param {(value: string) => void} choose
 */
export function segments(legend, options, chosen, choose) {
  const name = uid('segments');
  return h('fieldset', { class: 'segments' },
    h('legend', null, legend),
    h('div', { class: 'segments-row' },
      options.map(([value, words]) =>
        h('label', null,
          h('input', { type: 'radio', name, value, checked: value === chosen, onchange: () => choose(value) }),
          h('span', null, words)))));
}

/**
 * On or off.
 * @param {string} words @param {string|null} hint @param {boolean} on
 * @param {(on: boolean, input: HTMLInputElement) => void} change
 */
export function toggle(words, hint, on, change) {
  const id = uid('toggle');
  const input = h('input', { type: 'checkbox', id, role: 'switch', checked: on, 'aria-describedby': hint ? `${id}-hint` : null,
    onchange: () => change(input.checked, input) });
  return h('div', { class: 'toggle' },
    h('label', { for: id }, h('span', null, words), input),
    hint && h('p', { class: 'hint', id: `${id}-hint` }, hint));
}
