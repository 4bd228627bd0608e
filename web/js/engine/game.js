// @ts-check
/**
 * A game of a generator against a critic. It lives in a worker of its own, as a training run does, and
 * is mended in the same way. docs/api.md has the reference.
 */

import { checkChoice, checkCount, checkFloats, checkLabels, checkOptions } from './check.js';
import { Crew } from './crew.js';
import { LIVE, checkGame } from './game-wishes.js';
import { MOST_STEPS, Stepped } from './stepped.js';
import { PIXELS } from './types.js';

/** @typedef {import('./game-types.js').GameMetrics} GameMetrics */
/** @typedef {import('./game-types.js').GameSettings} GameSettings */

/** @extends {Stepped<GameMetrics, Omit<GameSettings, 'batch'>>} */
export class Game extends Stepped {
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
   * Makes `count` half-steps of one player, whoever is next, or finishes so many rounds; then pauses.
   * @param {'critic' | 'generator' | 'round'} [what]
   * @param {number} [count]
   */
  async step(what = 'round', count = 1) {
    checkChoice(what, 'step', ['critic', 'generator', 'round']);
    checkCount(count, MOST_STEPS, 'step');
    await this.pause();
    if (what === 'round') {
      const { round } = await this.#crew.ask('facts');
      await this.#crew.go(round + count, { measure: 'round' });
    } else {
      await this.#crew.go(this.#crew.step + count, { player: what });
    }
  }

  /**
   * Takes the last half-step back, and pauses; settings stay as they are.
   * @returns {Promise<import('./game-types.js').GamePlace>} where the game is then
   */
  async undo() {
    await this.pause();
    const { step, round, epoch, next, undoable } = await this.#crew.undo();
    return { step, round, epoch, next, undoable };
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
