// @ts-check
/** Held-out pictures with their classes, for the views: the first of the test files. */

import { PIXELS } from '../engine.js';
import { valuesOf } from './explore/digits.js';

/** @typedef {{ images: Float32Array, labels: Uint8Array, count: number }} Digits */

/**
 * @param {import('./state.js').Dataset} dataset
 * @param {number} count
 * @returns {Promise<Digits>}
 */
export async function loadDigits(dataset, count) {
  const [images, labels] = await Promise.all([
    valuesOf(dataset, 'images'),
    valuesOf(dataset, 'labels'),
  ]);
  const grey = images.subarray(0, count * PIXELS);
  return {
    images: Float32Array.from(grey, (value) => value / 255),
    labels: labels.slice(0, count),
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
  indices.forEach((index, at) =>
    found.set(images.subarray(index * PIXELS, (index + 1) * PIXELS), at * PIXELS),
  );
  return found;
}
