// @ts-check
/** Snapshots of a run to go back to. */

/** @typedef {{ step: number, snapshot: Uint8Array }} Mark */

const MOST = 8;

export class Marks {
  /** @type {Mark[]} in the order of their steps */
  #all = [];

  get last() {
    return this.#all.at(-1);
  }

  /** @param {number} step */
  before(step) {
    return this.#all.findLast((mark) => mark.step < step);
  }

  /**
   * @param {number} step
   * @param {Uint8Array} snapshot
   */
  add(step, snapshot) {
    this.#all = [...this.#all.filter((mark) => mark.step < step), { step, snapshot }];
    if (this.#all.length > MOST) {
      // The first stays, the others become sparser the older they are.
      const middle = Math.floor(MOST / 2);
      this.#all = this.#all.filter((_, index) => index !== middle);
    }
  }

  /** @param {number} step */
  cutAfter(step) {
    this.#all = this.#all.filter((mark) => mark.step <= step);
  }
}
