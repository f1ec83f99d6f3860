/** The frame of every dialog: a native one, so that focus stays inside and Escape closes it. */

import { Component } from '../../core/component.js';
import { h, uid } from '../../core/dom.js';
import { t } from '../../core/i18n.js';
import { state } from '../../core/store.js';
import { icon } from '../icons.js';
import { closeDialog } from './show.js';

export class Dialog extends Component {
  /** @type {HTMLDialogElement} */ #dialog = /** @type {any} */ (null);
  /** Where the content goes. @type {HTMLElement} */ body = /** @type {any} */ (null);
  /** What it was opened for. @type {any} */ about = null;

  /** What it is called. @returns {string} */
  heading() {
    return '';
  }

  /** Makes the content. @returns {any[]} */
  content() {
    return [];
  }

  build() {
    this.about = state.overlay;
    const id = uid('dialog');
    this.body = h('div', { class: 'dialog-body' });
    this.#dialog = h('dialog', { 'aria-labelledby': id, class: `dialog ${this.localName.replace('im-dialog-', 'dialog-')}` },
      h('header', { class: 'dialog-head' },
        h('h2', { id, tabIndex: -1 }, this.heading()),
        h('button', { class: 'icon-button', type: 'button', 'aria-label': t('action.close'), onclick: () => this.close() }, icon('close'))),
      this.body);
    this.body.append(...this.content().flat().filter(Boolean));
    this.#dialog.addEventListener('close', () => {
      if (this.isConnected && state.overlay === this.about) closeDialog();
    });
    // A click outside leaves it; one that began inside (selecting text) does not.
    this.#dialog.addEventListener('pointerdown', (event) => {
      if (event.target === this.#dialog) this.close();
    });
    this.append(this.#dialog);
  }

  connected() {
    if (!this.#dialog.open) this.#dialog.showModal();
    /** @type {HTMLElement|null} */ (this.querySelector('[data-autofocus]') ?? this.querySelector('h2'))?.focus();
  }

  /** Closes it, giving the focus back to where it was. */
  close() {
    this.#dialog.close();
  }
}
