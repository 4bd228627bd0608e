// @ts-check
/** What games have in common, on pictures and on the plane: half-steps of two players, made and taken back. */

import { checkChoice, checkCount } from './check.js';
import { MOST_STEPS, Stepped } from './stepped.js';

/**
 * @template Metrics
 * @template {object} Settings
 * @extends {Stepped<Metrics, Settings>}
 */
export class Played extends Stepped {
  #crew;

  /**
   * @param {import('./crew.js').Crew} crew
   * @param {string[]} live the names of the settings that may change
   */
  constructor(crew, live) {
    super(crew, live);
    this.#crew = crew;
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
}
