// @ts-check
/** What the browser keeps between visits; a browser that keeps nothing is no error. */

import { LANGUAGES, THEMES, oneOf, parseEntries, printEntries } from './settings.js';

/** @typedef {Pick<import('./state.js').Settings, 'theme' | 'language'>} Look */

const DRAWING = 'halfdrawn.state';
const TRAINING = 'halfdrawn.training';
const GAME = 'halfdrawn.game';
const LOOK = 'halfdrawn.look';
const SHORTCUTS = 'halfdrawn.shortcuts';

/**
 * @param {string} key
 * @returns {string | null}
 */
function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/**
 * @param {string} key
 * @param {string} value
 */
function write(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is full or forbidden: the address still has everything.
  }
}

/** The state as `printState` wrote it, or null. */
export const savedState = () => read(DRAWING);
/** @param {string} text */
export const saveState = (text) => write(DRAWING, text);
/** The settings of the page that trains, or null. */
export const savedTraining = () => read(TRAINING);
/** @param {string} text */
export const saveTraining = (text) => write(TRAINING, text);
/** The settings of the page that plays, or null. */
export const savedGame = () => read(GAME);
/** @param {string} text */
export const saveGame = (text) => write(GAME, text);
/** Whether single keys are shortcuts. */
export const shortcutsOn = () => read(SHORTCUTS) !== 'off';
/** @param {boolean} on */
export const saveShortcuts = (on) => write(SHORTCUTS, on ? 'on' : 'off');

/** Theme and language, which the pages share. */
/** @type {Record<keyof Look, import('./settings.js').Entry>} */
const LOOKS = { theme: oneOf('theme', THEMES, true), language: oneOf('lang', LANGUAGES, true) };

/** @returns {Partial<Look>} */
export const savedLook = () =>
  /** @type {Partial<Look>} */ (parseEntries(LOOKS, read(LOOK) ?? '').read);
/** @param {Look} look */
export const saveLook = ({ theme, language }) => {
  const look = { theme, language };
  write(LOOK, printEntries(LOOKS, look, look));
};
