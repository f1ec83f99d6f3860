import { watch } from './store.js';

/**
 * What every custom element here is: built once, when it enters the page, and brought up to date whenever one of
 * its topics changes. Everything it listens to outside itself ends when it leaves the page.
 */
export class Component extends HTMLElement {
  /** @type {string[]} */
  static topics = [];

  #built = false;
  /** @type {AbortController|null} */
  #life = null;

  connectedCallback() {
    this.#life = new AbortController();
    if (!this.#built) {
      this.#built = true;
      this.build();
    }
    const { topics } = /** @type {typeof Component} */ (this.constructor);
    if (topics.length > 0) {
      const stop = watch(topics, () => this.update());
      this.#life.signal.addEventListener('abort', stop);
    }
    this.connected();
    this.update();
  }

  disconnectedCallback() {
    this.#life?.abort();
    this.#life = null;
  }

  /** Makes the element's content. */
  build() {}
  /** Runs each time the element enters the page, before its first `update`. */
  connected() {}
  /** Brings the content in line with the state. */
  update() {}

  /**
   * Listens until the element leaves the page.
   * @param {EventTarget} target @param {string} type @param {(event: any) => void} listener
   * @param {AddEventListenerOptions} [options]
   */
  listen(target, type, listener, options = {}) {
    if (this.#life) target.addEventListener(type, listener, { ...options, signal: this.#life.signal });
  }

  /** Repeats until the element leaves the page. @param {() => void} work @param {number} milliseconds */
  every(milliseconds, work) {
    const timer = setInterval(work, milliseconds);
    this.#life?.signal.addEventListener('abort', () => clearInterval(timer));
  }
}
