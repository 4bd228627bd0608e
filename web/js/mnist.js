// @ts-check
/**
 * MNIST's own framing (LeCun et al. 1998): a digit is scaled, its proportions kept, to fill a box of
 * 20×20, and placed so that its centre of mass is in the middle of the 28×28 picture.
 */

import { PIXELS, SIDE } from './engine.js';

/** Side of the box that a digit fills. */
const BOX = 20;
/** Where the centre of mass goes, in cells from the edge: pixel 14 of 0 … 27, as in the files. */
const MIDDLE = 14.5;
/** The largest magnification, so that the first dab of a pen is not blown up to a disc. */
const MOST = 2.5;
/** Samples across a cell when the picture is resampled. */
const SAMPLES = 4;
/** The least share of ink that makes a resampled cell ink; under a half, so that thin lines last. */
const THRESHOLD = 0.45;

/**
 * A drawn point p goes to scale · p + (x, y).
 * @typedef {object} Framing
 * @property {number} scale
 * @property {number} x
 * @property {number} y
 */

/**
 * The framing that MNIST would give this ink; null for no ink, or where it already is as it should.
 * @param {Uint8Array} ink
 * @returns {Framing | null}
 */
export function framing(ink) {
  let [left, right, top, bottom] = [SIDE, -1, SIDE, -1];
  let [mass, x, y] = [0, 0, 0];
  ink.forEach((value, index) => {
    if (value === 1) {
      const [column, row] = [index % SIDE, Math.floor(index / SIDE)];
      left = Math.min(left, column);
      right = Math.max(right, column);
      top = Math.min(top, row);
      bottom = Math.max(bottom, row);
      mass += 1;
      x += column + 0.5;
      y += row + 0.5;
    }
  });
  if (mass === 0) {
    return null;
  }
  const exact = BOX / (Math.max(right - left, bottom - top) + 1);
  // Within a pixel of the box: move by whole pixels and leave the ink as it is.
  const scale = Math.abs(exact - 1) < 0.06 ? 1 : Math.min(MOST, exact);
  let shiftX = MIDDLE - (scale * x) / mass;
  let shiftY = MIDDLE - (scale * y) / mass;
  if (scale === 1) {
    [shiftX, shiftY] = [Math.round(shiftX), Math.round(shiftY)];
    if (shiftX === 0 && shiftY === 0) {
      return null;
    }
  }
  return { scale, x: shiftX, y: shiftY };
}

/**
 * @param {Uint8Array} bits
 * @param {number} x
 * @param {number} y
 * @returns {number} the bit interpolated between the centres of cells, 0 outside the picture
 */
function interpolate(bits, x, y) {
  const [column, row] = [Math.floor(x - 0.5), Math.floor(y - 0.5)];
  const [right, down] = [x - 0.5 - column, y - 0.5 - row];
  const at = (/** @type {number} */ c, /** @type {number} */ r) =>
    c >= 0 && c < SIDE && r >= 0 && r < SIDE ? bits[r * SIDE + c] : 0;
  return (
    (at(column, row) * (1 - right) + at(column + 1, row) * right) * (1 - down) +
    (at(column, row + 1) * (1 - right) + at(column + 1, row + 1) * right) * down
  );
}

/**
 * The bits as they look once framed.
 * @param {Uint8Array} bits
 * @param {Framing} frame
 * @returns {Uint8Array}
 */
export function resample(bits, frame) {
  return Uint8Array.from({ length: PIXELS }, (_, index) => {
    const [column, row] = [index % SIDE, Math.floor(index / SIDE)];
    let sum = 0;
    for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
      const x = column + ((sample % SAMPLES) + 0.5) / SAMPLES;
      const y = row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES;
      sum += interpolate(bits, (x - frame.x) / frame.scale, (y - frame.y) / frame.scale);
    }
    return sum / (SAMPLES * SAMPLES) >= THRESHOLD ? 1 : 0;
  });
}

/**
 * For each drawn cell the framed cell that its centre goes to; −1 outside the picture.
 * @param {Framing} frame
 * @returns {Int16Array}
 */
export function destinations(frame) {
  return Int16Array.from({ length: PIXELS }, (_, index) => {
    const x = Math.floor(frame.scale * ((index % SIDE) + 0.5) + frame.x);
    const y = Math.floor(frame.scale * (Math.floor(index / SIDE) + 0.5) + frame.y);
    return x >= 0 && x < SIDE && y >= 0 && y < SIDE ? y * SIDE + x : -1;
  });
}
