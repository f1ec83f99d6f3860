/** The conversation on screen is part of the address, so that "back" and a reload do what people expect. */

import { changed, state } from './store.js';

const CONVERSATION = /^#\/c\/([\w-]+)$/;

/** Follows the address from now on. */
export function followRoute() {
  addEventListener('hashchange', read);
  read();
}

function read() {
  const open = CONVERSATION.exec(location.hash)?.[1] ?? null;
  if (open === state.open) return;
  state.open = open;
  changed('open');
}

/** @param {string} conversation */
export function addressOf(conversation) {
  return `#/c/${conversation}`;
}

/** Shows a conversation. @param {string} conversation */
export function goTo(conversation) {
  if (location.hash !== addressOf(conversation)) location.hash = addressOf(conversation);
  read();
}

/** Leaves the conversation for the list. */
export function goToList() {
  history.replaceState(null, '', '#/');
  read();
}
