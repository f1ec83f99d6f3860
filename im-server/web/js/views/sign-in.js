/** `<im-sign-in>`: who are you, in the words of the site. */

import { register, signIn } from '../actions/session.js';
import { ApiError } from '../core/api.js';
import { Component } from '../core/component.js';
import { attr, fill, h, text } from '../core/dom.js';
import { explain } from '../core/errors.js';
import { t } from '../core/i18n.js';
import { safeUrl } from '../core/links.js';
import { here } from '../core/settings.js';
import { state } from '../core/store.js';
import { tell } from '../core/toast.js';
import { realmTitle } from '../state/people.js';
import { languageChoice } from './choices.js';
import { icon, mark } from './icons.js';

/** @typedef {import('../types.js').Realm} Realm */

/** Which field a refusal is about. Others are about neither, and the same may be right a little later. */
const ABOUT = /** @type {Record<string, 'name'|'password'>} */ ({
  invalid_credentials: 'password', invalid_password: 'password', password_expired: 'password',
  invalid_name: 'name', name_not_allowed: 'name', name_taken: 'name', account_inactive: 'name', account_pending: 'name', account_banned: 'name',
});

class SignIn extends Component {
  static topics = ['site'];
  /** @type {'sign-in'|'register'|'pending'} */
  #mode = 'sign-in';
  #busy = false;
  /** @type {any} */ #form;
  /** @type {any} */ #name;
  /** @type {any} */ #password;
  /** @type {any} */ #error;
  /** @type {any} */ #submit;
  /** @type {string|undefined} */ #realm;
  /** @type {ReturnType<typeof setTimeout>|undefined} */ #patience;

  build() {
    this.className = 'sign-in';
    const realms = state.site?.realms ?? [];
    const remembered = here.get('realm');
    this.#realm = (realms.find((realm) => realm.name === remembered) ?? realms[0])?.name;
    this.#compose();
  }

  /** The realm signed in to. @returns {Realm|undefined} */
  #chosen() {
    return state.site?.realms.find((realm) => realm.name === this.#realm);
  }

  #compose() {
    const site = state.site;
    if (!site) return;
    fill(this,
      h('div', { class: 'sign-in-art', 'aria-hidden': 'true' }, mark(), h('p', null, t('sign_in.art'))),
      h('main', { class: 'sign-in-main' },
        h('div', { class: 'sign-in-card' },
          h('div', { class: 'sign-in-brand' }, mark()),
          h('h1', { dir: 'auto' }, site.title),
          this.#mode === 'pending' ? this.#pending() : this.#fields()),
        h('footer', { class: 'sign-in-foot' },
          site.notice && h('p', { class: 'note', dir: 'auto' }, icon('info'), h('span', null, site.notice)),
          languageChoice())));
  }

