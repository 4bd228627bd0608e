// @ts-check
/** How often the views may be drawn: their work takes at most a tenth of the time. */

/** The share of the time that views may take together. */
export const SHARE = 0.1;
/** Milliseconds between two drawings, at least. */
const LEAST = 200;
/** Time that the share on show is the mean of. */
const WINDOW = 30_000;
/** Shorter than this, one drawing more or less decides the share, and it is not told. */
const SHORT = 6000;

export class Pace {
  #most;
  #readyAt = 0;
  #restedAt = 0;
  /** Beginning and end of late drawings. */
  /** @type {[number, number][]} */
  #past = [];

  /** @param {number} [most] share of the time */
  constructor(most = SHARE) {
    this.#most = most;
  }

  /**
   * @param {number} now in milliseconds
   * @param {boolean} idle whether nothing trains that drawing could hold up
   * @returns {boolean} whether the views may be drawn
   */
  isReady(now, idle = false) {
    return now >= (idle ? this.#restedAt : this.#readyAt);
  }

  /**
   * Remembers a drawing.
   * @param {number} from
   * @param {number} to
   * @param {number} cost what of this time training lost
   */
  spent(from, to, cost = to - from) {
    this.#restedAt = to + LEAST;
    this.#readyAt = Math.max(from + LEAST, to + cost * (1 / this.#most - 1));
    this.#past.push([to, cost]);
    this.#past = this.#past.filter(([end]) => end > to - WINDOW);
  }

  /** The next drawing is due at once. */
  hurry() {
    this.#readyAt = 0;
    this.#restedAt = 0;
  }

  /**
   * @param {number} now
   * @param {number} since when training began
   * @returns {number} share of the late time that drawing took; 0 where it is too early to say
   */
  share(now, since) {
    const window = Math.min(WINDOW, now - since);
    const cost = this.#past
      .filter(([end]) => end > now - window)
      .reduce((sum, [, each]) => sum + each, 0);
    return window > SHORT ? Math.min(1, cost / window) : 0;
  }
}
