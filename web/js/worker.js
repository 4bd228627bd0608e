// @ts-check
/**
 * The sampler's worker behind engine.js: finishes, scores and explains with the smallest bundle.
 * A message in carries an id and ends exactly once: done, aborted or failed.
 */

import { Failure, download, loadBundle } from './worker/files.js';
import { STEP, atOnce, isWanted, listen, post } from './worker/jobs.js';
import { Models } from './worker/models.js';

/**
 * The exports of crates/web.
 * @typedef {object} Wasm
 * @property {(options: { module_or_path: WebAssembly.Module }) => Promise<unknown>} default
 * @property {(config: Uint8Array, weights: Uint8Array) => Model} loadModel
 */

/**
 * @typedef {object} Model
 * @property {(pixels: Uint8Array, known: Uint8Array, count: number, seed: number, temperature: number) => Completion} startCompletion
 * @property {(images: Uint8Array, known?: Uint8Array) => LikelihoodJob} logLikelihood
 * @property {(pixels: Uint8Array, known: Uint8Array) => Float32Array} probabilities
 * @property {() => void} free
 */

/**
 * @typedef {object} Completion
 * @property {(pixels: number) => number} advance samples that many hidden pixels; returns those left
 * @property {() => Uint8Array} images
 * @property {() => Float32Array} probabilities
 * @property {() => Float64Array} logLikelihood
 * @property {() => void} free
 */

/**
 * @typedef {object} LikelihoodJob
 * @property {(pictures: number) => number} advance scores that many pictures; returns those left
 * @property {() => Float64Array} values
 * @property {() => void} free
 */

/** @typedef {import('./engine/types.js').ModelInfo} ModelInfo */
/** @typedef {import('./engine/types.js').Progress} Progress */
/** @typedef {import('./worker/jobs.js').Work} Work */

/** @type {Models<Model>} */
let models;

/**
 * @param {string} base
 * @returns {Promise<ModelInfo[]>}
 */
async function loadIndex(base) {
  const path = 'pretrained/index.json';
  const bytes = await download(new URL(path, base), path);
  try {
    return JSON.parse(new TextDecoder().decode(bytes)).map((/** @type {any} */ entry) => ({
      name: String(entry.name),
      kind: entry.kind,
      parameters: Number(entry.parameters),
      bytes: Number(entry.bytes),
      default: entry.default === true,
      dataset: entry.dataset ?? 'mnist',
      ...(entry.latent && { latent: Number(entry.latent), conditional: entry.conditional === true }),
      ...(entry.loss && { loss: entry.loss }),
    }));
  } catch (error) {
    throw new Failure('weights', `${path} is damaged: ${String(error)}`);
  }
}

/**
 * A promise whose failure is told to whoever awaits it later, and to the console never.
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
function quietly(promise) {
  promise.catch(() => {});
  return promise;
}

/**
 * Loads bundle and index side by side, then the default model's weights without being asked.
 * @param {number} id
 * @param {string} base
 */
async function start(id, base) {
  const report = (/** @type {Progress} */ progress) => post({ id, type: 'progress', progress });
  /** @type {Promise<Wasm>} */
  const wasm = quietly(
    loadBundle(base, 'wasm', (loaded, total) =>
      report({ stage: 'wasm', model: null, loaded, total }),
    ),
  );
  const index = quietly(loadIndex(base));
  models = new Models(
    base,
    async (config, weights) => (await wasm).loadModel(config, weights),
    async (name) => (await index).find((entry) => entry.name === name)?.bytes ?? null,
  );
  const found = await index;
  const first = (found.find((entry) => entry.default) ?? found[0])?.name;
  if (first) {
    models.begin(first, report);
  }
  await wasm;
  return found;
}

/**
 * @param {any} message
 * @returns {Promise<Work>}
 */
async function prepare(message) {
  const { id, type, pixels, known } = message;
  if (type === 'start') {
    const found = await start(id, message.base);
    return atOnce(() => found);
  }
  const model = await models.named(message.model, (progress) => {
    post({ id, type: 'progress', progress });
  });
  if (!isWanted(id) || type === 'load') {
    return atOnce(() => null);
  }
  if (type === 'complete') {
    return completion(model, message);
  }
  if (type === 'logLikelihood') {
    const job = model.logLikelihood(message.images, message.known);
    return {
      slice: (until) => {
        let left;
        do {
          left = job.advance(1);
        } while (left > 0 && performance.now() < until);
        return left > 0 ? undefined : job.values();
      },
      free: () => job.free(),
    };
  }
  return atOnce(() => model.probabilities(pixels, known));
}

/**
 * @param {Model} model
 * @param {any} message
 * @returns {Work}
 */
function completion(model, { id, pixels, known, count, seed, temperature, report }) {
  const hidden = Uint16Array.from([...known.keys()].filter((pixel) => known[pixel] === 0));
  const job = model.startCompletion(pixels, known, count, seed, temperature);
  let told = 0;
  let stride = 1;
  /** @param {number} left */
  const tell = (left) => {
    const indices = hidden.slice(told, hidden.length - left);
    if (!report || indices.length === 0) {
      return;
    }
    told += indices.length;
    const [images, chances] = [job.images(), job.probabilities()];
    const values = new Uint8Array(indices.length * count);
    const probabilities = new Float32Array(indices.length * count);
    indices.forEach((pixel, step) => {
      for (let one = 0; one < count; one++) {
        values[step * count + one] = images[one * known.length + pixel];
        probabilities[step * count + one] = chances[one * known.length + pixel];
      }
    });
    post({ id, type: 'pixels', indices, values, probabilities }, [
      indices.buffer,
      values.buffer,
      probabilities.buffer,
    ]);
  };
  return {
    slice: (until) => {
      let left;
      let now = performance.now();
      do {
        left = job.advance(stride);
        const took = performance.now() - now;
        now += took;
        if (took > STEP) {
          stride = Math.max(1, stride >> 1);
        } else if (took < STEP / 2) {
          stride = Math.min(known.length, stride * 2);
        }
      } while (left > 0 && now < until);
      tell(left);
      return left > 0 ? undefined : { images: job.images(), logLikelihood: job.logLikelihood() };
    },
    free: () => job.free(),
  };
}

listen(prepare);
