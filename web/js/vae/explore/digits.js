// @ts-check
/** Test pictures to look at, from the files that the page trains on, black from grey level 128 on. */

import { PIXELS } from '../../engine.js';
import { TEST_PICTURES } from './state.js';

/** @typedef {'mnist' | 'fashion-mnist'} Dataset */

/**
 * @typedef {object} Digits
 * @property {Dataset} dataset
 * @property {Uint8Array} images n × 784 bits
 * @property {Uint8Array} labels n
 */

/** Bytes before the values of an IDX file, and of one value. */
const HEADS = { images: 16, labels: 8 };
const SIZES = { images: PIXELS, labels: 1 };
/** The file of each data set that has its held-out pictures, and how many they are, at its end. */
const HELD_OUT = {
  mnist: { file: 't10k', count: 10_000 },
  'fashion-mnist': { file: 'train', count: 1000 },
};
const INK = 128;

/** @type {Map<Dataset, Promise<Digits>>} */
const loading = new Map();

/**
 * The held-out values of a gzipped IDX file; servers may have unpacked it on the way.
 * @param {Dataset} dataset
 * @param {keyof typeof HEADS} what
 * @returns {Promise<Uint8Array>}
 */
export async function valuesOf(dataset, what) {
  const { file, count } = HELD_OUT[dataset];
  const name = `${file}-${what}-idx${what === 'images' ? 3 : 1}-ubyte.gz`;
  const response = await fetch(new URL(`../../../data/${dataset}/${name}`, import.meta.url));
  if (!response.ok) {
    throw new Error(`${name}: the server answered ${response.status}`);
  }
  const blob = await response.blob();
  const start = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  const packed = start[0] === 0x1f && start[1] === 0x8b;
  const stream = blob.stream();
  const plain = packed ? stream.pipeThrough(new DecompressionStream('gzip')) : stream;
  const values = new Uint8Array(await new Response(plain).arrayBuffer()).subarray(HEADS[what]);
  return values.slice(-count * SIZES[what]);
}

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
