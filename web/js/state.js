// @ts-check
/**
 * The one table of settings, the drawing among them, mirrored in the page's address: a link shows
 * exactly what was seen. Maths lives elsewhere; this file touches `location` and nothing else.
 */

import { PIXELS } from './engine.js';
import { packBits, unpackBits } from './bits.js';
import { REGIONS, TOOLS, cellsOf } from './picture.js';
import { EXAMPLES, drawingOf } from './examples.js';
import { LANGUAGES, THEMES, oneOf, parseEntries, printEntries, whole, yesNo } from './settings.js';

/** @typedef {'completion' | 'plain' | 'both'} Lesson */
/** @typedef {import('./settings.js').Entry} Entry */
/** @typedef {'slow' | 'normal' | 'fast'} Speed */

/**
 * @typedef {object} Settings
 * @property {Lesson} lesson which model finishes the drawing
 * @property {number} count completions
 * @property {number} seed
 * @property {number} temperature
 * @property {string} pick the completion that is looked at: its model (c or p) and index
 * @property {boolean} peek whether ink under the cover is shown
 * @property {number | null} at pixels that slow motion has filled in; null for all
 * @property {Speed} speed of slow motion
 * @property {import('./picture.js').Tool} tool
 * @property {number} width of the brush in cells
 * @property {import('./settings.js').Theme} theme
 * @property {import('./settings.js').LanguageChoice} language
 */

/** @typedef {import('./picture.js').Drawing & Settings} State */

/** The most completions on the page. */
export const MOST = 16;
/** The widest brush. */
export const WIDEST = 6;
export const TEMPERATURES = { least: 0.1, most: 2, step: 0.1 };
/** @type {Lesson[]} */
export const LESSONS = ['completion', 'plain', 'both'];
/** @type {Speed[]} */
export const SPEEDS = ['slow', 'normal', 'fast'];

/**
 * @param {string} key
 * @param {boolean} always
 * @returns {Entry}
 */
const bits = (key, always) => ({
  key,
  always,
  parse: (text) => unpackBits(text, PIXELS) ?? undefined,
  print: packBits,
});

/** @type {Record<keyof State, Entry>} */
const TABLE = {
  ink: bits('d', true),
  hide: oneOf('hide', REGIONS, true),
  hidden: bits('m', false),
  fit: yesNo('fit'),
  lesson: oneOf('model', LESSONS),
  count: whole('n', 1, MOST, true),
  seed: whole('seed', 0, 0xffffffff, true),
  temperature: {
    key: 't',
    always: true,
    parse: (text) => {
      const value = /^\d(\.\d{1,2})?$/.test(text) ? Number(text) : NaN;
      return value >= TEMPERATURES.least && value <= TEMPERATURES.most ? value : undefined;
    },
    print: String,
  },
  pick: {
    key: 'pick',
    always: false,
    parse: (text) => (/^[cp]([0-9]|1[0-5])$/.test(text) ? text : undefined),
    print: String,
  },
  peek: yesNo('peek'),
  at: whole('at', 0, PIXELS),
  speed: oneOf('speed', SPEEDS),
  tool: oneOf('tool', TOOLS),
  width: whole('w', 1, WIDEST),
  theme: oneOf('theme', THEMES),
  language: oneOf('lang', LANGUAGES),
};

/** What the page opens with. */
/** @returns {State} */
export function initialState() {
  return {
    ...drawingOf(EXAMPLES[0]),
    lesson: 'completion',
    count: 9,
    seed: 7,
    temperature: 1,
    pick: 'c0',
    peek: false,
    at: null,
    speed: 'normal',
    tool: 'pen',
    width: 2,
    theme: 'auto',
    language: 'auto',
  };
}

/**
 * The state as the part of an address after '#'.
 * @param {State} state
 * @returns {string}
 */
export function printState(state) {
  return printEntries(TABLE, state, { ...initialState(), hidden: cellsOf(state.hide) });
}

/**
 * Reads what `printState` wrote. What cannot be read keeps its initial value, and is named.
 * @param {string} text with or without '#'
 * @returns {{ state: State, problems: string[] }}
 */
export function parseState(text) {
  const state = initialState();
  const { read, problems } = parseEntries(TABLE, text);
  // Without its ink the rest of a drawing makes no sense.
  if (problems.includes(TABLE.ink.key)) {
    const { ink, hidden, hide, fit } = state;
    return { state: { ...state, ...read, ink, hidden, hide, fit }, problems };
  }
  const hide = read.hide ?? state.hide;
  return { state: { ...state, hidden: cellsOf(hide), ...read, hide }, problems };
}
