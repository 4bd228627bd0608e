// @ts-check
/** What a training run and a game have in common: steps that are played, paused, followed and saved. */

import { checkBytes, checkChoice, checkCount, checkOptions } from './check.js';
import { pick } from './wishes.js';

/** @typedef {import('./crew.js').Crew} Crew */

/** The most steps that are asked for at once. */
export const MOST_STEPS = 1_000_000;

/**
 * @template Metrics
 * @template {object} Settings that may change meanwhile
 */
export class Stepped {
  #crew;
  #live;

  /**
   * @param {Crew} crew
   * @param {string[]} live the names of the settings that may change
   */
  constructor(crew, live) {
    this.#crew = crew;
    this.#live = live;
  }

  /**
   * Has a crew begin with what was asked for.
   * @template {Stepped<any, any>} T
   * @param {T} made
   * @param {Crew} crew
   * @param {import('./wishes.js').Wishes} wishes
   * @returns {Promise<T>}
   */
  static async begin(made, crew, { device, paused }) {
    try {
      await crew.open(device === 'webgpu' ? 'webgpu' : 'cpu');
    } catch (error) {
      made.stop();
      throw error;
    }
    if (!paused) {
      await made.play();
    }
    return made;
  }

  /** The state of the run. */
  status() {
    return this.#crew.status();
  }

  /**
   * What each step did, from now on.
   * @param {{ every?: number }} [options]
   * @returns {AsyncIterableIterator<Metrics>}
   */
  metrics(options = {}) {
    checkOptions(options, 'metrics', ['every']);
    this.#crew.checkOpen();
    const every = checkCount(options.every ?? 1, MOST_STEPS, 'every');
    return this.#crew.stream(every);
  }

  /** Trains on. */
  async play() {
    this.#crew.checkOpen();
    // Whoever waits for it hears of an end; here nobody does.
    this.#crew.go(Infinity).catch(() => {});
  }

  /** Stops training after the step under way. */
  async pause() {
    this.#crew.checkOpen();
    if (this.#crew.hasGoal) {
      await this.#crew.go(0);
    }
  }

  /**
   * Changes what may be changed while it goes on.
   * @param {Settings & { speed?: 'slow' | 'normal' | 'full' }} settings
   */
  async set(settings) {
    checkOptions(settings, 'set', [...this.#live, 'speed']);
    if (settings.speed !== undefined) {
      this.#crew.pace(checkChoice(settings.speed, 'speed', ['slow', 'normal', 'full']));
    }
    const changes = pick(settings, this.#live);
    if (Object.keys(changes).length > 0) {
      await this.#crew.set(changes);
    }
  }

  /**
   * All of its state.
   * @returns {Promise<Uint8Array>}
   */
  snapshot() {
    return this.#crew.ask('snapshot');
  }

  /**
   * Goes back, or on, to a snapshot, and pauses.
   * @param {Uint8Array} bytes
   */
  async restore(bytes) {
    const snapshot = checkBytes(bytes, 'snapshot', null);
    await this.pause();
    await this.#crew.restore(snapshot);
  }

  /**
   * The weights of now, as safetensors.
   * @returns {Promise<Uint8Array>}
   */
  weights() {
    return this.#crew.ask('weights');
  }

  /** Ends it and frees its memory. */
  stop() {
    this.#crew.stop();
  }
}
