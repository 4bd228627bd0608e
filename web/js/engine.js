// @ts-check
/**
 * The public engine: finishes, scores, explains and generates 28×28 pictures with the pretrained
 * models, and trains models in the page.
 *
 * Pictures are row-major; binary ones have one byte a pixel, 0 (paper) or 1 (ink). All work happens
 * in workers, so the page never waits. docs/api.md has the reference.
 */

import {
  checkBase,
  checkBits,
  checkCallback,
  checkChoice,
  checkCount,
  checkFloats,
  checkLabel,
  checkLabels,
  checkOptions,
  checkSeed,
  checkSupport,
  checkTemperature,
} from './engine/check.js';
import { EngineError } from './engine/error.js';
import { Service } from './engine/service.js';
import { PIXELS } from './engine/types.js';

export { EngineError } from './engine/error.js';
export { MOST_COMPLETIONS, PIXELS, SIDE } from './engine/types.js';

/** @typedef {import('./engine/error.js').ErrorCode} ErrorCode */
/** @typedef {import('./engine/types.js').ModelInfo} ModelInfo */
/** @typedef {import('./engine/types.js').Progress} Progress */
/** @typedef {import('./engine/types.js').PixelEvent} PixelEvent */
/** @typedef {import('./engine/types.js').StartOptions} StartOptions */
/** @typedef {import('./engine/types.js').LoadOptions} LoadOptions */
/** @typedef {import('./engine/types.js').CompleteOptions} CompleteOptions */
/** @typedef {import('./engine/types.js').Completions} Completions */
/** @typedef {import('./engine/types.js').LikelihoodOptions} LikelihoodOptions */
/** @typedef {import('./engine/types.js').ProbabilityOptions} ProbabilityOptions */
/** @typedef {import('./engine/types.js').TrainOptions} TrainOptions */
/** @typedef {import('./engine/types.js').Metrics} Metrics */
/** @typedef {import('./engine/types.js').RunStatus} RunStatus */
/** @typedef {import('./engine/run.js').Run} Run */
/** @typedef {import('./engine/game-types.js').PlayOptions} PlayOptions */
/** @typedef {import('./engine/game-types.js').GameMetrics} GameMetrics */
/** @typedef {import('./engine/game.js').Game} Game */
/** @typedef {import('./engine/plane-types.js').PlaneOptions} PlaneOptions */
/** @typedef {import('./engine/plane.js').Plane} Plane */

/** The most pictures that one request draws from a decoder. */
const MOST_SAMPLES = 1024;
/** The most draws of z that one request makes for a picture. */
const MOST_DRAWS = 5000;

/** @param {ModelInfo} model */
const hasCode = ({ kind }) => kind === 'vae' || kind === 'autoencoder';
/** @param {ModelInfo} model */
const isAutoregressive = ({ kind }) => kind === 'completion' || kind === 'pixelcnn';
/** @param {ModelInfo} model */
const isGan = ({ kind }) => kind === 'gan';
/** @param {ModelInfo} model */
const makesPictures = ({ kind }) => kind !== 'classifier';
/** @param {ModelInfo} model */
const hasLatents = (model) => hasCode(model) || isGan(model);

/** Finishes, scores, explains, trains: in workers of its own. Made by `Engine.start`. */
export class Engine {
  #base;
  #sampler;
  #explorer;
  /** @type {ModelInfo[]} */
  #models = [];
  /** Runs and games. */
  /** @type {Set<Run | Game | Plane>} */
  #runs = new Set();

  /** @param {string} base */
  constructor(base) {
    this.#base = base;
    this.#sampler = new Service(new URL('./worker.js', import.meta.url), base);
    this.#explorer = new Service(new URL('./explore-worker.js', import.meta.url), base);
  }

  /**
   * Loads the sampler's bundle and the list of models in a worker, and begins to load the default
   * model.
   * @param {StartOptions} [options]
   * @returns {Promise<Engine>}
   */
  static async start(options = {}) {
    checkOptions(options, 'Engine.start', ['base', 'onProgress']);
    const onProgress = checkCallback(options.onProgress, 'onProgress');
    const engine = new Engine(checkBase(options.base));
    checkSupport();
    try {
      engine.#models = await engine.#sampler.start(({ progress }) => onProgress?.(progress));
    } catch (error) {
      engine.stop();
      throw error;
    }
    return engine;
  }

  /**
   * The models there are.
   * @returns {Promise<ModelInfo[]>}
   */
  async models() {
    this.#sampler.checkRunning();
    return this.#models.map((model) => ({ ...model }));
  }

