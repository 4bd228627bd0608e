// @ts-check
/**
 * The settings of the explorer, mirrored in the page's address under keys that begin with 'x-'.
 * The rest of the address belongs to the page and is left as it is.
 */

import { PIXELS } from '../../engine.js';
import { packBits, unpackBits } from '../../bits.js';
import { oneOf, parseEntries, printEntries, whole } from '../../settings.js';

/** @typedef {'left' | 'right' | 'top' | 'bottom'} Half */
/** @typedef {'means' | 'draws'} Style */

/**
 * @typedef {object} ExploreState
 * @property {string} weights name of a pretrained model, 'run' for the run being trained, '' for the first there is
 * @property {number} seed of samples, noise and completions
 * @property {number} count samples
 * @property {Style} style of samples: the decoder's means, or pixels drawn from them
 * @property {number | null} label the class that a conditional model is told; null: the test picture's
 * @property {[number, number]} point on the map
 * @property {number} test index of the test picture that is looked at
 * @property {Uint8Array | null} ink what the visitor drew in its place
 * @property {number} other index of the test picture to interpolate to
 * @property {number} along percent of the way there
 * @property {number} draw which noise ε the inferred z has
 * @property {Half} half what is hidden in the completions
 */

/** @type {Half[]} */
export const HALVES = ['bottom', 'top', 'left', 'right'];
/** @type {Style[]} */
export const STYLES = ['means', 'draws'];
/** The most samples. */
export const MOST_SAMPLES = 64;
/** Test pictures that can be picked. */
export const TEST_PICTURES = 1000;
/** The furthest from 0 that the map's point goes. */
const FURTHEST = 99;

/** @type {Record<keyof ExploreState, import('../../settings.js').Entry>} */
const TABLE = {
  weights: {
    key: 'x-m',
    always: false,
    parse: (text) => (/^[\w.-]{1,64}$/.test(text) ? text : undefined),
    print: String,
  },
  seed: whole('x-seed', 0, 0xffffffff),
  count: whole('x-n', 1, MOST_SAMPLES),
  style: oneOf('x-style', STYLES),
  label: whole('x-y', 0, 9),
  point: {
    key: 'x-z',
    always: false,
    parse(text) {
      const found = /^(-?\d{1,2}\.\d{2})_(-?\d{1,2}\.\d{2})$/.exec(text);
      return found ? [Number(found[1]), Number(found[2])] : undefined;
    },
    print: (point) => point.map((/** @type {number} */ each) => each.toFixed(2)).join('_'),
  },
  test: whole('x-t', 0, TEST_PICTURES - 1),
  ink: {
    key: 'x-d',
    always: false,
    parse: (text) => unpackBits(text, PIXELS) ?? undefined,
    print: packBits,
  },
  other: whole('x-to', 0, TEST_PICTURES - 1),
  along: whole('x-at', 0, 100),
  draw: whole('x-e', 0, 9999),
  half: oneOf('x-half', HALVES),
};

/** @type {[number, number]} */
const MIDDLE = [0, 0];

/** @returns {ExploreState} */
export function initialState() {
  return {
    weights: '',
    seed: 7,
    count: 36,
    style: 'means',
    label: null,
    point: MIDDLE,
    test: 0,
    ink: null,
    other: 3,
    along: 50,
    draw: 0,
    half: 'bottom',
  };
}

/**
 * As the address holds it.
 * @param {[number, number]} point
 */
export const roundPoint = (point) =>
  /** @type {[number, number]} */ (
    point.map((each) => Math.max(-FURTHEST, Math.min(FURTHEST, Math.round(each * 100) / 100)) || 0)
  );

/**
 * The settings that are not as they began, as part of an address.
 * @param {ExploreState} state
 * @returns {string}
 */
export const printState = (state) => printEntries(TABLE, state, initialState());

/**
 * Reads the explorer's keys of an address. What cannot be read keeps its initial value.
 * @param {string} address the part after '#'
 * @returns {ExploreState}
 */
export const parseState = (address) => ({
  ...initialState(),
  ...parseEntries(TABLE, address).read,
});

/**
 * An address with the explorer's keys put in place of those it had.
 * @param {string} address
 * @param {ExploreState} state
 * @returns {string}
 */
export function addressWith(address, state) {
  const rest = address
    .replace(/^#/, '')
    .split('&')
    .filter((part) => part !== '' && !part.startsWith('x-'));
  return [...rest, printState(state)].filter((part) => part !== '').join('&');
}
