// @ts-check
/** Settings that stand in an address: how each is read and written, and who hears of changes. */

/** @typedef {'auto' | 'light' | 'dark' | 'presenter'} Theme */
/** @typedef {'auto' | 'en' | 'zh-CN'} LanguageChoice */

/**
 * How one setting stands in an address.
 * @typedef {object} Entry
 * @property {string} key
 * @property {boolean} always whether it is written where it has its initial value
 * @property {(text: string) => any} parse undefined for anything not allowed
 * @property {(value: any) => string} print
 */

/** @type {Theme[]} */
export const THEMES = ['auto', 'light', 'dark', 'presenter'];
/** @type {LanguageChoice[]} */
export const LANGUAGES = ['auto', 'en', 'zh-CN'];

/**
 * @param {string} key
 * @param {readonly string[]} values
 * @returns {Entry}
 */
export const oneOf = (key, values, always = false) => ({
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
export const whole = (key, least, most, always = false) => ({
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
 * @param {number} least
 * @param {number} most
 * @returns {Entry}
 */
export const decimal = (key, least, most, always = false) => ({
  key,
  always,
  parse: (text) => {
    const value = /^\d{1,3}(\.\d{1,8})?$/.test(text) ? Number(text) : NaN;
    return value >= least && value <= most ? value : undefined;
  },
  print: (value) => String(Number(value.toFixed(8))),
});

/**
 * @param {string} key
 * @returns {Entry}
 */
export const yesNo = (key) => ({
  key,
  always: false,
  parse: (text) => ({ 0: false, 1: true })[text],
  print: (value) => (value ? '1' : '0'),
});

/**
 * @param {unknown} a
 * @param {unknown} b
 */
export function same(a, b) {
  return a instanceof Uint8Array && b instanceof Uint8Array
    ? a.every((value, index) => value === b[index])
    : a === b;
}

/**
 * What is not as it was initially, as the part of an address after '#'.
 * @template {object} State
 * @param {Record<keyof State, Entry>} table
 * @param {State} state
 * @param {State} initial
 * @returns {string}
 */
export function printEntries(table, state, initial) {
  const names = /** @type {(keyof State)[]} */ (Object.keys(table));
  const shown = names.filter((name) => table[name].always || !same(state[name], initial[name]));
  return shown.map((name) => `${table[name].key}=${table[name].print(state[name])}`).join('&');
}

/**
 * Reads what `printEntries` wrote. What cannot be read is named; the first of two counts.
 * @template {object} State
 * @param {Record<keyof State, Entry>} table
 * @param {string} text with or without '#'
 * @returns {{ read: Partial<State>, problems: string[] }}
 */
export function parseEntries(table, text) {
  const names = /** @type {(keyof State)[]} */ (Object.keys(table));
  /** @type {Partial<State>} */
  const read = {};
  const problems = [];
  for (const [key, value] of new URLSearchParams(text.replace(/^#/, ''))) {
    const name = names.find((candidate) => table[candidate].key === key);
    const parsed = name && !(name in read) ? table[name].parse(value) : undefined;
    if (!name || parsed === undefined) {
      problems.push(key);
    } else {
      Object.assign(read, { [name]: parsed });
    }
  }
  return { read, problems };
}

/** The part of the page's address after '#'. */
export const addressState = () => location.hash.replace(/^#/, '');

/**
 * Writes it without a new step in the browser's history.
 * @param {string} text
 */
export const writeAddress = (text) => history.replaceState(null, '', `#${text}`);

/**
 * The state and those who want to hear of its changes.
 * @template {object} State
 */
export class Store {
  /** @type {State} */
  #state;
  /** @type {((state: State, changed: Set<keyof State>) => void)[]} */
  #listeners = [];

  /** @param {State} state */
  constructor(state) {
    this.#state = state;
  }

  get state() {
    return this.#state;
  }

  /** @param {(state: State, changed: Set<keyof State>) => void} listener */
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
