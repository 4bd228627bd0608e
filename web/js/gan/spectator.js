// @ts-check
/** Looks at the game: pictures of the same noise, and what a classifier makes of many others. */

import { normals } from '../gaussian.js';
import { Pace, SHARE } from '../train/pace.js';
import { LATENT } from './craft.js';
import { FRAME } from './ledger.js';
import { censusOf } from './maths.js';

/** @typedef {import('./craft.js').Training} Training */
/** @typedef {import('./state.js').Settings} Settings */

/** Seed of the noise: the same for all games, so that they compare. */
const NOISE_SEED = 1;
/** Pictures that the classifier counts. */
const CENSUS = 100;
/** One look in so many counts too, while a game goes on. */
const THOROUGH = 4;
/** Milliseconds after which a paused game is looked at again. */
const RETRY = 60;

/** Latents of the pictures of the film, and of the census after them. */
const LATENTS = normals(NOISE_SEED, (FRAME.count + CENSUS) * LATENT);
const LABELS = Uint8Array.from({ length: FRAME.count + CENSUS }, (_, index) => index % 10);

/**
 * Pictures of the fixed noise.
 * @param {import('./craft.js').Game} game
 * @param {boolean} conditional
 * @param {number} count
 */
export const fixedPictures = (game, conditional, count) =>
  game.generate({
    latents: LATENTS.slice(0, count * LATENT),
    ...(conditional && { labels: LABELS.slice(0, count) }),
  });

export class Spectator {
  #engine;
  /** Pictures hold up the worker that plays; charts only share its processor. */
  #pace = new Pace(SHARE * 0.8);
  #chartPace = new Pace(SHARE * 0.2);
  #busy = false;
  #timer = 0;
  #generation = 0;
  #seenStep = -1;
  #glances = 0;

  /** @param {() => Promise<import('../engine.js').Engine>} engine */
  constructor(engine) {
    this.#engine = engine;
  }

  /** Another game has begun, or none is left. */
  follow() {
    this.#generation += 1;
    this.#seenStep = -1;
    this.#glances = 0;
    this.#pace.hurry();
    this.#chartPace.hurry();
  }

  /**
   * Draws what is due.
   * @param {Training} training
   * @param {boolean} playing
   * @param {() => void} draw charts
   * @returns {number} share of the time that views take
   */
  watch(training, playing, draw) {
    const now = performance.now();
    const idle = !playing;
    if (!document.hidden && this.#chartPace.isReady(now, idle)) {
      draw();
      this.#chartPace.spent(now, performance.now());
    } else {
      this.#again(training, playing, draw);
    }
    const { run, settings } = training;
    if (run && settings && training.step !== this.#seenStep) {
      if (!this.#busy && !document.hidden && this.#pace.isReady(now, idle)) {
        this.#look(training, run, settings, playing);
      } else {
        this.#again(training, playing, draw);
      }
    }
    const since = training.playingSince;
    return this.#pace.share(now, since) + this.#chartPace.share(now, since);
  }

  /**
   * Watches again soon: a game that stands brings no later step that would.
   * @param {Training} training
   * @param {boolean} playing
   * @param {() => void} draw
   */
  #again(training, playing, draw) {
    clearTimeout(this.#timer);
    if (!document.hidden) {
      this.#timer = window.setTimeout(() => this.watch(training, playing, draw), RETRY);
    }
  }

  /**
   * @param {Training} training
   * @param {import('./craft.js').Game} game
   * @param {Settings} settings
   * @param {boolean} playing
   */
  async #look(training, game, settings, playing) {
    const generation = this.#generation;
    this.#busy = true;
    const [from, trained] = [performance.now(), training.trained];
    try {
      const { step } = training;
      const counts = !playing || this.#glances++ % THOROUGH === 0;
      const shown = FRAME.count + (counts ? CENSUS : 0);
      const pictures = await fixedPictures(game, settings.conditional, shown);
      const census = counts
        ? await this.#count(pictures.slice(FRAME.values), settings.dataset)
        : null;
      if (generation === this.#generation) {
        this.#seenStep = step;
        training.note(game, (ledger) =>
          ledger.addFrame(step, pictures.subarray(0, FRAME.values), census),
        );
      }
    } catch {
      // A game that ended in between; the game itself tells what went wrong.
    } finally {
      this.#busy = false;
      const to = performance.now();
      // The steps made meanwhile were not lost.
      this.#pace.spent(from, to, Math.max(0, to - from - (training.trained - trained)));
    }
  }

  /**
   * Where there is no classifier, nothing is counted.
   * @param {Float32Array} images
   * @param {import('../digits.js').Dataset} dataset
   */
  async #count(images, dataset) {
    try {
      const { probabilities } = await (await this.#engine()).classify({ images, dataset });
      return censusOf(probabilities);
    } catch {
      return null;
    }
  }
}
