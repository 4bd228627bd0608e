// @ts-check
/** Latents, histograms, and what can be measured of pictures. */

import { PIXELS, SIDE } from '../engine.js';
import { normals } from '../gaussian.js';

/**
 * Latents of a Gaussian cut off at a radius a coordinate: what lies beyond is drawn again (the
 * truncation of Brock et al. 2019). At radius 0 all are the mean.
 * @param {number} seed
 * @param {number} count
 * @param {number} radius Infinity keeps every draw
 * @returns {Float32Array}
 */
export function truncated(seed, count, radius) {
  const drawn = normals(seed, count);
  if (radius === Infinity) {
    return drawn;
  }
  const again = normals((seed ^ 0x9e3779b9) >>> 0, count * 4);
  let at = 0;
  return drawn.map((value) => {
    let next = value;
    while (Math.abs(next) > radius) {
      // Few draws fall within a small radius; scaled ones have nearly the cut-off density there.
      next = at < again.length ? again[at++] : radius * (2 * Math.abs(Math.sin(at++)) - 1);
    }
    return next;
  });
}

/**
 * @param {Float32Array} from
 * @param {Float32Array} to
 * @param {number} share
 */
export const lerp = (from, to, share) =>
  from.map((value, index) => value * (1 - share) + to[index] * share);

/**
 * Along the great circle (Shoemake 1985): angle and length change evenly, so that no latent on the way
 * is nearer to 0 than Gaussian draws are.
 * @param {Float32Array} from
 * @param {Float32Array} to
 * @param {number} share
 */
export function slerp(from, to, share) {
  const length = (/** @type {Float32Array} */ of) => Math.hypot(...of);
  const [a, b] = [length(from), length(to)];
  const dot = from.reduce((sum, value, index) => sum + value * to[index], 0);
  const angle = a > 0 && b > 0 ? Math.acos(Math.max(-1, Math.min(1, dot / (a * b)))) : 0;
  // Too near to one line for a circle to be known.
  if (Math.sin(angle) < 1e-4) {
    return lerp(from, to, share);
  }
  const [first, second] = [(1 - share) * angle, share * angle].map(
    (part) => Math.sin(part) / Math.sin(angle),
  );
  const wanted = a * (1 - share) + b * share;
  return from.map((value, index) => wanted * ((first * value) / a + (second * to[index]) / b));
}

/** Words for the digits, by language; what a visitor may type. */
const WORDS = [
  ['zero', 'nought', '零', '〇'],
  ['one', '一', '壹', '么'],
  ['two', '二', '两', '贰'],
  ['three', '三', '叁'],
  ['four', '四', '肆'],
  ['five', '五', '伍'],
  ['six', '六', '陆'],
  ['seven', '七', '柒'],
  ['eight', '八', '捌'],
  ['nine', '九', '玖'],
];

/**
 * The digits that a text asks for, in its order: '7', 'seven', '七', 'a three and a 4'.
 * @param {string} text
 * @returns {number[]}
 */
export function digitsIn(text) {
  const found = [];
  // Full-width digits are ordinary ones to who types Chinese, and '一个' is an article.
  const plain = text.normalize('NFKC').toLowerCase().replace(/一(?=[个張张幅只])/g, '');
  for (const [token] of plain.matchAll(/[0-9]|[a-z]+|[\u3007\u4e00-\u9fff]/g)) {
    const digit = /^[0-9]$/.test(token)
      ? Number(token)
      : WORDS.findIndex((words) => words.includes(token));
    if (digit >= 0) {
      found.push(digit);
    }
  }
  return found;
}

/**
 * Counts of values in equal bins from `low` to `high`; what lies beyond counts in the outermost.
 * @param {ArrayLike<number>} values
 * @param {number} low
 * @param {number} high
 * @param {number} bins
 * @returns {number[]}
 */
export function histogram(values, low, high, bins) {
  const counts = new Array(bins).fill(0);
  for (const value of Array.from(values).filter(Number.isFinite)) {
    const at = Math.floor(((value - low) / (high - low)) * bins);
    counts[Math.max(0, Math.min(bins - 1, at))] += 1;
  }
  return counts;
}

