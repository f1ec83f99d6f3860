/** Building and updating elements. Text only ever enters as text nodes, so nothing a member writes is markup. */

/**
 * Makes an element. Properties starting with `on` are listeners, `class`, `data-*`, `aria-*` and `role` are
 * attributes, everything else is set as a property; `null`, `undefined` and `false` leave an attribute out.
 *
 * @param {string} tag
 * @param {Record<string, any>|null} [props]
 * @param {...(Node|string|number|null|undefined|false|any[])} children
 * @returns {any} the element, typed loosely because a tag name decides what it is
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) set(element, name, value);
  append(element, children);
  return element;
}

/** @param {any} element @param {string} name @param {any} value */
function set(element, name, value) {
  if (name.startsWith('on') && typeof value === 'function') {
    element.addEventListener(name.slice(2), value);
  } else if (/^(class|role|for|dir|lang|href|target|rel|type|popover|list|autocomplete)$/.test(name) || name.includes('-')) {
    attr(element, name, value);
  } else if (value !== undefined) {
    element[name] = value;
  }
}

/** Sets or removes an attribute. @param {Element} element @param {string} name @param {any} value */
export function attr(element, name, value) {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
}

/** @param {Element} element @param {any[]} children */
function append(element, children) {
  for (const child of children.flat(2)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/** Replaces what an element holds. @param {Element} element @param {...any} children */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

/** Sets text only when it differs, so that a screen reader is not told the same thing again.
 * @param {Element} element @param {string} value */
export function text(element, value) {
  if (element.textContent !== value) element.textContent = value;
}

/**
 * Brings a parent's children in line with a list, keeping the element of each key (and so its focus).
 *
 * @template T
 * @param {Element} parent
 * @param {T[]} items
 * @param {(item: T) => string} keyOf
 * @param {(item: T) => HTMLElement} create
 * @param {(element: any, item: T) => void} [update]
 */
export function reconcile(parent, items, keyOf, create, update) {
  /** @type {Map<string, any>} */
  const known = new Map();
  for (const child of /** @type {any[]} */ ([...parent.children])) known.set(child.imKey, child);
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let element = known.get(key);
    if (element) known.delete(key);
    else {
      element = create(item);
      element.imKey = key;
    }
    update?.(element, item);
    if (element === place) place = place?.nextElementSibling ?? null;
    else parent.insertBefore(element, place);
  }
  for (const gone of known.values()) gone.remove();
  // An element that was moved has lost its focus.
  if (focused instanceof HTMLElement && focused.isConnected && focused !== document.activeElement) focused.focus();
}

let counter = 0;
/** A fresh id, for labels and descriptions. @param {string} prefix */
export function uid(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}