  /** @returns {Node[]} */
  #fields() {
    const registering = this.#mode === 'register';
    const reason = state.signedOutBecause;
    this.#error = h('p', { class: 'form-error', role: 'alert', id: 'sign-in-error' });
    this.#name = h('input', { id: 'sign-in-name', name: 'username', type: 'text', autocomplete: 'username', required: true, maxLength: 255, autocapitalize: 'none', spellcheck: false, dir: 'auto' });
    this.#password = h('input', { id: 'sign-in-password', name: 'password', type: 'password', autocomplete: registering ? 'new-password' : 'current-password', required: true, maxLength: 1024 });
    this.#submit = h('button', { class: 'button button-primary button-wide', type: 'submit' }, t(registering ? 'action.register' : 'action.sign_in'));
    this.#form = h('form', { noValidate: true, onsubmit: (/** @type {Event} */ event) => this.#submitted(event) },
      reason && !registering && h('p', { class: 'note', role: 'status' }, icon('info'), h('span', null, t(reason))),
      registering ? h('p', { class: 'lead' }, t('register.lead')) : this.#whose(),
      h('div', { class: 'field' }, h('label', { for: 'sign-in-name' }, t('sign_in.name')), this.#name),
      h('div', { class: 'field' }, h('label', { for: 'sign-in-password' }, t('sign_in.password')),
        h('div', { class: 'with-button' }, this.#password, this.#reveal())),
      this.#error, this.#submit);
    return [this.#form, h('div', { class: 'sign-in-links' }, this.#links())];
  }

  /** Which account is meant: said when there is one realm, asked when there are several. */
  #whose() {
    const realms = state.site?.realms ?? [];
    if (realms.length === 0) return null;
    if (realms.length === 1) {
      const [before, after] = t(realms[0].kind === 'local' ? 'sign_in.own_account' : 'sign_in.your_account_on').split('{title}');
      return h('p', { class: 'lead' }, before, after === undefined ? null : [h('strong', { dir: 'auto' }, realms[0].title), after]);
    }
    return h('fieldset', { class: 'realms' },
      h('legend', null, t('sign_in.which_account')),
      realms.map((realm) =>
        h('label', { class: 'realm-choice' },
          h('input', { type: 'radio', name: 'realm', value: realm.name, checked: realm.name === this.#realm, onchange: () => this.#choose(realm.name) }),
          h('span', { dir: 'auto' }, realm.kind === 'local' ? t('sign_in.own_realm', { title: realmTitle(realm.name) }) : realm.title))));
  }

  /** @param {string} realm */
  #choose(realm) {
    this.#realm = realm;
    here.set('realm', realm);
    fill(/** @type {Element} */ (this.querySelector('.sign-in-links')), this.#links());
  }

  /** What to do without an account, or without its password. */
  #links() {
    const site = state.site;
    if (this.#mode === 'register') return [this.#switch('sign-in', t('register.have_account'))];
    const realm = this.#chosen();
    const out = (/** @type {string|null|undefined} */ url, /** @type {string} */ words) => {
      const href = safeUrl(url);
      return href && h('a', { href, rel: 'noopener' }, words, icon('link'));
    };
    if (realm?.kind === 'local') {
      const how = site?.registration;
      if (how === 'open' || how === 'approval') return [this.#switch('register', t('sign_in.register_here'))];
      return [h('p', null, t(how === 'at_once' ? 'sign_in.at_once' : 'sign_in.closed'))];
    }
    return [
      out(realm?.register_url, t('sign_in.register_on', { title: realm?.title ?? '' })),
      out(realm?.lost_password_url, t('sign_in.lost_password')),
    ];
  }

  /** @param {'sign-in'|'register'} mode @param {string} words */
  #switch(mode, words) {
    return h('button', { class: 'link', type: 'button', onclick: () => {
      this.#mode = mode;
      this.#compose();
      this.#name.focus();
    } }, words);
  }

  #reveal() {
    const button = h('button', { class: 'icon-button', type: 'button', 'aria-pressed': 'false', 'aria-label': t('sign_in.show_password') }, icon('eye'));
    button.addEventListener('click', () => {
      const shown = this.#password.type === 'text';
      this.#password.type = shown ? 'password' : 'text';
      button.setAttribute('aria-pressed', String(!shown));
    });
    return button;
  }

  #pending() {
    return [
      h('p', { class: 'lead', role: 'status', tabIndex: -1 }, t('register.pending')),
      h('div', { class: 'sign-in-links' }, this.#switch('sign-in', t('register.back'))),
    ];
  }

  /** @param {Event} event */
  async #submitted(event) {
    event.preventDefault();
    if (this.#busy) return;
    const username = this.#name.value;
    const password = this.#password.value;
    if (!username.trim() || !password) {
      this.#refuse(t(username.trim() ? 'sign_in.password_missing' : 'sign_in.name_missing'), username.trim() ? this.#password : this.#name);
      return;
    }
    this.#working(true);
    try {
      if (this.#mode === 'register') {
        if ((await register(username, password)) === 'approval-pending') {
          this.#mode = 'pending';
          this.#compose();
          this.querySelector('.lead')?.dispatchEvent(new Event('focus'));
        }
      } else {
        const several = (state.site?.realms.length ?? 0) > 1;
        const { isNew } = await signIn(username, password, several ? this.#realm : undefined);
        if (isNew) tell(t('sign_in.welcome', { title: state.site?.title ?? '' }));
      }
    } catch (error) {
      const code = error instanceof ApiError ? error.code : '';
      if (code === 'invalid_credentials') this.#password.value = '';
      this.#refuse(explain(error), { name: this.#name, password: this.#password }[ABOUT[code]] ?? null);
      if (!ABOUT[code]) this.#submit.focus();
      if (error instanceof ApiError && error.status === 429 && error.retryAfter) this.#wait(error.retryAfter);
    } finally {
      this.#working(false);
    }
  }

  /** @param {boolean} busy */
  #working(busy) {
    this.#busy = busy;
    attr(this.#submit, 'aria-busy', busy ? 'true' : null);
    if (busy) this.#refuse('', null);
  }

  /** Says when the wait is over, so that nobody has to count. @param {number} seconds */
  #wait(seconds) {
    this.#patience = setTimeout(() => this.#refuse(t('sign_in.try_again'), null), seconds * 1_000);
  }

  /** @param {string} words @param {HTMLElement|null} field where to go on */
  #refuse(words, field) {
    clearTimeout(this.#patience);
    text(this.#error, words);
    for (const input of [this.#name, this.#password]) {
      attr(input, 'aria-invalid', input === field ? 'true' : null);
      attr(input, 'aria-describedby', words ? 'sign-in-error' : null);
    }
    field?.focus();
  }
}
customElements.define('im-sign-in', SignIn);
