// @ts-check
/**
 * A training run. It lives in a worker of its own, so that a crash costs the run some seconds and
 * nothing else: a new worker goes on from the last snapshot. docs/api.md has the reference.
 */

import {
  checkBytes,
  checkChoice,
  checkCount,
  checkFloats,
  checkLabel,
  checkLabels,
  checkOptions,
  checkSeed,
} from './check.js';
import { Crew } from './crew.js';
import { PIXELS } from './types.js';
import { LIVE, checkWishes, pick } from './wishes.js';

/** @typedef {import('./types.js').Metrics} Metrics */
/** @typedef {import('./types.js').Parts} Parts */
/** @typedef {import('./types.js').TrainSettings} TrainSettings */
/** @typedef {import('./wishes.js').Wishes} Wishes */

/** The most pictures drawn by one request. */
const MOST_SAMPLES = 1024;
const MOST_STEPS = 1_000_000;

export class Run {
  #crew;
  #name;

  /**
   * @param {Wishes} wishes
   * @param {string} base
   * @param {(run: Run) => void} onEnd
   */
  constructor(wishes, base, onEnd) {
    this.#crew = new Crew(wishes, base, () => onEnd(this));
    this.#name = wishes.spec.model;
  }

  /**
   * @param {import('./types.js').TrainOptions} options
   * @param {string} base
   * @param {(run: Run) => void} onEnd
   */
  static async start(options, base, onEnd) {
    const wishes = checkWishes(options);
    const run = new Run(wishes, base, onEnd);
    try {
      await run.#crew.open(wishes.device === 'webgpu' ? 'webgpu' : 'cpu');
    } catch (error) {
      run.stop();
      throw error;
    }
    if (!wishes.paused) {
      await run.play();
    }
    return run;
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
   * Does `count` steps and pauses.
   * @param {number} [count]
   */
  async step(count = 1) {
    checkCount(count, MOST_STEPS, 'step');
    await this.pause();
    await this.#crew.go(this.#crew.step + count);
  }

  /** Trains until the end of the epoch and pauses. */
  async epoch() {
    await this.pause();
    const { stepsPerEpoch } = this.#crew.facts;
    await this.#crew.go((Math.floor(this.#crew.step / stepsPerEpoch) + 1) * stepsPerEpoch);
  }

  /**
   * Changes what may be changed while the run goes on.
   * @param {Pick<TrainSettings, 'learningRate' | 'beta' | 'epochs' | 'patience'>
   *   & { speed?: 'slow' | 'normal' | 'full' }} settings
   */
  async set(settings) {
    checkOptions(settings, 'set', [...LIVE, 'speed']);
    if (settings.speed !== undefined) {
      this.#crew.pace(checkChoice(settings.speed, 'speed', ['slow', 'normal', 'full']));
    }
    const changes = pick(settings, LIVE);
    if (Object.keys(changes).length > 0) {
      await this.#crew.set(changes);
    }
  }

  /**
   * All of the run's state.
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

  /**
   * The mean loss of held-out pictures.
   * @param {{ count?: number }} [options]
   * @returns {Promise<Parts>}
   */
  async validate(options = {}) {
    checkOptions(options, 'validate', ['count']);
    return this.#crew.ask('validate', { count: checkCount(options.count ?? 1000, 10_000) });
  }

  /**
   * The codes of pictures, by the weights of now.
   * @param {Omit<import('./types.js').EncodeOptions, 'model'>} options
   * @returns {Promise<import('./types.js').Codes>}
   */
  async encode(options) {
    checkOptions(options, 'encode', ['images', 'labels', 'signal']);
    const images = checkFloats(options.images, 'images', PIXELS);
    const told = checkLabels(options.labels, images.length / PIXELS, this.#model());
    return this.#crew.ask('encode', { images, ...told }, options.signal);
  }

  /**
   * p(ink) of each pixel given latent variables, by the weights of now.
   * @param {Omit<import('./types.js').DecodeOptions, 'model'>} options
   * @returns {Promise<Float32Array>}
   */
  async decode(options) {
    checkOptions(options, 'decode', ['latents', 'labels', 'signal']);
    const latents = checkFloats(options.latents, 'latents', this.#crew.facts.latent || 1);
    const count = latents.length / (this.#crew.facts.latent || 1);
    const told = checkLabels(options.labels, count, this.#model());
    return this.#crew.ask('decode', { latents, ...told }, options.signal);
  }

  /**
   * New pictures, by the weights of now.
   * @param {Omit<import('./types.js').SampleOptions, 'model'>} options
   * @returns {Promise<{ images: Float32Array }>}
   */
  async sample(options) {
    checkOptions(options, 'sample', ['count', 'seed', 'label', 'binary', 'signal']);
    const count = checkCount(options.count, this.#crew.facts.latent ? MOST_SAMPLES : undefined);
    const seed = checkSeed(options.seed);
    const told = checkLabel(options.label, count, this.#model());
    const body = { count, seed, binary: Boolean(options.binary), ...told };
    return this.#crew.ask('sample', body, options.signal);
  }

  /** Ends the run and frees its memory. */
  stop() {
    this.#crew.stop();
  }

  #model() {
    return { name: this.#name, conditional: this.#crew.facts.conditional };
  }
}
