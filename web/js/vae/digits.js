// @ts-check
/** Held-out pictures with their classes, for the views: the first of the test files. */

import { PIXELS } from '../engine.js';

/** @typedef {{ images: Float32Array, labels: Uint8Array, count: number }} Digits */

/** Bytes before the pictures of an IDX file, and before the labels. */
const IMAGES_HEADER = 16;
const LABELS_HEADER = 8;

/**
 * The bytes of a gzip file; servers that declare the packing have had the browser unpack it.
 * @param {URL} url
 * @returns {Promise<Uint8Array>}
 */
async function unpacked(url) {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`${url.pathname}: the server answered ${response.status}`);
  }
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    return bytes;
  }
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * @param {import('./state.js').Dataset} dataset
 * @param {number} count
 * @returns {Promise<Digits>}
 */
export async function loadDigits(dataset, count) {
  const file = (/** @type {string} */ name) =>
    unpacked(new URL(`../../data/${dataset}/t10k-${name}-ubyte.gz`, import.meta.url));
  const [images, labels] = await Promise.all([file('images-idx3'), file('labels-idx1')]);
  const grey = images.subarray(IMAGES_HEADER, IMAGES_HEADER + count * PIXELS);
  return {
    images: Float32Array.from(grey, (value) => value / 255),
    labels: labels.slice(LABELS_HEADER, LABELS_HEADER + count),
    count: grey.length / PIXELS,
  };
}

/**
 * The first picture of each class and so on in turn, so that any short row shows them all.
 * @param {Digits} digits
 * @param {number} count
 * @returns {number[]} indices
 */
export function mixedIndices({ labels }, count) {
  const found = /** @type {number[][]} */ (Array.from({ length: 10 }, () => []));
  labels.forEach((label, index) => found[label]?.push(index));
  return Array.from({ length: count }, (_, at) => found[at % 10][Math.floor(at / 10)] ?? at);
}

/**
 * @param {Float32Array} images
 * @param {number[]} indices
 */
export function picked(images, indices) {
  const found = new Float32Array(indices.length * PIXELS);
  indices.forEach((index, at) => found.set(images.subarray(index * PIXELS, (index + 1) * PIXELS), at * PIXELS));
  return found;
}
