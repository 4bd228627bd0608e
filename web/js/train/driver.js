// @ts-check
/**
 * Play and pause. What they say holds for the run there is; while another one is opened in its place, for
 * the one to come: a button does what it shows at any time.
 */

const wait = (/** @type {number} */ time) => new Promise((resolve) => setTimeout(resolve, time));

/**
 * What is asked for while a run is opened.
 * @typedef {object} Change
 * @property {boolean} playing whether the run is to be played at once
 * @property {Promise<void>} opening
 */

/** @template S settings of the page */
export class Driver {
  /** @type {Change | null} */
  #change = null;
  /** @type {import('./training.js').Training<S, any, any>} */
  training;
  /** The settings of the moment. */
  settings;
  changed;

  /**
   * @param {import('./training.js').Training<S, any, any>} training
   * @param {() => S} settings
   * @param {() => void} changed
   */
  constructor(training, settings, changed) {
    this.training = training;
    this.settings = settings;
    this.changed = changed;
  }

  get playing() {
    return this.#change?.playing ?? this.going;
  }

  /** Whether another run is being opened. */
  get replacing() {
    return this.#change !== null;
  }

  /** Whether the run there is goes on. */
  get going() {
    return this.training.playing;
  }

  async play() {
    if (this.#wish(true)) {
      return;
    }
    if (this.training.run) {
      await this.go();
    } else {
      await this.replace(() => this.training.open(this.settings()), { playing: true });
    }
  }

  async pause() {
    if (!this.#wish(false)) {
      await this.rest();
    }
  }

  /** Has the run there is go on. */
  async go() {
    await this.training.play(this.settings());
  }

  /** Has it rest. */
  async rest() {
    await this.training.pause();
  }

  /** Ends what the page itself does to have it go on. */
  halt() {}

  /** @param {boolean} playing of the run to come, if there is one */
  #wish(playing) {
    if (this.#change) {
      this.#change.playing = playing;
      this.changed();
    }
    return this.replacing;
  }

  /**
   * Another run in place of the one there is, which rests meanwhile. A later call takes the place of one
   * that still waits.
   * @param {() => Promise<unknown>} open
   * @param {{ playing?: boolean, after?: number }} [how] whether it is played at once; milliseconds to wait
   */
  async replace(open, { playing = false, after = 0 } = {}) {
    this.rest().catch(() => {
      // It goes anyway, and may have ended by itself.
    });
    const change = { playing, opening: Promise.resolve() };
    this.#change = change;
    change.opening = wait(after).then(async () => {
      if (this.#change === change) {
        await open();
      }
    });
    this.changed();
    try {
      await change.opening;
    } catch (error) {
      change.playing = false;
      throw error;
    } finally {
      if (this.#change === change) {
        this.#change = null;
        this.changed();
        if (change.playing) {
          await this.go();
        }
      }
    }
  }

  /** Resolves when no run is being opened. */
  async settled() {
    while (this.#change) {
      await this.#change.opening.catch(() => {});
    }
  }
}
