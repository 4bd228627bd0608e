// @ts-check
/** What a model makes of the test pictures and of the plane: found once, shown by several sections. */

import { PIXELS } from '../../engine.js';
import { meanDivergences } from '../../gaussian.js';
import { PRIOR_WINDOW, columnsOf, gridOf, twoLargest, windowOf } from './plane.js';
import { decodeAll, encodeBits } from './source.js';

/**
 * @typedef {object} Survey
 * @property {Float32Array} codes n × d: means of the test pictures
 * @property {Uint8Array} labels n
 * @property {Float64Array} use of each latent: a VAE's mean KL in nats, an autoencoder's variance
 * @property {[number, number]} axes the two most used latents: what the plane shows
 * @property {Float32Array} places n × 2: the codes on these axes
 * @property {import('./plane.js').Window} window
 * @property {number} side cells on a side of the grid
 * @property {Float32Array} tiles side² × 784: the decoded grid, other latents at 0
 */

/** Test pictures that are encoded. */
const PICTURES = 500;
/** Cells on a side of the map. */
export const SIDE_OF_MAP = 20;

/**
 * @param {Float32Array} codes n × d
 * @param {number} latent
 */
function variances(codes, latent) {
  const count = codes.length / latent;
  const [mean, square] = [new Float64Array(latent), new Float64Array(latent)];
  codes.forEach((value, index) => {
    mean[index % latent] += value / count;
    square[index % latent] += (value * value) / count;
  });
  return square.map((value, index) => value - mean[index] ** 2);
}

/**
 * @param {import('./source.js').Source} source
 * @param {import('./digits.js').Digits} digits
 * @param {number} label of the map, where the model is told one
 * @returns {Promise<Survey>}
 */
export async function surveyOf(source, digits, label) {
  const { latent, kind } = source;
  const labels = digits.labels.slice(0, PICTURES);
  const pictures = digits.images.subarray(0, PICTURES * PIXELS);
  const { mean: codes, logVariance } = await encodeBits(source, pictures, labels);
  const use =
    kind === 'vae' ? meanDivergences(codes, logVariance, latent) : variances(codes, latent);
  const axes = twoLargest(use);
  const places = columnsOf(codes, latent, axes);
  const window = latent > 2 && kind === 'vae' ? PRIOR_WINDOW : windowOf(places);
  const grid = gridOf(window, SIDE_OF_MAP, new Float32Array(latent), axes);
  const tiles = await decodeAll(source, grid, label);
  return { codes, labels, use, axes, places, window, side: SIDE_OF_MAP, tiles };
}
