// @ts-check
/**
 * A worker that trains a run, and is given up where it is no more. One that ends without a word, the
 * browser having killed it, leaves a lock behind that the page is then given, within milliseconds; one
 * that hangs is told by its silence.
 */

import { EngineError } from './error.js';
import { Link } from './link.js';

/** Locks are named for the whole origin, and other tabs have runs too. */
const OURS = `halfdrawn ${Math.random().toString(36).slice(2)}`;
let made = 0;

/** Milliseconds between two looks at the worker. */
const LOOK_EVERY = 1000;
/** Looks without a word after which a worker counts as dead: a step, or the first shaders, take long. */
const PATIENCE = { cpu: 20, webgpu: 180 };

export class Member {
  #link;
  #silence = 0;
  #timer;
  /** Takes back the wish for the worker's lock. */
  #release = new AbortController();

  /**
   * @param {'cpu' | 'webgpu'} device
   * @param {(member: Member, message: any) => void} onNews
   * @param {(member: Member, error: EngineError) => void} onEnd
   */
  constructor(device, onNews, onEnd) {
    this.device = device;
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY);
    const lock = `${OURS} ${++made}`;
    this.#link = new Link(new URL('../train-worker.js', import.meta.url), {
      onNews: (message) => {
        this.#silence = 0;
        if (message.type === 'held') {
          this.#inherit(lock);
        } else if (message.type !== 'pong') {
          onNews(this, message);
        }
      },
      onEnd: (error) => {
        clearInterval(this.#timer);
        this.#release.abort();
        onEnd(this, error);
      },
    });
    this.#link.tell('hold', { lock });
  }

  /**
   * @param {string} type
   * @param {Record<string, unknown>} [body]
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  async ask(type, body, signal) {
    if (!this.#link.isOpen) {
      throw new EngineError('wasm', 'The worker of this run has ended. Try again.');
    }
    const answer = await this.#link.ask(type, body, undefined, signal);
    this.#silence = 0;
    return answer;
  }

  /**
   * @param {string} type
   * @param {Record<string, unknown>} [body]
   */
  tell(type, body) {
    this.#link.tell(type, body);
  }

  /** @param {EngineError} [error] */
  end(error = new EngineError('stopped', 'The run was stopped.')) {
    this.#link.end(error);
  }

  /**
   * Waits for the lock that the worker holds as long as it lives.
   * @param {string} lock
   */
  #inherit(lock) {
    const { signal } = this.#release;
    const gone = () => this.end(new EngineError('wasm', 'The browser has ended the worker of this run.'));
    navigator.locks.request(lock, { signal }, gone).catch(() => {});
  }

  #look() {
    this.#silence += 1;
    if (this.#silence > PATIENCE[this.device]) {
      this.end(new EngineError('wasm', 'The worker of this run does not answer any more.'));
    } else {
      this.#link.tell('ping');
    }
  }
}
