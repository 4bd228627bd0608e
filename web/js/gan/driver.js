// @ts-check
/**
 * The pace of the game: at full speed the engine plays by itself; slower, the page makes one half-step
 * after the other, as the algorithm says, and tells which of its lines is at work.
 */

import { Driver } from '../train/driver.js';

/** @typedef {import('./state.js').Settings} Settings */
/** @typedef {import('./ledger.js').Player} Player */
/** @typedef {'noise' | 'data' | 'update'} Line */

/**
 * What is at work, or was last.
 * @typedef {{ player: Player, line: Line, turn: number }} Moment `turn`: which critic step of the round, from 1
 */

/** Milliseconds of each line in slow motion; the update is what one wants to see. */
const SLOW = { noise: 600, data: 600, update: 1500 };
/** Milliseconds between half-steps at ten a second. */
const NORMAL = 100;
/** Milliseconds of play that a crash may cost, at most. */
const KEEP_EVERY = 10_000;

const wait = (/** @type {number} */ time) => new Promise((resolve) => setTimeout(resolve, time));

/** @extends {Driver<Settings>} */
export class GameDriver extends Driver {
  #active = false;
  /** Each loop has its number: one that was ended does not go on beside the next. */
  #loop = 0;
  /** @type {Moment | null} */
  moment = null;

  /** Whether the page makes the steps. */
  get active() {
    return this.#active;
  }

  get going() {
    return this.#active || super.going;
  }

  async go() {
    if (this.settings().speed === 'full') {
      this.moment = null;
      await super.go();
    } else {
      await this.#begin();
    }
  }

  async rest() {
    this.halt();
    await super.rest();
    await this.training.keep();
  }

  /** Ends the page's own steps, not the engine's. */
  halt() {
    this.#active = false;
    this.#loop += 1;
    this.changed();
  }

  /** Another speed was chosen. */
  async changePace() {
    // A game to come is played as is chosen by then.
    if (this.playing && !this.replacing) {
      await this.replace(() => this.training.pause(), { playing: true });
    }
  }

  async #begin() {
    const loop = ++this.#loop;
    this.#active = true;
    this.changed();
    let keptAt = performance.now();
    try {
      let { ahead } = this.training.curve;
      while (loop === this.#loop) {
        const { criticSteps, speed } = this.settings();
        const player = ahead >= criticSteps ? 'generator' : 'critic';
        ahead = player === 'generator' ? 0 : ahead + 1;
        await this.#half(player, ahead, speed, () => loop !== this.#loop);
        if (performance.now() - keptAt > KEEP_EVERY) {
          keptAt = performance.now();
          await this.training.keep();
        }
      }
    } catch (error) {
      if (loop === this.#loop) {
        this.halt();
        throw error;
      }
    }
  }

  /**
   * One half-step, line by line.
   * @param {Player} player
   * @param {number} turn
   * @param {import('./state.js').Speed} speed
   * @param {() => boolean} ended
   */
  async #half(player, turn, speed, ended) {
    const lines = player === 'critic' ? /** @type {const} */ (['noise', 'data']) : /** @type {const} */ (['noise']);
    for (const line of speed === 'slow' ? lines : []) {
      this.#show({ player, line, turn });
      await wait(SLOW[line]);
      if (ended()) {
        return;
      }
    }
    await this.training.walk(this.settings(), (game) => game.step(player));
    this.#show({ player, line: 'update', turn });
    await wait(speed === 'slow' ? SLOW.update : NORMAL);
  }

  /**
   * One half-step, or a round, by hand; each line is shown where there is time to see it.
   * @param {Player | 'round'} what
   */
  async step(what) {
    await this.settled();
    const { criticSteps, speed } = this.settings();
    if (what === 'round' && speed !== 'full') {
      const loop = ++this.#loop;
      for (let turn = 1; turn <= criticSteps + 1 && loop === this.#loop; turn++) {
        const player = turn > criticSteps ? 'generator' : 'critic';
        await this.#half(player, turn, speed, () => loop !== this.#loop);
      }
      await this.training.keep();
      return;
    }
    const player = what === 'critic' ? 'critic' : 'generator';
    await this.training.walk(this.settings(), (game) => game.step(what));
    this.#show({ player, line: 'update', turn: this.training.curve.ahead });
    await this.training.keep();
  }

  /** @param {Moment | null} moment */
  #show(moment) {
    this.moment = moment;
    this.changed();
  }

  /** What was shown is no longer so. */
  forget() {
    this.#show(null);
  }
}
