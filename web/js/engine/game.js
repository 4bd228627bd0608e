// @ts-check
/**
 * A game of a generator against a critic. It lives in a worker of its own, as a training run does, and
 * is mended in the same way. docs/api.md has the reference.
 */

import { checkFloats, checkLabels, checkOptions } from './check.js';
import { Crew } from './crew.js';
import { LIVE, checkGame } from './game-wishes.js';
import { Played } from './played.js';
import { Stepped } from './stepped.js';
import { PIXELS } from './types.js';

/** @typedef {import('./game-types.js').GameMetrics} GameMetrics */
/** @typedef {import('./game-types.js').GameSettings} GameSettings */

/** @extends {Played<GameMetrics, Omit<GameSettings, 'batch'>>} */
export class Game extends Played {
  #crew;

  /** @param {Crew} crew */
  constructor(crew) {
    super(crew, LIVE);
    this.#crew = crew;
  }

  /**
   * @param {import('./game-types.js').PlayOptions} options
   * @param {string} base
   * @param {(game: Game) => void} onEnd
   * @returns {Promise<Game>}
   */
  static async start(options, base, onEnd) {
    const wishes = checkGame(options);
    const crew = new Crew(wishes, base, () => onEnd(game));
    const game = new Game(crew);
    return Stepped.begin(game, crew, wishes);
  }

  /**
   * Pictures of latent variables, by the generator of now or by the average of its weights.
   * @param {import('./game-types.js').GenerateOptions} options
   * @returns {Promise<Float32Array>} n × 784
   */
  async generate(options) {
    checkOptions(options, 'generate', ['latents', 'labels', 'average', 'signal']);
    const { latent } = this.#crew.facts;
    const latents = checkFloats(options.latents, 'latents', latent);
    const told = checkLabels(options.labels, latents.length / latent, this.#model());
    const body = { latents, average: Boolean(options.average), ...told };
    return this.#crew.ask('generate', body, options.signal);
  }

  /**
   * What the critic of now says of pictures.
   * @param {Omit<import('./game-types.js').JudgeOptions, 'model'>} options
   * @returns {Promise<import('./game-types.js').Verdict>}
   */
  async judge(options) {
    checkOptions(options, 'judge', ['images', 'labels', 'signal']);
    const images = checkFloats(options.images, 'images', PIXELS);
    const told = checkLabels(options.labels, images.length / PIXELS, this.#model());
    return this.#crew.ask('judge', { images, ...told }, options.signal);
  }

  #model() {
    return { name: 'game', conditional: this.#crew.facts.conditional };
  }
}
