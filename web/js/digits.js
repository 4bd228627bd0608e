// @ts-check
/** Held-out pictures with their classes, for the views: the first of the test files. */

import { PIXELS } from './engine.js';
import { fetched } from './fetched.js';

/** @typedef {'mnist' | 'fashion-mnist'} Dataset */
/** @typedef {{ images: Float32Array, labels: Uint8Array, count: number }} Digits */

/** Bytes before the values of an IDX file, and of one value. */
const HEADS = { images: 16, labels: 8 };
const SIZES = { images: PIXELS, labels: 1 };
/** The file of each data set that has its held-out pictures, and how many they are, at its end. */
const HELD_OUT = {
  mnist: { file: 't10k', count: 10_000 },
  'fashion-mnist': { file: 'train', count: 1000 },
};

/**
 * The held-out values of a gzipped IDX file; servers may have unpacked it on the way.
 * @param {Dataset} dataset
 * @param {keyof typeof HEADS} what
 * @returns {Promise<Uint8Array>}
 */
export async function valuesOf(dataset, what) {
  const { file, count } = HELD_OUT[dataset];
  const name = `${file}-${what}-idx${what === 'images' ? 3 : 1}-ubyte.gz`;
  const response = await fetched(new URL(`../data/${dataset}/${name}`, import.meta.url));
  const blob = await response.blob();
  const start = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  const packed = start[0] === 0x1f && start[1] === 0x8b;
  const stream = blob.stream();
  const plain = packed ? stream.pipeThrough(new DecompressionStream('gzip')) : stream;
  const values = new Uint8Array(await new Response(plain).arrayBuffer()).subarray(HEADS[what]);
  return values.slice(-count * SIZES[what]);
}

/**
 * @param {Dataset} dataset
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
