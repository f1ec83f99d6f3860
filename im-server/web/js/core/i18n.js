/** The words of the interface, in the member's language. One file per language lies in `strings/`. */

import { changed } from './store.js';
import { everywhere } from './settings.js';

/** The languages there are, each by its own name. */
export const LANGUAGES = /** @type {Record<string, string>} */ ({ en: 'English', fr: 'Français' });

/** @typedef {Record<string, string|Record<string, string>>} Strings */

/** @type {Strings} */
let strings = {};
let language = 'en';
let plurals = new Intl.PluralRules('en');
let numbers = new Intl.NumberFormat('en');

/** The language in use. */
export function currentLanguage() {
  return language;
}

/**
 * Decides which language to use: the member's own choice, else the site's, else the browser's, else English.
 * @param {{account?: string|null, site?: string|null}} known
 */
export function preferredLanguage(known) {
  const browser = navigator.languages.map((tag) => tag.split('-')[0]);
  const wishes = [known.account, everywhere.get('language'), known.site, ...browser, 'en'];
  return wishes.find((wish) => wish && wish in LANGUAGES) ?? 'en';
}

/** Loads a language and shows the interface in it. @param {string} wanted */
export async function useLanguage(wanted) {
  if (wanted === language && Object.keys(strings).length > 0) return;
  strings = (await load(wanted)).default;
  language = wanted;
  plurals = new Intl.PluralRules(wanted);
  numbers = new Intl.NumberFormat(wanted);
  document.documentElement.lang = wanted;
  changed('language');
}

/** @param {string} wanted @returns {Promise<{default: Strings}>} */
function load(wanted) {
  return wanted === 'fr' ? import('../strings/fr.js') : import('../strings/en.js');
}

/**
 * A text, with `{names}` filled in. A text that depends on a number is an object of plural forms, chosen by `n`.
 * @param {string} key @param {Record<string, string|number>} [values] @returns {string}
 */
export function t(key, values = {}) {
  let found = strings[key];
  if (found === undefined) return key;
  if (typeof found === 'object') found = found[plurals.select(Number(values.n))] ?? found.other;
  return found.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? numbers.format(value) : value;
  });
}

/** Whether there is a text of this name. @param {string} key */
export function known(key) {
  return key in strings;
}
