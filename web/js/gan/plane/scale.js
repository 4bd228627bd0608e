// @ts-check
/** The critic's outputs as shares from −1, generated, to 1, real; and lines of equal share. */

import { sigmoid } from '../losses.js';

/** @typedef {import('../state.js').Loss} Loss */

const bounded = (/** @type {number} */ share) => Math.max(-1, Math.min(1, share));
const mean = (/** @type {ArrayLike<number>} */ values) =>
  Array.from(values).reduce((sum, each) => sum + each, 0) / Math.max(1, values.length);

/**
 * What an output means: a probability under the first two losses, a distance from the targets 0 and 1
 * under least squares; under WGAN only differences count, so it is seen against all that is in sight.
 * @param {Loss} loss
 * @param {import('../../engine/plane-types.js').PlaneView} view
 * @returns {(output: number) => number}
 */
export function shareOf(loss, view) {
  if (loss === 'least-squares') {
    return (output) => bounded(2 * output - 1);
  }
  if (loss !== 'wasserstein') {
    return (output) => 2 * sigmoid(output) - 1;
  }
  const middle = (mean(view.realOutputs) + mean(view.fakeOutputs)) / 2;
  const reach = view.field.reduce((most, each) => Math.max(most, Math.abs(each - middle)), 1e-9);
  return (output) => bounded((output - middle) / reach);
}

/**
 * Pieces of the line along which a field has one value: marching squares, a cell between four values
 * at a time, ends interpolated along its sides.
 * @param {ArrayLike<number>} field side × side
 * @param {number} side
 * @param {number} level
 * @returns {[number, number, number, number][]} x and y of both ends, in steps of the lattice
 */
export function contour(field, side, level) {
  /** @type {[number, number, number, number][]} */
  const pieces = [];
  for (let row = 0; row + 1 < side; row++) {
    for (let column = 0; column + 1 < side; column++) {
      const at = row * side + column;
      // Around the cell, from its upper left corner.
      const corners = [field[at], field[at + 1], field[at + side + 1], field[at + side]];
      const places = [[0, 0], [1, 0], [1, 1], [0, 1]];
      /** @type {number[][]} */
      const ends = [];
      corners.forEach((value, index) => {
        const next = (index + 1) % 4;
        if (value < level !== corners[next] < level) {
          const part = (level - value) / (corners[next] - value);
          const [[x, y], [u, v]] = [places[index], places[next]];
          ends.push([column + x + (u - x) * part, row + y + (v - y) * part]);
        }
      });
      for (let end = 0; end + 1 < ends.length; end += 2) {
        pieces.push([ends[end][0], ends[end][1], ends[end + 1][0], ends[end + 1][1]]);
      }
    }
  }
  return pieces;
}