/** @param {ArrayLike<number>} values */
export const mean = (values) =>
  values.length === 0 ? NaN : Array.from(values).reduce((sum, each) => sum + each, 0) / values.length;

/**
 * The share of values below one.
 * @param {ArrayLike<number>} values
 * @param {number} value
 */
export const shareBelow = (values, value) => mean(Array.from(values, (each) => Number(each < value)));

/**
 * How steep the edges are, whatever their length: the steps between neighbouring pixels, weighted by
 * themselves, Σ g² / Σ g. A stroke of hard pixels has 1, a smooth one much less; paper has none.
 * @param {Float32Array} images n × 784
 * @returns {number}
 */
export function sharpness(images) {
  let [squares, sum] = [0, 0];
  for (let at = 0; at < images.length; at++) {
    const place = at % PIXELS;
    const right = place % SIDE < SIDE - 1 ? Math.abs(images[at + 1] - images[at]) : 0;
    const down = place < PIXELS - SIDE ? Math.abs(images[at + SIDE] - images[at]) : 0;
    squares += right * right + down * down;
    sum += right + down;
  }
  return sum > 0 ? squares / sum : NaN;
}

/**
 * How different pictures are from one another: their variance over their mean square, summed over pixels. Pictures
 * all alike have 0; the digits of MNIST have 0.6.
 * @param {ArrayLike<number>} images n × 784
 * @returns {number}
 */
export function variety(images) {
  const sums = new Float64Array(PIXELS);
  let squares = 0;
  Array.prototype.forEach.call(images, (value, at) => {
    sums[at % PIXELS] += value;
    squares += value * value;
  });
  const count = images.length / PIXELS;
  const common = sums.reduce((total, sum) => total + (sum * sum) / count, 0);
  return squares > 0 ? 1 - common / squares : NaN;
}

/**
 * @typedef {object} Census
 * @property {number[]} counts of the ten classes
 * @property {number} sure share of pictures that the classifier is more than 90 % sure of
 * @property {number} covered classes with at least a tenth of their even share
 * @property {number} divergence KL(counts ‖ uniform) in nats
 */

/** Sure enough of a class. */
const SURE = 0.9;

/**
 * What a classifier makes of pictures.
 * @param {Float32Array} probabilities n × 10
 * @returns {Census}
 */
export function censusOf(probabilities) {
  const counts = new Array(10).fill(0);
  const total = probabilities.length / 10;
  let sure = 0;
  for (let one = 0; one < total; one++) {
    const row = probabilities.subarray(one * 10, one * 10 + 10);
    const best = row.indexOf(Math.max(...row));
    counts[best] += 1;
    sure += Number(row[best] > SURE);
  }
  const divergence = counts.reduce(
    (sum, count) => sum + (count > 0 ? (count / total) * Math.log((10 * count) / total) : 0),
    0,
  );
  const covered = counts.filter((count) => count >= total / 100).length;
  return { counts, sure: sure / total, covered, divergence };
}

/**
 * A drawing of hard pixels as a scanner would have seen it: blurred by (1 2 1)/4 both ways, so that a
 * critic that knows grey scans does not decide by the hard edges alone.
 * @param {Uint8Array} bits 784
 * @returns {Float32Array}
 */
export function scanned(bits) {
  const at = (/** @type {number} */ row, /** @type {number} */ column) =>
    row >= 0 && row < SIDE && column >= 0 && column < SIDE ? bits[row * SIDE + column] : 0;
  return Float32Array.from({ length: PIXELS }, (_, index) => {
    const [row, column] = [Math.floor(index / SIDE), index % SIDE];
    let sum = 0;
    for (let down = -1; down <= 1; down++) {
      for (let right = -1; right <= 1; right++) {
        sum += at(row + down, column + right) * (2 - Math.abs(down)) * (2 - Math.abs(right));
      }
    }
    return Math.min(1, (sum / 16) * 1.25);
  });
}
