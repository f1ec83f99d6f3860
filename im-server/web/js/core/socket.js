/** The event stream: one WebSocket, reopened for as long as it is wanted. */

import { eventsUrl } from './api.js';

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
/** Close codes of the server. */
export const SESSION_ENDED = 4001;
export const SITE_FULL = 4013;

/**
 * @typedef {object} Wants
 * @property {() => number} after the last durable event that was applied
 * @property {(frame: any) => void} frame
 * @property {(status: 'connecting'|'open'|'waiting', detail: {retryAt: number, full: boolean}) => void} status
 * @property {() => void} ended the server closed the stream because the session is over
 * @property {() => Promise<boolean>} refused a connection could not be opened: is the session still good?
 */

export class EventSocket {
  /** @type {WebSocket|null} */
  #socket = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  #failures = 0;
  #wanted = false;
  #full = false;
  /** @type {Wants} */
  #wants;

  /** @param {Wants} wants */
  constructor(wants) {
    this.#wants = wants;
  }

  start() {
    this.#wanted = true;
    this.#open();
  }

  stop() {
    this.#wanted = false;
    clearTimeout(this.#timer);
    this.#drop();
  }

  /** The network may be back: try now instead of at the next turn. */
  wake() {
    if (!this.#wanted || this.#socket) return;
    this.#failures = 0;
    this.#open();
  }

  /** Leaves a connection that seems dead and opens another. */
  restart() {
    if (!this.#wanted) return;
    this.#drop();
    this.#open();
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #open() {
    clearTimeout(this.#timer);
    if (this.#socket) return;
    this.#wants.status('connecting', { retryAt: 0, full: this.#full });
    const socket = new WebSocket(eventsUrl(this.#wants.after()));
    this.#socket = socket;
    let spoke = false;
    socket.addEventListener('message', (event) => {
      if (socket !== this.#socket) return;
      if (!spoke) {
        spoke = true;
        this.#failures = 0;
        this.#full = false;
        this.#wants.status('open', { retryAt: 0, full: false });
      }
      let frame;
      try {
        frame = JSON.parse(event.data);
      } catch {
        return;
      }
      this.#wants.frame(frame);
    });
    socket.addEventListener('close', (event) => {
      if (socket !== this.#socket) return;
      this.#socket = null;
      void this.#closed(event.code, spoke);
    });
  }

  /** @param {number} code @param {boolean} spoke */
  async #closed(code, spoke) {
    if (!this.#wanted) return;
    if (code === SESSION_ENDED) {
      this.#wanted = false;
      this.#wants.ended();
      return;
    }
    this.#full = code === SITE_FULL;
    this.#later();
    // A refused handshake looks like any failure to a script; only a call tells why.
    if (!spoke && !(await this.#wants.refused())) this.stop();
  }

  /** Waits longer after each failure, and never for exactly as long as the others do. */
  #later() {
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures);
    const wait = longest / 2 + (Math.random() * longest) / 2;
    this.#failures += 1;
    this.#wants.status('waiting', { retryAt: Date.now() + wait, full: this.#full });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#wanted && this.#open(), wait);
  }
}
