// @ts-check
/** A worker that is there when it is needed: a new one takes the place of one that has crashed. */

import { checkSignal } from './check.js';
import { EngineError, aborted } from './error.js';
import { Link } from './link.js';

/** @typedef {import('./link.js').OnNews} OnNews */

export class Service {
  #script;
  #base;
  /** @type {Link | null} */
  #link = null;
  #stopped = false;

  /**
   * @param {URL} script
   * @param {string} base
   */
  constructor(script, base) {
    this.#script = script;
    this.#base = base;
  }

  /**
   * Starts a worker; resolves to what it answers.
   * @param {OnNews} [onNews]
   * @returns {Promise<any>}
   */
  async start(onNews) {
    const link = new Link(this.#script, {
      onEnd: () => {
        if (this.#link === link) {
          this.#link = null;
        }
      },
    });
    this.#link = link;
    return link.ask('start', { base: this.#base }, onNews);
  }

  /**
   * Asks the worker, a new one where the last has crashed, and follows `signal`.
   * @param {string} type
   * @param {Record<string, unknown>} body
   * @param {unknown} [signal]
   * @param {OnNews} [onNews]
   * @returns {Promise<any>}
   */
  async request(type, body, signal, onNews) {
    this.checkRunning();
    const checked = checkSignal(signal);
    if (checked?.aborted) {
      throw aborted(checked.reason);
    }
    if (!this.#link) {
      // Its failure reaches every request that waits for it.
      this.start().catch(() => {});
    }
    if (!this.#link) {
      throw new EngineError('fetch', 'The worker could not be started. Try again.');
    }
    return /** @type {Link} */ (this.#link).ask(type, body, onNews, checked);
  }

  checkRunning() {
    if (this.#stopped) {
      throw new EngineError('stopped', 'The engine was stopped; start a new one.');
    }
  }

  /** Ends the worker at once; what is pending, and every later request, is rejected. */
  stop() {
    this.#stopped = true;
    this.#link?.end(new EngineError('stopped', 'The engine was stopped.'));
  }
}
