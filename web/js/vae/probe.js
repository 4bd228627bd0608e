// @ts-check
/** What the views show of a model: its samples, its reconstructions, its map, its latents. */

import { PIXELS } from '../engine.js';
import { mixedIndices, picked } from '../digits.js';
import { meanDivergences, normals } from '../gaussian.js';

/** @typedef {import('../digits.js').Digits} Digits */

/**
 * A model that can be asked: a run with the weights of now, or a pretrained one.
 * @typedef {object} Source
 * @property {'vae' | 'autoencoder' | 'pixelcnn'} kind
 * @property {boolean} slow whether it takes long over each picture
 * @property {number} latent
 * @property {boolean} conditional
 * @property {(latents: Float32Array, labels?: Uint8Array) => Promise<Float32Array>} decode
 * @property {(images: Float32Array, labels?: Uint8Array) => Promise<{ mean: Float32Array, logVariance: Float32Array | null }>} encode
 * @property {(count: number, seed: number) => Promise<Float32Array>} sample
 */

/**
 * @typedef {object} Seen
 * @property {Float32Array} samples
 * @property {Float32Array | null} originals held-out pictures
 * @property {Float32Array | null} rebuilt the same, through the code and back
 * @property {Float32Array | null} points n × 2 codes
 * @property {Uint8Array} labels of the points
 * @property {[number, number]} axes which two latent variables the points show
 * @property {number} reach of the plane
 * @property {Float32Array | null} plane decoded places of the plane
 * @property {Float64Array | null} nats KL of each latent variable
 */

/** Pictures in the views, in rows of ten: one of each class where the model is told the class. */
export const COLUMNS = 10;
const SAMPLES = 40;
const PIXELCNN_SAMPLES = 10;
const REBUILT = 10;
/** Held-out pictures on the map. */
const POINTS = 400;
const FEW_POINTS = 100;
/** Places across the plane that are decoded. */
const CELLS = 15;
/** The prior's part of the plane that is always shown. */
const REACH = 3.2;

/**
 * The two variables that the codes vary in most; the first two where there are only two.
 * @param {Float64Array} weights
 * @returns {[number, number]}
 */
export function widestTwo(weights) {
  if (weights.length <= 2) {
    return [0, Math.min(1, weights.length - 1)];
  }
  const order = [...weights.keys()].sort((a, b) => weights[b] - weights[a] || a - b);
  const [first, second] = [order[0], order[1]].sort((a, b) => a - b);
  return [first, second];
}

/**
 * How far a square plane must reach to show nearly all points.
 * @param {Float32Array} points n × 2
 * @returns {number}
 */
export function reachOf(points) {
  const distances = Array.from(points, Math.abs)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const far = distances[Math.floor(distances.length * 0.99)] ?? 0;
  return Math.max(REACH, far * 1.08);
}

/**
 * Places of a square grid over the plane, row by row from above.
 * @param {number} cells
 * @param {number} reach
 */
export function planeOf(cells, reach) {
  const at = (/** @type {number} */ cell) => ((cell + 0.5) / cells) * 2 * reach - reach;
  return Float32Array.from({ length: cells * cells * 2 }, (_, index) => {
    const place = index >> 1;
    return index % 2 === 0 ? at(place % cells) : -at(Math.floor(place / cells));
  });
}

/**
 * Variance of each code over the pictures: what stands for nats where there is no distribution.
 * @param {Float32Array} mean n × d
 * @param {number} latent d
 */
export function variances(mean, latent) {
  const count = mean.length / latent;
  const sums = new Float64Array(latent);
  const squares = new Float64Array(latent);
  mean.forEach((value, index) => {
    sums[index % latent] += value / count;
    squares[index % latent] += (value * value) / count;
  });
  return squares.map((square, index) => square - sums[index] ** 2);
}

/** @param {number} count */
const classesInTurn = (count) => Uint8Array.from({ length: count }, (_, index) => index % 10);

/** @param {Float32Array[]} parts */
const joined = (parts) => {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

/**
 * Samples from latents that are always the same.
 * @param {Source} source
 * @param {number} seed of the latents
 * @returns {Promise<Float32Array>}
 */
export function samplesOf({ kind, latent, conditional, sample, decode }, seed) {
  return kind === 'pixelcnn'
    ? sample(PIXELCNN_SAMPLES, seed)
    : decode(normals(seed, SAMPLES * latent), conditional ? classesInTurn(SAMPLES) : undefined);
}

/**
 * All that is seen, by one request to the encoder and one to the decoder.
 * @param {Source} source
 * @param {Digits} digits
 * @param {number} seed of the fixed latents
 * @returns {Promise<Seen>}
 */
export async function probe(source, digits, seed) {
  const { kind, latent, conditional } = source;
  const labels = digits.labels.subarray(0, source.slow ? FEW_POINTS : POINTS);
  if (kind === 'pixelcnn') {
    const samples = await samplesOf(source, seed);
    const nothing = { originals: null, rebuilt: null, points: null, plane: null, nats: null };
    return { samples, labels, axes: [0, 1], reach: REACH, ...nothing };
  }
  const told = (/** @type {number[]} */ classes) =>
    conditional ? Uint8Array.from(classes) : undefined;
  const mixed = mixedIndices(digits, REBUILT);
  const mixedLabels = mixed.map((index) => digits.labels[index]);
  const originals = picked(digits.images, mixed);
  const images = joined([originals, digits.images.subarray(0, labels.length * PIXELS)]);
  const { mean, logVariance } = await source.encode(images, told([...mixedLabels, ...labels]));

  const codes = mean.subarray(REBUILT * latent);
  const nats =
    logVariance && meanDivergences(codes, logVariance.subarray(REBUILT * latent), latent);
  const axes = widestTwo(nats ?? variances(codes, latent));
  const points = Float32Array.from(
    { length: labels.length * 2 },
    (_, index) => codes[(index >> 1) * latent + axes[index % 2]],
  );
  const reach = reachOf(points);

  const places = latent === 2 && !conditional ? planeOf(CELLS, reach) : new Float32Array();
  const latents = [normals(seed, SAMPLES * latent), mean.subarray(0, REBUILT * latent), places];
  const decoded = await source.decode(
    joined(latents),
    told([...classesInTurn(SAMPLES), ...mixedLabels]),
  );
  const cut = (/** @type {number} */ from, /** @type {number} */ count) =>
    decoded.subarray(from * PIXELS, (from + count) * PIXELS);
  const plane = places.length > 0 ? cut(SAMPLES + REBUILT, CELLS * CELLS) : null;
  const [samples, rebuilt] = [cut(0, SAMPLES), cut(SAMPLES, REBUILT)];
  return { samples, originals, rebuilt, points, labels, axes, reach, plane, nats };
}
