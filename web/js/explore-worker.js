// @ts-check
/**
 * The worker that explores pretrained models with latent variables, and asks the classifier, with the
 * bundle that trains on the processor. A message in carries an id and ends exactly once: done, aborted or failed.
 */

import { PIXELS } from './engine/types.js';
import { loadBundle } from './worker/files.js';
import { atOnce, isWanted, listen, post } from './worker/jobs.js';
import { Models } from './worker/models.js';

/**
 * A loaded model: what the bundle's openModel gives. Each kind has some of these.
 * @typedef {object} Explorer
 * @property {(count: number, seed: number, labels: Uint8Array | undefined, binary: boolean) => Promise<Float32Array>} sample
 * @property {(latents: Float32Array, labels?: Uint8Array) => Promise<Float32Array>} decode
 * @property {(images: Float32Array, labels?: Uint8Array) => Promise<import('./engine/types.js').Codes>} encode
 * @property {(images: Float32Array, labels: Uint8Array | undefined, seed: number, samples: number) => Promise<import('./engine/types.js').Elbo>} elbo
 * @property {(images: Float32Array, labels?: Uint8Array) => Float32Array} judge
 * @property {(images: Float32Array) => import('./engine/game-types.js').Classes} classify
 */

/** @typedef {import('./engine/types.js').Progress} Progress */
/** @typedef {import('./worker/jobs.js').Work} Work */

/** Values of the pictures that one call classifies: some milliseconds' work. */
const AT_ONCE = 4 * PIXELS;

let base = '';
/** @type {Promise<any> | null} */
let bundle = null;
/** @type {Models<Explorer>} */
let models;

/**
 * The bundle, loaded once; a failure is forgotten, so that asking again tries again.
 * @param {(progress: Progress) => void} report
 */
function theBundle(report) {
  bundle ??= loadBundle(base, 'wasm-train', (loaded, total) =>
    report({ stage: 'wasm', model: null, loaded, total }),
  ).catch((error) => {
    bundle = null;
    throw error;
  });
  return bundle;
}

/**
 * @param {any} message
 * @returns {Promise<Work>}
 */
async function prepare(message) {
  const { id, type } = message;
  if (type === 'start') {
    base = message.base;
    models = new Models(base, async (config, weights) => {
      const { openModel } = await theBundle(() => {});
      return openModel(config, weights);
    });
    return atOnce(() => null);
  }
  const report = (/** @type {Progress} */ progress) => post({ id, type: 'progress', progress });
  const [model] = await Promise.all([models.named(message.model, report), theBundle(report)]);
  if (!isWanted(id) || type === 'load') {
    return atOnce(() => null);
  }
  if (type === 'classify') {
    return classification(model, message.images);
  }
  const result = await answer(model, message);
  return atOnce(() => result);
}

/**
 * @param {Explorer} model
 * @param {any} message
 * @returns {Promise<unknown>}
 */
async function answer(model, { type, images, latents, labels, count, seed, samples, binary }) {
  switch (type) {
    case 'decode':
      return model.decode(latents, labels);
    case 'encode':
      return model.encode(images, labels);
    case 'sample':
      return { images: await model.sample(count, seed, labels, binary) };
    case 'judge':
      return model.judge(images, labels);
    default:
      return model.elbo(images, labels, seed, samples);
  }
}

/**
 * @param {Explorer} model
 * @param {Float32Array} images
 * @returns {Work}
 */
function classification(model, images) {
  /** @type {import('./engine/game-types.js').Classes[]} */
  const parts = [];
  let done = 0;
  return {
    slice: (until) => {
      do {
        parts.push(model.classify(images.subarray(done, done + AT_ONCE)));
        done += AT_ONCE;
      } while (done < images.length && performance.now() < until);
      return done < images.length ? undefined : joined(parts);
    },
    free: null,
  };
}

/** @param {import('./engine/game-types.js').Classes[]} parts */
const joined = (parts) => ({
  probabilities: Float32Array.from(parts.flatMap(({ probabilities }) => [...probabilities])),
  features: Float32Array.from(parts.flatMap(({ features }) => [...features])),
});

listen(prepare);
