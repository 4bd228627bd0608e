// @ts-check
/** The metrics of a run, as somebody follows them. */

/**
 * Metrics of a run or a game: what every step tells.
 * @typedef {object} Told
 * @property {number} step
 * @property {number} milliseconds
 * @property {'cpu' | 'webgpu'} device
 * @property {string} [player]
 * @property {object} [validation]
 */

/** Metrics that wait to be taken, at most: who is slower than that loses the oldest. */
const MOST_WAITING = 20_000;

/** @implements {AsyncIterableIterator<any>} */
export class Stream {
  #every;
  /** @type {Told[]} */
  #waiting = [];
  /** @type {{ resolve: (result: IteratorResult<Told>) => void, reject: (error: unknown) => void } | null} */
  #taker = null;
  #ended = false;
  /** @type {unknown} */
  #error = null;
  #onReturn;

  /**
   * @param {number} every gives each so-manieth step
   * @param {(stream: Stream) => void} onReturn nobody listens any more
   */
  constructor(every, onReturn) {
    this.#every = every;
    this.#onReturn = onReturn;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  /** @returns {Promise<IteratorResult<Told>>} */
  next() {
    const value = this.#waiting.shift();
    if (value) {
      return Promise.resolve({ value, done: false });
    }
    if (this.#error) {
      const error = this.#error;
      this.#error = null;
      return Promise.reject(error);
    }
    if (this.#ended) {
      return Promise.resolve({ value: undefined, done: true });
    }
    return new Promise((resolve, reject) => {
      this.#taker = { resolve, reject };
    });
  }

  /** @returns {Promise<IteratorResult<Told>>} */
  return() {
    this.end();
    this.#onReturn(this);
    return Promise.resolve({ value: undefined, done: true });
  }

  /** @param {Told} metrics */
  push(metrics) {
    if (this.#ended || (metrics.step % this.#every !== 0 && !metrics.validation)) {
      return;
    }
    if (this.#taker) {
      const taker = this.#taker;
      this.#taker = null;
      taker.resolve({ value: metrics, done: false });
      return;
    }
    this.#waiting.push(metrics);
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting.shift();
    }
  }

  /**
   * Nothing comes after what waits.
   * @param {unknown} [error] what ended the run
   */
  end(error = null) {
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    if (this.#taker && error) {
      this.#taker.reject(error);
    } else if (this.#taker) {
      this.#taker.resolve({ value: undefined, done: true });
    } else {
      this.#error = error;
    }
    this.#taker = null;
  }
}
