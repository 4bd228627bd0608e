// @ts-check
/**
 * The one table of settings, the drawing among them, mirrored in the page's address: a link shows
 * exactly what was seen. Maths lives elsewhere; this file touches `location` and nothing else.
 */

import { PIXELS } from './engine.js';
import { packBits, unpackBits } from './bits.js';
import { REGIONS, TOOLS, cellsOf } from './picture.js';
import { EXAMPLES, drawingOf } from './examples.js';

/** @typedef {'completion' | 'plain' | 'both'} Lesson */
/** @typedef {'auto' | 'light' | 'dark' | 'presenter'} Theme */
/** @typedef {'auto' | 'en' | 'zh-CN'} LanguageChoice */
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
 * @property {Theme} theme
 * @property {LanguageChoice} language
 */

/** @typedef {import('./picture.js').Drawing & Settings} State */

/**
 * How one setting stands in an address.
 * @typedef {object} Entry
 * @property {string} key
 * @property {boolean} always whether it is written where it has its initial value
 * @property {(text: string) => any} parse undefined for anything not allowed
 * @property {(value: any) => string} print
 */

/** The most completions on the page. */
export const MOST = 16;
/** The widest brush. */
export const WIDEST = 6;
export const TEMPERATURES = { least: 0.1, most: 2, step: 0.1 };
/** @type {Lesson[]} */
export const LESSONS = ['completion', 'plain', 'both'];
/** @type {Speed[]} */
export const SPEEDS = ['slow', 'normal', 'fast'];
/** @type {Theme[]} */
export const THEMES = ['auto', 'light', 'dark', 'presenter'];
/** @type {LanguageChoice[]} */
export const LANGUAGES = ['auto', 'en', 'zh-CN'];

/**
 * @param {string} key
 * @param {readonly string[]} values
 * @returns {Entry}
 */
const oneOf = (key, values, always = false) => ({
  key,
  always,
  parse: (text) => (values.includes(text) ? text : undefined),
  print: String,
});

/**
 * @param {string} key
 * @param {number} least
 * @param {number} most
 * @returns {Entry}
 */
const whole = (key, least, most, always = false) => ({
  key,
  always,
  parse: (text) =>
    /^\d{1,10}$/.test(text) && Number(text) >= least && Number(text) <= most
      ? Number(text)
      : undefined,
  print: String,
});

/**
 * @param {string} key
 * @returns {Entry}
 */
const yesNo = (key) => ({
  key,
  always: false,
  parse: (text) => ({ 0: false, 1: true })[text],
  print: (value) => (value ? '1' : '0'),
});

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

const NAMES = /** @type {(keyof State)[]} */ (Object.keys(TABLE));

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
 * @param {unknown} a
 * @param {unknown} b
 */
function same(a, b) {
  return a instanceof Uint8Array && b instanceof Uint8Array
    ? a.every((value, index) => value === b[index])
    : a === b;
}

/**
 * The state as the part of an address after '#'.
 * @param {State} state
 * @returns {string}
 */
export function printState(state) {
  const initial = { ...initialState(), hidden: cellsOf(state.hide) };
  const shown = NAMES.filter((name) => TABLE[name].always || !same(state[name], initial[name]));
  return shown.map((name) => `${TABLE[name].key}=${TABLE[name].print(state[name])}`).join('&');
}

/**
 * Reads what `printState` wrote. What cannot be read keeps its initial value, and is named.
 * @param {string} text with or without '#'
 * @returns {{ state: State, problems: string[] }}
 */
export function parseState(text) {
  const state = initialState();
  /** @type {Partial<State>} */
  const read = {};
  const problems = [];
  for (const [key, value] of new URLSearchParams(text.replace(/^#/, ''))) {
    const name = NAMES.find((candidate) => TABLE[candidate].key === key);
    const parsed = name && !(name in read) ? TABLE[name].parse(value) : undefined;
    if (!name || parsed === undefined) {
      problems.push(key);
    } else {
      Object.assign(read, { [name]: parsed });
    }
  }
  // Without its ink the rest of a drawing makes no sense.
  if (problems.includes(TABLE.ink.key)) {
    const { ink, hidden, hide, fit } = state;
    return { state: { ...state, ...read, ink, hidden, hide, fit }, problems };
  }
  const hide = read.hide ?? state.hide;
  return { state: { ...state, hidden: cellsOf(hide), ...read, hide }, problems };
}

/** The part of the page's address after '#'. */
export const addressState = () => location.hash.replace(/^#/, '');

/**
 * Writes the state into the address without a new step in the browser's history.
 * @param {State} state
 */
export function writeAddress(state) {
  history.replaceState(null, '', `#${printState(state)}`);
}

/**
 * @callback Listener
 * @param {State} state
 * @param {Set<keyof State>} changed
 */

/** The state and those who want to hear of its changes. */
export class Store {
  /** @type {State} */
  #state;
  /** @type {Listener[]} */
  #listeners = [];

  /** @param {State} state */
  constructor(state) {
    this.#state = state;
  }

  get state() {
    return this.#state;
  }

  /** @param {Listener} listener */
  subscribe(listener) {
    this.#listeners.push(listener);
  }

  /** @param {Partial<State>} patch */
  set(patch) {
    const names = /** @type {(keyof State)[]} */ (Object.keys(patch));
    const changed = new Set(names.filter((name) => !same(patch[name], this.#state[name])));
    if (changed.size > 0) {
      this.#state = { ...this.#state, ...patch };
      this.#listeners.forEach((listener) => listener(this.#state, changed));
    }
  }
}
