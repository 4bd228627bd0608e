// @ts-check
/** Test pictures to look at, from the files that the page trains on, black from grey level 128 on. */

import { valuesOf } from '../../digits.js';
import { PIXELS } from '../../engine.js';
import { TEST_PICTURES } from './state.js';

/** @typedef {import('../../digits.js').Dataset} Dataset */

/**
 * @typedef {object} Digits
 * @property {Dataset} dataset
 * @property {Uint8Array} images n × 784 bits
 * @property {Uint8Array} labels n
 */

const INK = 128;

/** @type {Map<Dataset, Promise<Digits>>} */
const loading = new Map();

/** @param {Dataset} dataset @returns {Promise<Digits>} */
async function load(dataset) {
  const [grey, labels] = await Promise.all([
    valuesOf(dataset, 'images'),
    valuesOf(dataset, 'labels'),
  ]);
  const images = grey.subarray(0, TEST_PICTURES * PIXELS).map((value) => Number(value >= INK));
  return { dataset, images, labels: labels.slice(0, TEST_PICTURES) };
}

/**
 * The first test pictures of a data set; a failure is forgotten, so that asking again tries again.
 * @param {Dataset} dataset
 * @returns {Promise<Digits>}
 */
export function digitsOf(dataset) {
  const found = loading.get(dataset) ?? load(dataset);
  loading.set(dataset, found);
  found.catch(() => loading.delete(dataset));
  return found;
}

/**
 * @param {Digits} digits
 * @param {number} index
 */
export const pictureAt = ({ images }, index) =>
  images.subarray(index * PIXELS, (index + 1) * PIXELS);

/**
 * The first picture of each class.
 * @param {Digits} digits
 * @returns {number[]} 10 indices
 */
export const oneOfEach = ({ labels }) =>
  Array.from({ length: 10 }, (_, label) => labels.indexOf(label));
