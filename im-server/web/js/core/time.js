/** Times and days in words. */

import { currentLanguage, t } from './i18n.js';

/** The language of the interface as it is written where the member lives: "7:30 PM" or "19:30". */
function locale() {
  const language = currentLanguage();
  return navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language;
}

/** @param {string} iso @param {Intl.DateTimeFormatOptions} options */
function format(iso, options) {
  return new Intl.DateTimeFormat(locale(), options).format(new Date(iso));
}

/** @param {Date} date */
function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** How many days ago, by the calendar and not by hours. @param {string} iso */
function daysAgo(iso) {
  return Math.round((midnight(new Date()) - midnight(new Date(iso))) / 86_400_000);
}

/** Whether two moments are on the same day here. @param {string} one @param {string} other */
export function sameDay(one, other) {
  return midnight(new Date(one)) === midnight(new Date(other));
}

/** "14:05" @param {string} iso */
export function clock(iso) {
  return format(iso, { timeStyle: 'short' });
}

/** "Today", "Yesterday", "Monday", "3 May", "3 May 2024" @param {string} iso */
export function day(iso) {
  const ago = daysAgo(iso);
  if (ago <= 0) return t('time.today');
  if (ago === 1) return t('time.yesterday');
  if (ago < 7) return capital(format(iso, { weekday: 'long' }));
  const thisYear = new Date(iso).getFullYear() === new Date().getFullYear();
  return format(iso, thisYear ? { day: 'numeric', month: 'long' } : { day: 'numeric', month: 'long', year: 'numeric' });
}

/** As short as a list needs it: "14:05", "Yesterday", "Mon", "3 May" @param {string} iso */
export function brief(iso) {
  const ago = daysAgo(iso);
  if (ago <= 0) return clock(iso);
  if (ago === 1) return t('time.yesterday');
  return format(iso, ago < 7 ? { weekday: 'short' } : { day: 'numeric', month: 'short' });
}

/** "3 May 2026" @param {string} iso */
export function date(iso) {
  return format(iso, { dateStyle: 'long' });
}

/** In full, for who wants to know exactly. @param {string} iso */
export function full(iso) {
  return format(iso, { dateStyle: 'full', timeStyle: 'short' });
}

/** "5 minutes", "an hour": how long to wait. @param {number} seconds */
export function duration(seconds) {
  if (seconds < 60) return t('time.seconds', { n: Math.max(1, Math.ceil(seconds)) });
  if (seconds < 3600) return t('time.minutes', { n: Math.ceil(seconds / 60) });
  return t('time.hours', { n: Math.ceil(seconds / 3600) });
}

/** @param {string} word */
function capital(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
