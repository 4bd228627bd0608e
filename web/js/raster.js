// @ts-check
/** Which cells of the picture a stroke covers. */

import { SIDE } from './engine.js';

/**
 * @typedef {object} Point
 * @property {number} x in cells, from the left edge
 * @property {number} y in cells, from the top edge
 */

/**
 * The cells that a round brush covers on its way from one point to another: those whose centre lies
 * within its radius, and the cell under the pen.
 * @param {Point} from
 * @param {Point} to
 * @param {number} width in cells
 * @returns {number[]} raster indices, ascending
 */
export function coveredCells(from, to, width) {
  const radius = width / 2 + 0.1;
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const cells = [];
  const low = (/** @type {number} */ a, /** @type {number} */ b) =>
    Math.max(0, Math.floor(Math.min(a, b) - radius));
  const high = (/** @type {number} */ a, /** @type {number} */ b) =>
    Math.min(SIDE - 1, Math.floor(Math.max(a, b) + radius));
  for (let row = low(from.y, to.y); row <= high(from.y, to.y); row++) {
    for (let column = low(from.x, to.x); column <= high(from.x, to.x); column++) {
      const [x, y] = [column + 0.5 - from.x, row + 0.5 - from.y];
      const along = length === 0 ? 0 : Math.min(1, Math.max(0, (x * dx + y * dy) / length));
      const distance = Math.hypot(x - along * dx, y - along * dy);
      const under = column === Math.floor(to.x) && row === Math.floor(to.y);
      if (distance <= radius || under) {
        cells.push(row * SIDE + column);
      }
    }
  }
  return cells;
}
