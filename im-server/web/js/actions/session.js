/** Coming in and going out. */

import { ApiError, get, onSessionEnded, request } from '../core/api.js';
import { preferredLanguage, useLanguage } from '../core/i18n.js';
import { followRoute, goToList } from '../core/route.js';
import { everywhere, here } from '../core/settings.js';
import { changed, forgetAccount, state } from '../core/store.js';
import { forgetDrafts, restoreDrafts } from '../state/drafts.js';
import { followOtherTab, forget } from '../state/outgoing.js';
import { connect, disconnect, watchNetwork } from './connection.js';

/** The account signed in at this site, so that tabs notice when another one signs in as somebody else. */
const ACCOUNT = 'account';
/** Signed out here while the server was out of reach. */
const LEAVING = 'leaving';
const LONGEST_WAIT = 30_000;

let attempts = 0;

/** Starts the client: finds out about the site, and whether there is a session from before. */
export async function start() {
  await useLanguage(preferredLanguage({}));
  onSessionEnded(() => leave('signed_out.ended'));
  followRoute();
  watchNetwork();
  here.onOtherTab((name, value) => {
    followOtherTab(name, value);
    // The cookie is shared by all tabs: what this one shows must belong to it.
    if (name === ACCOUNT && value !== null && value !== (state.me?.id ?? null)) location.reload();
  });
  await begin();
}

/** Loads the site and the session, and goes on trying while the server is away. */
async function begin(justSignedIn = false) {
  try {
    state.site = await get('site');
    changed('site');
    if (here.get(LEAVING)) await endSession();
    await useLanguage(preferredLanguage({ site: state.site?.language }));
    await enter(justSignedIn);
    attempts = 0;
  } catch (error) {
    const full = error instanceof ApiError && error.code === 'site_full';
    setPhase(full ? 'full' : 'unreachable');
    const wait = Math.min(LONGEST_WAIT, 1_000 * 2 ** attempts) * (0.5 + Math.random() / 2);
    attempts += 1;
    setTimeout(() => void begin(), wait);
  }
}

/** Shows the messenger if there is a session, else the sign-in. */
async function enter(justSignedIn = false) {
  if (here.get(ACCOUNT) === null && here.works() && !justSignedIn) {
    // Nobody signed in here, or they signed out: asking would only log an error.
    setPhase('signed-out');
    return;
  }
  try {
    await connect(leave);
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return;
    throw error;
  }
  here.set(ACCOUNT, state.me?.id ?? null);
  restoreDrafts();
  await useLanguage(preferredLanguage({ account: state.me?.preferences.language, site: state.site?.language }));
  state.signedOutBecause = null;
  setPhase('ready');
}

/** @param {import('../core/store.js').Phase} phase */
function setPhase(phase) {
  if (state.phase === phase) return;
  state.phase = phase;
  changed('phase');
}

/**
 * Signs in.
 * @param {string} username @param {string} password @param {string|undefined} realm
 * @returns {Promise<{isNew: boolean}>} whether the account was made by this
 */
export async function signIn(username, password, realm) {
  const body = { username, password, ...(realm ? { realm } : {}), cookie: true };
  const { data } = await request('POST', 'session', body, { signedOut: true });
  here.set(LEAVING, null);
  here.set(ACCOUNT, data.user.id);
  await begin(true);
  if (state.phase === 'signed-out') throw new ApiError('no_cookie', 0);
  return { isNew: data.new ?? data.user.new ?? false };
}

/**
 * Makes an account of this site's own.
 * @param {string} username @param {string} password
 * @returns {Promise<'signed-in'|'approval-pending'>}
 */
export async function register(username, password) {
  const { status, data } = await request('POST', 'registration', { username, password, cookie: true }, { signedOut: true });
  if (status === 202) return 'approval-pending';
  here.set(LEAVING, null);
  here.set(ACCOUNT, data.user.id);
  await begin(true);
  if (state.phase === 'signed-out') throw new ApiError('no_cookie', 0);
  return 'signed-in';
}

/** Signs out here. When the server cannot be reached the page forgets at once, and tells the server when it can. */
export async function signOut() {
  forget();
  forgetDrafts();
  disconnect();
  here.set(LEAVING, '1');
  try {
    await endSession();
  } catch {
    // What matters to who walks away is that this page shows nothing any more.
  }
  leave(null);
}

async function endSession() {
  try {
    await request('DELETE', 'session', undefined, { signedOut: true });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
  }
  here.set(LEAVING, null);
}

/** The session is over. @param {string|null} why a key of the strings */
function leave(why) {
  if (state.phase === 'signed-out') return;
  disconnect();
  here.set(ACCOUNT, null);
  state.signedOutBecause = why;
  forgetAccount();
  goToList();
  setPhase('signed-out');
  void useLanguage(preferredLanguage({ site: state.site?.language }));
}

/** Uses another language from now on. @param {string} language */
export function chooseLanguage(language) {
  everywhere.set('language', language);
  return useLanguage(language);
}
