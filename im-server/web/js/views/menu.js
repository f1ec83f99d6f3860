/** A menu that opens from a button: arrow keys move in it, Escape and a click elsewhere close it. */

import { h, uid } from '../core/dom.js';
import { icon } from './icons.js';

/** @typedef {{words: string, icon: import('./icons.js').IconName, act: () => void, on?: boolean, danger?: boolean}} Item */

/**
 * @param {string} label what the button is called
 * @param {() => Item[]} items made each time it opens
 * @returns {HTMLElement}
 */
export function menuButton(label, items) {
  const id = uid('menu');
  const menu = h('div', { class: 'menu', id, role: 'menu', popover: 'auto', 'aria-label': label });
  const button = h('button', { class: 'icon-button', type: 'button', 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'aria-controls': id, 'aria-label': label, title: label }, icon('more'));
  button.popoverTargetElement = menu;
  menu.addEventListener('beforetoggle', (/** @type {any} */ event) => {
    if (event.newState === 'open') menu.replaceChildren(...items().map((item) => entry(item, menu)));
  });
  menu.addEventListener('toggle', (/** @type {any} */ event) => {
    const open = event.newState === 'open';
    button.setAttribute('aria-expanded', String(open));
    if (!open) return;
    place(menu, button);
    /** @type {HTMLElement|null} */ (menu.firstElementChild)?.focus();
  });
  menu.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => arrows(menu, event));
  return h('span', { class: 'menu-anchor' }, button, menu);
}

/** @param {Item} item @param {any} menu */
function entry(item, menu) {
  const check = item.on !== undefined;
  return h('button', {
    class: item.danger ? 'menu-item danger' : 'menu-item', type: 'button', tabIndex: -1,
    role: check ? 'menuitemcheckbox' : 'menuitem', 'aria-checked': check ? String(item.on) : null,
    onclick: () => {
      menu.hidePopover();
      item.act();
    },
  }, icon(item.icon), h('span', null, item.words), check && item.on ? icon('check') : null);
}

/** Below the button, or above it when there is no room. @param {HTMLElement} menu @param {HTMLElement} button */
function place(menu, button) {
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const left = Math.max(8, Math.min(at.right - width, innerWidth - width - 8));
  const below = at.bottom + 4 + height <= innerHeight;
  menu.style.left = `${left}px`;
  menu.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - height - 4)}px`;
}

/** @param {HTMLElement} menu @param {KeyboardEvent} event */
function arrows(menu, event) {
  const items = /** @type {HTMLElement[]} */ ([...menu.children]);
  const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === 'Tab') menu.hidePopover();
  if (to === undefined) return;
  event.preventDefault();
  items[(to + items.length) % items.length]?.focus();
}
