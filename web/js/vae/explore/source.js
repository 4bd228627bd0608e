// @ts-check
/** The weights that are explored: a pretrained model's, or those of the run being trained. */

import { PIXELS } from '../../engine.js';

/** @typedef {import('../../engine.js').Engine} Engine */
/** @typedef {import('./digits.js').Dataset} Dataset */

/**
 * @typedef {object} Source
 * @property {string} name 'run', or the pretrained model's
 * @property {'vae' | 'autoencoder'} kind
 * @property {number} latent
 * @property {boolean} conditional whether it is told the class
 * @property {Dataset} dataset
 * @property {(images: Float32Array, labels: Uint8Array) => Promise<{ mean: Float32Array, logVariance: Float32Array }>} encode
 *   an autoencoder has a variance of 0
 * @property {(latents: Float32Array, labels: Uint8Array) => Promise<Float32Array>} decode probabilities
 * @property {(draws: Draws) => Promise<Float32Array>} sample
 */

/**
 * New pictures of one class.
 * @typedef {object} Draws
 * @property {number} count
 * @property {number} seed
 * @property {number} label
 * @property {boolean} binary whether each pixel is drawn
 */

/** The log-variance of a code that has no spread. */
const NO_SPREAD = -Infinity;

/**
 * @param {{ mean: Float32Array, logVariance?: Float32Array | null }} codes
 * @param {Source['kind']} kind
 */
const withVariance = ({ mean, logVariance }, kind) => ({
  mean,
  logVariance:
    kind === 'vae' && logVariance ? logVariance : new Float32Array(mean.length).fill(NO_SPREAD),
});

/**
 * @param {Draws} draws
 * @param {boolean} conditional
 */
const asked = ({ label, ...rest }, conditional) => ({ ...rest, ...(conditional && { label }) });

/**
 * The pretrained models that can be explored.
 * @param {Engine} engine
 * @returns {Promise<Source[]>}
 */
export async function pretrained(engine) {
  const models = await engine.models();
  return models
    .filter(({ kind }) => kind === 'vae' || kind === 'autoencoder')
    .map((model) => sourceOf(engine, model));
}

/**
 * @param {Engine} engine
 * @param {import('../../engine.js').ModelInfo} info of a model that has latents
 * @returns {Source}
 */
function sourceOf(engine, { name, kind: any, latent = 2, conditional = false, dataset }) {
  const kind = any === 'vae' ? 'vae' : 'autoencoder';
  const told = (/** @type {Uint8Array} */ labels) => (conditional ? { labels } : {});
  return {
    name,
    kind,
    latent,
    conditional,
    dataset,
    encode: async (images, labels) =>
      withVariance(await engine.encode({ model: name, images, ...told(labels) }), kind),
    decode: (latents, labels) => engine.decode({ model: name, latents, ...told(labels) }),
    sample: async (draws) => (await engine.sample({ model: name, ...asked(draws, conditional) })).images,
  };
}

/**
 * The weights of a run as they are at each moment.
 * @param {import('../../engine.js').Run} run
 * @param {Pick<Source, 'kind' | 'latent' | 'conditional' | 'dataset'>} what it trains
 * @returns {Source}
 */
export function sourceOfRun(run, what) {
  const told = (/** @type {Uint8Array} */ labels) => (what.conditional ? { labels } : {});
  return {
    ...what,
    name: 'run',
    encode: async (images, labels) =>
      withVariance(await run.encode({ images, ...told(labels) }), what.kind),
    decode: (latents, labels) => run.decode({ latents, ...told(labels) }),
    sample: async (draws) => (await run.sample(asked(draws, what.conditional))).images,
  };
}

/**
 * Encodes pictures of one class, or of their own.
 * @param {Source} source
 * @param {Uint8Array} pictures n × 784 bits
 * @param {number | Uint8Array} label
 */
export const encodeBits = (source, pictures, label) =>
  source.encode(
    Float32Array.from(pictures),
    typeof label === 'number' ? new Uint8Array(pictures.length / PIXELS).fill(label) : label,
  );

/**
 * Decodes latents of one class.
 * @param {Source} source
 * @param {Float32Array} latents n × d
 * @param {number} label
 */
export const decodeAll = (source, latents, label) =>
  source.decode(latents, new Uint8Array(latents.length / source.latent).fill(label));
