// @ts-check
/** Checks of what callers hand in: a wrong argument is named before any work is done. */

import { EngineError } from './error.js';
import { MOST_COMPLETIONS, PIXELS } from './types.js';

/** A function that returns a 128-bit vector: browsers without SIMD call it invalid. */
// prettier-ignore
const SIMD_PROBE = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
);

export function checkSupport() {
  if (typeof WebAssembly !== 'object' || typeof Worker !== 'function') {
    throw new EngineError(
      'wasm',
      'This browser has no WebAssembly or no workers (or they are switched off). Switch them on or use a current browser.',
    );
  }
  if (!WebAssembly.validate(SIMD_PROBE)) {
    throw new EngineError(
      'simd',
      'This browser has no WebAssembly SIMD. Use Chrome or Edge 91, Firefox 89, Safari 16.4 or newer.',
    );
  }
}

/**
 * @param {unknown} options
 * @param {string} method
 * @param {string[]} allowed
 */
export function checkOptions(options, method, allowed) {
  if (typeof options !== 'object' || options === null) {
    throw new EngineError('option', `${method} takes an object of options.`);
  }
  for (const key of Object.keys(options)) {
    if (!allowed.includes(key)) {
      throw new EngineError(
        'option',
        `${method} has no option '${key}'; it has ${allowed.join(', ')}.`,
      );
    }
  }
}

/**
 * A copy of the array, so that the caller may change it at once.
 * @param {unknown} array
 * @param {string} name
 * @param {number | null} length null: any positive multiple of a picture
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function checkBits(array, name, length) {
  const copy = checkBytes(array, name, length, PIXELS);
  const wrong = copy.findIndex((value) => value > 1);
  if (wrong >= 0) {
    throw new EngineError(
      'value',
      `${name}[${wrong}] is ${copy[wrong]}; each value must be 0 or 1.`,
    );
  }
  return copy;
}

/**
 * @param {unknown} array
 * @param {string} name
 * @param {number | null} length null: any positive multiple of `unit`
 * @param {number} [unit]
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function checkBytes(array, name, length, unit = 1) {
  checkKind(array, name, 'Uint8Array', length, unit);
  const copy = Uint8Array.from(/** @type {Uint8Array} */ (array));
  checkLength(copy, name, length, unit);
  return copy;
}

/**
 * @param {unknown} array
 * @param {string} name
 * @param {number} unit the length is a positive multiple of it
 * @returns {Float32Array<ArrayBuffer>}
 */
export function checkFloats(array, name, unit) {
  checkKind(array, name, 'Float32Array', null, unit);
  const copy = Float32Array.from(/** @type {Float32Array} */ (array));
  checkLength(copy, name, null, unit);
  const wrong = copy.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new EngineError(
      'value',
      `${name}[${wrong}] is ${copy[wrong]}; each value must be a finite number.`,
    );
  }
  return copy;
}

/**
 * @param {number | null} length
 * @param {number} unit
 */
const sizeOf = (length, unit) =>
  length ?? (unit === 1 ? 'at least 1' : `a positive multiple of ${unit}`);

/**
 * @param {unknown} array
 * @param {string} name
 * @param {string} kind
 * @param {number | null} length
 * @param {number} unit
 */
function checkKind(array, name, kind, length, unit) {
  if (Object.prototype.toString.call(array) !== `[object ${kind}]`) {
    throw new EngineError('length', `${name} must be a ${kind} of length ${sizeOf(length, unit)}.`);
  }
}

/**
 * @param {{ length: number }} copy
 * @param {string} name
 * @param {number | null} length
 * @param {number} unit
 */
function checkLength(copy, name, length, unit) {
  const fits =
    length === null ? copy.length > 0 && copy.length % unit === 0 : copy.length === length;
  if (!fits) {
    throw new EngineError(
      'length',
      `${name} has length ${copy.length}; it must be ${sizeOf(length, unit)}.`,
    );
  }
}

