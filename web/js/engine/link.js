// @ts-check
/**
 * A worker and the requests that it has not answered. A message carries an id and is answered
 * exactly once: done, aborted or failed. What carries no id is news, for whoever made the link.
 */

import { EngineError, aborted } from './error.js';

/**
 * A request that the worker has not finished.
 * @typedef {object} Pending
 * @property {(value: any) => void} resolve
 * @property {(error: unknown) => void} reject
 * @property {OnNews} [onNews]
 * @property {() => void} release
 */

/**
 * Hears how a request gets on. `goesOn` tells whether the request is still wanted.
 * @typedef {(message: any, goesOn: () => boolean) => void} OnNews
 */

/**
 * @typedef {object} Hooks
 * @property {(error: EngineError) => void} [onEnd] the worker is no more
 * @property {(message: any) => void} [onNews] a message without an id
 */

export class Link {
  /** @type {Worker | null} */
  #worker = null;
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  /** @type {Hooks} */
  #hooks;
  #lastId = 0;
  /** Whether the worker has answered: tells a script that failed to load from a crash. */
  #answered = false;

  /**
   * @param {URL} script
   * @param {Hooks} [hooks]
   */
  constructor(script, hooks = {}) {
    this.#hooks = hooks;
    try {
      this.#worker = new Worker(script, { type: 'module' });
    } catch (cause) {
      throw new EngineError('fetch', `The worker could not be started: ${String(cause)}`, cause);
    }
    this.#worker.onmessage = (event) => this.#receive(event.data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.end(
        this.#answered
          ? new EngineError('wasm', `The worker crashed: ${event.message}. Try again.`)
          : new EngineError(
              'fetch',
              'The worker script could not be loaded. Check the connection and try again.',
            ),
      );
    };
  }

  /** Whether the worker still works. */
  get isOpen() {
    return this.#worker !== null;
  }

  /**
   * @param {string} type
   * @param {Record<string, unknown>} [body]
   * @param {OnNews} [onNews]
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  ask(type, body = {}, onNews, signal) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const abort = () => this.#abandon(id, aborted(signal?.reason));
      signal?.addEventListener('abort', abort, { once: true });
      const release = () => signal?.removeEventListener('abort', abort);
      this.#pending.set(id, { onNews, resolve, reject, release });
      this.#worker?.postMessage({ id, type, ...body });
    });
  }

  /**
   * Tells the worker something that has no answer.
   * @param {string} type
   * @param {Record<string, unknown>} [body]
   */
  tell(type, body = {}) {
    this.#worker?.postMessage({ type, ...body });
  }

  /**
   * Ends the worker at once and rejects everything.
   * @param {EngineError} error
   */
  end(error) {
    if (!this.#worker) {
      return;
    }
    this.#worker.onmessage = null;
    this.#worker.terminate();
    this.#worker = null;
    for (const id of [...this.#pending.keys()]) {
      this.#settle(id)?.reject(error);
    }
    this.#hooks.onEnd?.(error);
  }

  /**
   * Rejects a request now and has the worker drop it; what it still sends about it is ignored.
   * @param {number} id
   * @param {unknown} error
   */
  #abandon(id, error) {
    this.#worker?.postMessage({ id, type: 'abort' });
    this.#settle(id)?.reject(error);
  }

  /**
   * Takes a request off the list.
   * @param {number} id
   * @returns {Pending | undefined}
   */
  #settle(id) {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.release();
    return pending;
  }

  /** @param {any} message */
  #receive(message) {
    this.#answered = true;
    const { id, type } = message;
    if (type === 'crashed') {
      this.end(new EngineError(message.code, message.message));
    } else if (type === 'done') {
      this.#settle(id)?.resolve(message.result);
    } else if (type === 'failed') {
      this.#settle(id)?.reject(new EngineError(message.code, message.message));
    } else if (type === 'aborted') {
      this.#settle(id)?.reject(aborted(undefined));
    } else if (id === undefined) {
      this.#hooks.onNews?.(message);
    } else {
      this.#notify(id, message);
    }
  }

  /**
   * Hands news of a request to its callback; one that throws ends the request with what it threw.
   * @param {number} id
   * @param {any} message
   */
  #notify(id, message) {
    try {
      this.#pending.get(id)?.onNews?.(message, () => this.#pending.has(id));
    } catch (error) {
      this.#abandon(id, error);
    }
  }
}