  /**
   * Loads a model's weights ahead of the first request that needs them.
   * @param {string} [model]
   * @param {LoadOptions} [options]
   * @returns {Promise<void>}
   */
  async load(model, options = {}) {
    checkOptions(options, 'load', ['onProgress', 'signal']);
    const onProgress = checkCallback(options.onProgress, 'onProgress');
    const found = this.#checkModel(model);
    const service = isAutoregressive(found) ? this.#sampler : this.#explorer;
    await service.request('load', { model: found.name }, options.signal, ({ progress }) =>
      onProgress?.(progress),
    );
  }

  /**
   * Draws `count` completions from p(hidden | known).
   * @param {CompleteOptions} options
   * @returns {Promise<Completions>}
   */
  async complete(options) {
    checkOptions(options, 'complete', [
      'model',
      'pixels',
      'known',
      'count',
      'seed',
      'temperature',
      'onPixel',
      'signal',
    ]);
    const onPixel = checkCallback(options.onPixel, 'onPixel');
    const body = {
      model: this.#checkModel(options.model, isAutoregressive).name,
      pixels: checkBits(options.pixels, 'pixels', PIXELS),
      known: checkBits(options.known, 'known', PIXELS),
      count: checkCount(options.count),
      seed: checkSeed(options.seed),
      temperature: checkTemperature(options.temperature ?? 1),
      report: onPixel !== undefined,
    };
    return this.#sampler.request('complete', body, options.signal, (message, goesOn) => {
      if (message.type !== 'pixels' || !onPixel) {
        return;
      }
      const { indices, values, probabilities } = message;
      const count = values.length / indices.length;
      for (let step = 0; step < indices.length && goesOn(); step++) {
        const [from, to] = [step * count, (step + 1) * count];
        onPixel({
          index: indices[step],
          values: values.slice(from, to),
          probabilities: probabilities.slice(from, to),
        });
      }
    });
  }

  /**
   * Exact log-likelihoods in nats.
   * @param {LikelihoodOptions} options
   * @returns {Promise<Float64Array>}
   */
  async logLikelihood(options) {
    checkOptions(options, 'logLikelihood', ['model', 'images', 'known', 'signal']);
    const images = checkBits(options.images, 'images', null);
    const known =
      options.known === undefined ? undefined : checkBits(options.known, 'known', images.length);
    const { name: model } = this.#checkModel(options.model, isAutoregressive);
    return this.#sampler.request('logLikelihood', { model, images, known }, options.signal);
  }

  /**
   * p(ink) of each pixel given the known pixels and the earlier ones.
   * @param {ProbabilityOptions} options
   * @returns {Promise<Float32Array>}
   */
  async probabilities(options) {
    checkOptions(options, 'probabilities', ['model', 'pixels', 'known', 'signal']);
    const body = {
      model: this.#checkModel(options.model, isAutoregressive).name,
      pixels: checkBits(options.pixels, 'pixels', PIXELS),
      known: checkBits(options.known, 'known', PIXELS),
    };
    return this.#sampler.request('probabilities', body, options.signal);
  }

  /**
   * New pictures: from the prior of a model with latent variables, or pixel by pixel.
   * @param {import('./engine/types.js').SampleOptions} options
   * @returns {Promise<{ images: Float32Array }>} count × 784 values from 0 to 1
   */
  async sample(options) {
    checkOptions(options, 'sample', ['model', 'count', 'seed', 'label', 'binary', 'signal']);
    const model = this.#checkModel(options.model, makesPictures);
    const seed = checkSeed(options.seed);
    if (isAutoregressive(model)) {
      const count = checkCount(options.count);
      const paper = new Uint8Array(PIXELS);
      const request = { model: model.name, pixels: paper, known: paper, count, seed };
      const { images } = await this.complete({ ...request, signal: options.signal });
      return { images: Float32Array.from(images) };
    }
    const count = checkCount(options.count, MOST_SAMPLES);
    const body = { model: model.name, count, seed, binary: Boolean(options.binary) };
    const told = checkLabel(options.label, count, model);
    return this.#explorer.request('sample', { ...body, ...told }, options.signal);
  }

  /**
   * What latent variables stand for: p(ink) of each pixel, or a GAN's pictures.
   * @param {import('./engine/types.js').DecodeOptions} options
   * @returns {Promise<Float32Array>} n × 784
   */
  async decode(options) {
    checkOptions(options, 'decode', ['model', 'latents', 'labels', 'signal']);
    const model = this.#checkModel(options.model, hasLatents);
    const size = model.latent ?? 1;
    const latents = checkFloats(options.latents, 'latents', size);
    const told = checkLabels(options.labels, latents.length / size, model);
    return this.#explorer.request('decode', { model: model.name, latents, ...told }, options.signal);
  }

  /**
   * The codes of pictures: mean and log-variance of q(z | x).
   * @param {import('./engine/types.js').EncodeOptions} options
   * @returns {Promise<import('./engine/types.js').Codes>}
   */
  async encode(options) {
    checkOptions(options, 'encode', ['model', 'images', 'labels', 'signal']);
    const model = this.#checkModel(options.model, hasCode);
    const images = checkFloats(options.images, 'images', PIXELS);
    const told = checkLabels(options.labels, images.length / PIXELS, model);
    return this.#explorer.request('encode', { model: model.name, images, ...told }, options.signal);
  }

  /**
   * The bound on log p(x), split.
   * @param {import('./engine/types.js').ElboOptions} options
   * @returns {Promise<import('./engine/types.js').Elbo>}
   */
  async elbo(options) {
    checkOptions(options, 'elbo', ['model', 'images', 'seed', 'samples', 'label', 'signal']);
    const model = this.#checkModel(options.model, ({ kind }) => kind === 'vae');
    const images = checkFloats(options.images, 'images', PIXELS);
    const body = {
      model: model.name,
      images,
      seed: checkSeed(options.seed),
      samples: checkCount(options.samples, MOST_DRAWS, 'samples'),
      ...checkLabel(options.label, images.length / PIXELS, model),
    };
    return this.#explorer.request('elbo', body, options.signal);
  }

  /**
   * What the critic of a GAN says of pictures.
   * @param {import('./engine/game-types.js').JudgeOptions} options
   * @returns {Promise<import('./engine/game-types.js').Verdict>}
   */
  async judge(options) {
    checkOptions(options, 'judge', ['model', 'images', 'labels', 'signal']);
    const model = this.#checkModel(options.model, isGan);
    const images = checkFloats(options.images, 'images', PIXELS);
    const told = checkLabels(options.labels, images.length / PIXELS, model);
    const outputs = await this.#explorer.request(
      'judge',
      { model: model.name, images, ...told },
      options.signal,
    );
    return { outputs, loss: model.loss ?? 'non-saturating' };
  }

  /**
   * Which digit pictures show, or which garment, and what the classifier's last layer sees of them.
   * @param {import('./engine/game-types.js').ClassifyOptions} options
   * @returns {Promise<import('./engine/game-types.js').Classes>}
   */
  async classify(options) {
    checkOptions(options, 'classify', ['images', 'dataset', 'signal']);
    const wanted = checkChoice(options.dataset ?? 'mnist', 'dataset', ['mnist', 'fashion-mnist']);
    const { name: model } = this.#checkModel(
      undefined,
      ({ kind, dataset }) => kind === 'classifier' && dataset === wanted,
    );
    const images = checkFloats(options.images, 'images', PIXELS);
    return this.#explorer.request('classify', { model, images }, options.signal);
  }

  /**
   * Begins to train a model, in a worker of its own.
   * @param {TrainOptions} options
   * @returns {Promise<Run>}
   */
  async train(options) {
    this.#sampler.checkRunning();
    const { Run } = await import('./engine/run.js');
    const run = await Run.start(options, this.#base, (ended) => this.#runs.delete(ended));
    this.#runs.add(run);
    return run;
  }

  /**
   * Begins a game of a generator against a critic, in a worker of its own.
   * @param {PlayOptions} [options]
   * @returns {Promise<Game>}
   */
  async play(options = {}) {
    this.#sampler.checkRunning();
    const { Game } = await import('./engine/game.js');
    const game = await Game.start(options, this.#base, (ended) => this.#runs.delete(ended));
    this.#runs.add(game);
    return game;
  }

  /**
   * Begins a game on a cloud of points, in a worker of its own.
   * @param {PlaneOptions} [options]
   * @returns {Promise<Plane>}
   */
  async plane(options = {}) {
    this.#sampler.checkRunning();
    const { Plane } = await import('./engine/plane.js');
    const plane = await Plane.start(options, this.#base, (ended) => this.#runs.delete(ended));
    this.#runs.add(plane);
    return plane;
  }

  /** Ends all workers at once. What is pending, and every later request, is rejected with 'stopped'. */
  stop() {
    this.#sampler.stop();
    this.#explorer.stop();
    for (const run of this.#runs) {
      run.stop();
    }
  }

  /**
   * @param {unknown} name
   * @param {(model: ModelInfo) => boolean} [fits] what the method can work with
   * @returns {ModelInfo}
   */
  #checkModel(name, fits = () => true) {
    this.#sampler.checkRunning();
    const able = this.#models.filter(fits);
    const found =
      name === undefined
        ? (able.find((model) => model.default) ?? able[0])
        : able.find((model) => model.name === name);
    if (!found) {
      const names = able.map((model) => model.name).join(', ');
      const there = this.#models.some((model) => model.name === name);
      if (able.length === 0) {
        throw new EngineError('model', 'This site has no model that can do this.');
      }
      const what = there ? 'This method has no use for model' : 'There is no model';
      throw new EngineError('model', `${what} '${String(name)}'; there are ${names}.`);
    }
    return found;
  }
}
