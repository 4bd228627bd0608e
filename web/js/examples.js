// @ts-check
/**
 * Half-drawn digits to begin with: MNIST test digits (their index in the test file in `digit`), black
 * from grey level 128 on. The hidden part is under the cover, so that it can be looked at afterwards.
 */

import { PIXELS } from './engine.js';
import { unpackBits } from './bits.js';
import { cellsOf } from './picture.js';

/**
 * @typedef {object} Example
 * @property {number} digit index in the MNIST test file
 * @property {number} label
 * @property {import('./picture.js').Region} hide
 * @property {string} ink bits of the whole digit
 */

/** The first one opens the page. */
/** @type {Example[]} */
export const EXAMPLES = [
  {
    digit: 12,
    label: 9,
    hide: 'bottom',
    ink: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB8AAAP-AABwYAAODgABwMAAOBwAA4OAADh4AAP_gAAfsAAABwAAAHAAAAYAAADgAAAMAAAAwAAADAAAAYAAABgAAACAAAAAAA',
  },
  {
    digit: 32,
    label: 3,
    hide: 'left',
    ink: 'AAAAAAAAAAAAAAAAAAAAAAAAB8AAAf8AAB8wAAGDAAAAMAAABwAAAOAAAB4AAAfwAAB_wAAHHgAAAPAAAAcAAAA4AAABgAAAOAAAD4AAB_AAA_wAAD4AAAAAAAAAAAAAAAA',
  },
  {
    digit: 0,
    label: 7,
    hide: 'bottom',
    ink: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABwAAAP_-AAD_8AAABgAAAGAAAAwAAAHAAAAYAAADgAAAMAAAAwAAAGAAAA4AAAHAAAAYAAADAAAAcAAABwAAAHAAAAYAAAAAAA',
  },
  {
    digit: 81,
    label: 6,
    hide: 'top',
    ink: 'AAAAAAAAAAAAAAAADAAAA8AAAHwAAA_AAAHgAAA8AAADgAAAcAAABwAAAHAAAAYDAABg8AAGH4AAYfgABjmAAHMYAAO7AAA_8AAB_gAAB4AAAAAAAAAAAAAAAAAAAAAAAAA',
  },
  {
    digit: 49,
    label: 4,
    hide: 'right',
    ink: 'AAAAAAAAAAAAAAAAAAAAAAAACAAAAYAgABgDAAGAMAAYAwABgDAAGAMgAYA2ABgHwAGAeAAePwAA__AAB_cAAABgAAAHAAAAYAAABgAAAGAAAAYAAAAgAAAAAAAAAAAAAAA',
  },
  {
    digit: 120,
    label: 5,
    hide: 'centre',
    ink: 'AAAAAAAAAAAAAAAAAAAAAAAAADwAAP_wAD__gAP4OAA4AAADgAAAGAAAAf4AAA_4AAD_4AAH_wAAAfAAAAeAAAB4AAAHgAAD-AAP_wAAf-AAB_wAABwAAAAAAAAAAAAAAAA',
  },
  {
    digit: 208,
    label: 2,
    hide: 'bottom',
    ink: 'AAAAAAAAAAAAAAAAAAAAA8AAAf4AABxgAAEDAAAAMAAAAwAAACAAAAYAAABgAAAEAAAAwAAAHAAAf-AAD__AAf__wB_AAAP4AAAeAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  },
  {
    digit: 134,
    label: 8,
    hide: 'right',
    ink: 'AAAAAAAAAAAAAAAAAAAAAAAAAA-AAAH4AAPggAB-CAADwYAAODAAAecAAA7gAAB8AAAHgAAA-AAAH4AAAxgAAHHAAAYcAABhwAAGHAAAY8AAB_gAAB8AAAAAAAAAAAAAAAA',
  },
];

/**
 * @param {Example} example
 * @returns {import('./picture.js').Drawing}
 */
export function drawingOf({ ink, hide }) {
  const bits = unpackBits(ink, PIXELS) ?? new Uint8Array(PIXELS);
  return { ink: bits, hidden: cellsOf(hide), hide, fit: false };
}
