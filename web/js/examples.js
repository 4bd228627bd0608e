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
    digit: 208,
    label: 2,
    hide: 'bottom',
    ink: 'AAAAAAAAAAAAAAAAAAAAA8AAAf4AABxgAAEDAAAAMAAAAwAAACAAAAYAAABgAAAEAAAAwAAAHAAAf-AAD__AAf__wB_AAAP4AAAeAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  },
  {
    digit: 120,
    label: 5,
    hide: 'top',
    ink: 'AAAAAAAAAAAAAAAAAAAAAAAAADwAAP_wAD__gAP4OAA4AAADgAAAGAAAAf4AAA_4AAD_4AAH_wAAAfAAAAeAAAB4AAAHgAAD-AAP_wAAf-AAB_wAABwAAAAAAAAAAAAAAAA',
  },
  {
    digit: 36,
    label: 7,
    hide: 'left',
    ink: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABn-AAP_8AB-AwAPADAB4AMAGABwAAAGAAAA4AAADAAAAMAAABgAAAH4AAB_gAAPgAAAMAAAAwAAADAAAAIAAAAgAAACAAAAAAA',
  },
  {
    digit: 27,
    label: 4,
    hide: 'right',
    ink: 'AAAAAAAAAAAAAAAAAAAAAAAAAIAAAAwYAAGBgAAYGAADgwAAMDAABgMAAOAwABwDAAHwcAAf_wAA_-AAAG4AAADgAAAOAAAA4AAADAAAAMAAAAwAAACAAAAAAAAAAAAAAAA',
  },
  {
    digit: 15,
    label: 5,
    hide: 'centre',
    ink: 'AAAAAAAAAAAAAAAAAAAAB_AAB_gAAPgAAA4AAABgAAACAAAAIAAAB_AAAPPAAAwHAAAAGAAAAMAAAAYAAAAwAAADAAAAMAAABgAMAcAA__gAB_gAAAAAAAAAAAAAAAAAAAA',
  },
  {
    digit: 0,
    label: 7,
    hide: 'bottom',
    ink: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABwAAAP_-AAD_8AAABgAAAGAAAAwAAAHAAAAYAAADgAAAMAAAAwAAAGAAAA4AAAHAAAAYAAADAAAAcAAABwAAAHAAAAYAAAAAAA',
  },
  {
    digit: 90,
    label: 3,
    hide: 'left',
    ink: 'AAAAAAAAAAAAAAAAAAAAAAAAAD4AAA_wAAPjAAA4MAACBgAAAeAAADwAAB_AAAH-AAAAcAAAAwAAABgAAAOAAAAwABgDAAGAcAAYHgABx8AAH_AAAHwAAAAAAAAAAAAAAAA',
  },
  {
    digit: 50,
    label: 6,
    hide: 'top',
    ink: 'AAAAAAAAAAAAAAAABgAAAOAAAA4AAAHAAAA4AAADAAAAYAAABgAAAcAAABgAAAOAAAAx4AADPwAAcHAABgcAAHBwAAcGAAB94AAB_AAABwAAAAAAAAAAAAAAAAAAAAAAAAA',
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