/**
 * The classes of pictures: n of a conditional model, none of another.
 * @param {unknown} labels
 * @param {number} count
 * @param {{ name: string, conditional?: boolean }} model
 * @returns {{ labels?: Uint8Array }}
 */
export function checkLabels(labels, count, { name, conditional }) {
  if (!conditional) {
    if (labels !== undefined) {
      throw new EngineError('option', `'${name}' is not told the class: leave the labels out.`);
    }
    return {};
  }
  const copy = checkBytes(labels, 'labels', count);
  const wrong = copy.findIndex((label) => label > 9);
  if (wrong >= 0) {
    throw new EngineError('value', `labels[${wrong}] is ${copy[wrong]}; classes are 0 to 9.`);
  }
  return { labels: copy };
}

/**
 * The same of one class for all pictures, or of one a picture.
 * @param {unknown} label
 * @param {number} count
 * @param {{ name: string, conditional?: boolean }} model
 */
export function checkLabel(label, count, model) {
  if (typeof label === 'number' && Number.isInteger(label) && label >= 0 && label <= 9) {
    return checkLabels(new Uint8Array(count).fill(label), count, model);
  }
  return checkLabels(label, count, model);
}

/**
 * @param {unknown} count
 * @param {number} [most]
 * @param {string} [name]
 * @returns {number}
 */
export function checkCount(count, most = MOST_COMPLETIONS, name = 'count') {
  if (!Number.isInteger(count) || Number(count) < 1 || Number(count) > most) {
    throw new EngineError(
      'count',
      `${name} is ${String(count)}; it must be a whole number from 1 to ${most}.`,
    );
  }
  return Number(count);
}

/**
 * @param {unknown} seed
 * @returns {number}
 */
export function checkSeed(seed) {
  if (!Number.isInteger(seed) || Number(seed) < 0 || Number(seed) > 0xffffffff) {
    throw new EngineError(
      'value',
      `seed is ${String(seed)}; it must be a whole number from 0 to 4294967295.`,
    );
  }
  return Number(seed);
}

/**
 * @param {unknown} temperature
 * @returns {number}
 */
export function checkTemperature(temperature) {
  if (typeof temperature !== 'number' || !Number.isFinite(temperature) || temperature <= 0) {
    throw new EngineError(
      'temperature',
      `temperature is ${String(temperature)}; it must be a finite number above 0.`,
    );
  }
  return temperature;
}

/**
 * @template {string} T
 * @param {unknown} value
 * @param {string} name
 * @param {T[]} choices
 * @returns {T}
 */
export function checkChoice(value, name, choices) {
  if (!choices.includes(/** @type {T} */ (value))) {
    throw new EngineError(
      'option',
      `${name} is '${String(value)}'; it must be one of ${choices.join(', ')}.`,
    );
  }
  return /** @type {T} */ (value);
}

/**
 * @template T
 * @param {T | undefined} callback
 * @param {string} name
 * @returns {T | undefined}
 */
export function checkCallback(callback, name) {
  if (callback !== undefined && typeof callback !== 'function') {
    throw new EngineError('option', `${name} must be a function.`);
  }
  return callback;
}

/**
 * @param {unknown} signal
 * @returns {AbortSignal | undefined}
 */
export function checkSignal(signal) {
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new EngineError('option', 'signal must be an AbortSignal.');
  }
  return signal;
}

/**
 * @param {unknown} base
 * @returns {string}
 */
export function checkBase(base) {
  if (base === undefined) {
    return new URL('../../', import.meta.url).href;
  }
  try {
    const url = new URL(String(base), globalThis.location?.href ?? import.meta.url);
    if (!url.pathname.endsWith('/')) {
      url.pathname += '/';
    }
    return url.href;
  } catch (cause) {
    throw new EngineError('option', `base is '${String(base)}', which is not a URL.`, cause);
  }
}
