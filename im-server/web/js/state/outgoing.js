/**
 * Messages written here that the server has not acknowledged. They are kept in this browser until it has, so that
 * neither a reload nor a lost connection loses one; their `clientId` keeps the server from storing one twice.
 */

import { here } from '../core/settings.js';
import { changed, state } from '../core/store.js';

/** @typedef {import('../types.js').Outgoing} Outgoing */
/** @typedef {import('../types.js').Message} Message */

/** The client ids of messages sent from this page, by the id the server gave them. @type {Map<string, string>} */
const sentAs = new Map();

const name = () => `outbox:${state.me?.id}`;

/** Fetches what an earlier page could not send. */
export function restore() {
  /** @type {Outgoing[]} */
  const kept = here.json(name()) ?? [];
  const known = new Set(state.outbox.map((outgoing) => outgoing.clientId));
  for (const outgoing of kept) {
    if (!known.has(outgoing.clientId)) {
      state.outbox.push({ ...outgoing, state: outgoing.state === 'failed' ? 'failed' : 'waiting', echo: null });
    }
  }
  changed('outbox');
}

/** @param {Outgoing} outgoing */
export function add(outgoing) {
  state.outbox.push(outgoing);
  save([...stored().filter((one) => one.clientId !== outgoing.clientId), outgoing]);
}

/** The server has it, and calls it so. @param {string} clientId @param {string} id */
export function acknowledge(clientId, id) {
  sentAs.set(id, clientId);
  drop(clientId);
}

/** What a message is called on screen: the same before and after the server gave it an id. @param {string} id */
export function keyOf(id) {
  return sentAs.get(id) ?? id;
}

/** Notes a changed state. @param {Outgoing} outgoing */
export function keep(outgoing) {
  save(stored().map((one) => (one.clientId === outgoing.clientId ? outgoing : one)));
}

/** It is done with. @param {string} clientId */
export function drop(clientId) {
  state.outbox = state.outbox.filter((outgoing) => outgoing.clientId !== clientId);
  save(stored().filter((outgoing) => outgoing.clientId !== clientId));
}

/** Another tab was acknowledged a message that this one had taken over. @param {string} changedName @param {string|null} value */
export function followOtherTab(changedName, value) {
  if (!state.me || changedName !== name()) return;
  /** @type {Outgoing[]} */
  const left = JSON.parse(value ?? '[]');
  const remaining = new Set(left.map((outgoing) => outgoing.clientId));
  state.outbox = state.outbox.filter((one) => one.state === 'sending' || remaining.has(one.clientId));
  changed('outbox');
}

/** Forgets all of them: the member signed out. */
export function forget() {
  here.set(name(), null);
}

/** Those of a conversation that are to be shown: not those whose message has already come back as an event. @param {string} conversation */
export function outgoingOf(conversation) {
  return state.outbox.filter((outgoing) => outgoing.conversation === conversation && !outgoing.echo);
}

/**
 * A message of mine came as an event, or with the history. If it is one that this page is sending, it overtook the
 * answer, and showing both for a moment would look like two.
 * @param {Message} message
 */
export function claimEcho(message) {
  if (state.outbox.some((outgoing) => outgoing.echo === message.id)) return;
  const match = state.outbox.find(
    (outgoing) =>
      outgoing.conversation === message.conversation &&
      outgoing.state !== 'failed' &&
      !outgoing.echo &&
      message.seq > outgoing.baseSeq &&
      outgoing.text === message.text,
  );
  if (!match) return;
  match.echo = message.id;
  sentAs.set(message.id, match.clientId);
  changed('outbox');
}

/** @returns {Outgoing[]} */
function stored() {
  return here.json(name()) ?? [];
}

/** @param {Outgoing[]} outbox */
function save(outbox) {
  here.set(name(), outbox.length > 0 ? JSON.stringify(outbox) : null);
  changed('outbox');
}
