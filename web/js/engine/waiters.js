// @ts-check

/** Those who wait for an end that all of them hear of at once. */
export class Waiters {
  /** @type {{ resolve: (value?: any) => void, reject: (error: unknown) => void }[]} */
  #waiting = [];

  get any() {
    return this.#waiting.length > 0;
  }

  /** @returns {Promise<void>} settled with the next end */
  wait() {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** @param {Error} [error] where it ended badly */
  settle(error) {
    const waiting = this.#waiting;
    this.#waiting = [];
    waiting.forEach(({ resolve, reject }) => (error ? reject(error) : resolve()));
  }
}
