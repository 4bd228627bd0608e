// @ts-check
/**
 * A training run. It lives in a worker of its own, so that a crash costs the run some seconds and
 * nothing else: a new worker goes on from the last snapshot. docs/api.md has the reference.
 */

import { checkCount, checkFloats, checkLabel, checkLabels, checkOptions, checkSeed } from './check.js';
import { Crew } from './crew.js';
import { MOST_STEPS, Stepped } from './stepped.js';
import { PIXELS } from './types.js';
import { LIVE, checkWishes } from './wishes.js';

/** @typedef {import('./types.js').Metrics} Metrics */
/** @typedef {import('./types.js').Parts} Parts */
/** @typedef {import('./types.js').TrainSettings} TrainSettings */

/** The most pictures drawn by one request. */
const MOST_SAMPLES = 1024;

/**
 * @extends {Stepped<Metrics, Pick<TrainSettings, 'learningRate' | 'beta' | 'epochs' | 'patience'>>}
 */
export class Run extends Stepped {
  #crew;
  #name;

  /**
   * @param {Crew} crew
   * @param {string} name of the model
   */
  constructor(crew, name) {
    super(crew, LIVE);
    this.#crew = crew;
    this.#name = name;
  }

  /**
   * @param {import('./types.js').TrainOptions} options
   * @param {string} base
   * @param {(run: Run) => void} onEnd
   * @returns {Promise<Run>}
   */
  static async start(options, base, onEnd) {
    const wishes = checkWishes(options);
    const crew = new Crew(wishes, base, () => onEnd(run));
    const run = new Run(crew, options.model);
    return Stepped.begin(run, crew, wishes);
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

  #model() {
    return { name: this.#name, conditional: this.#crew.facts.conditional };
  }
}
