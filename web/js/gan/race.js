// @ts-check
/** Two games on one seed at the same time, each in a worker of its own. */

import { Ledger } from './ledger.js';
import { fixedPictures } from './spectator.js';
import { censusOf } from './maths.js';
import { optionsOf } from './state.js';

/** @typedef {import('./state.js').Settings} Settings */

/**
 * What is seen of one of the two.
 * @typedef {object} View
 * @property {Ledger} ledger
 * @property {Float32Array | null} pictures
 * @property {import('./maths.js').Census | null} census
 */

/** Pictures of each that are shown. */
export const SHOWN = 20;
/** Milliseconds between two looks: both games wait for them. */
const LOOK_EVERY = 2500;

export class Race {
  /** @type {import('./craft.js').Game[]} */
  #games = [];
  #stopped = false;
  #timer = 0;
  /** @type {View[]} */
  views;
  #changed;
  #fail;

  /**
   * @param {Settings[]} settings
   * @param {() => void} changed
   * @param {(error: unknown) => void} fail
   */
  constructor(settings, changed, fail) {
    this.views = settings.map(() => ({ ledger: new Ledger(), pictures: null, census: null }));
    this.settings = settings;
    this.#changed = changed;
    this.#fail = fail;
  }

  /** @param {import('../engine.js').Engine} engine */
  async start(engine) {
    try {
      for (const settings of this.settings) {
        const wish = { ...optionsOf(settings), device: /** @type {const} */ ('cpu'), paused: true };
        const game = await engine.play(wish);
        if (this.#stopped) {
          game.stop();
          return;
        }
        this.#games.push(game);
      }
      this.#games.forEach((game, index) => this.#follow(game, index));
      await Promise.all(this.#games.map((game) => game.play()));
      await this.#look(engine);
    } catch (error) {
      this.stop();
      this.#fail(error);
    }
  }

  /**
   * @param {import('./craft.js').Game} game
   * @param {number} index
   */
  async #follow(game, index) {
    try {
      for await (const metrics of game.metrics({ every: 1 })) {
        this.views[index].ledger.push(metrics);
        this.#changed();
      }
    } catch (error) {
      if (!this.#stopped) {
        this.#fail(error);
      }
    }
  }

  /** @param {import('../engine.js').Engine} engine */
  async #look(engine) {
    try {
      await Promise.all(
        this.#games.map(async (game, index) => {
          const { conditional, dataset } = this.settings[index];
          const pictures = await fixedPictures(game, conditional, 60);
          const { probabilities } = await engine.classify({ images: pictures, dataset });
          const census = censusOf(probabilities);
          this.views[index] = { ...this.views[index], pictures, census };
        }),
      );
      this.#changed();
    } catch (error) {
      if (!this.#stopped) {
        this.#fail(error);
      }
    }
    if (!this.#stopped) {
      this.#timer = window.setTimeout(() => this.#look(engine), LOOK_EVERY);
    }
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#games.forEach((game) => game.stop());
    this.#games = [];
  }
}
