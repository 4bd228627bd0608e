// @ts-check
/** What the browser keeps between visits; a browser that keeps nothing is no error. */

const DRAWING = 'halfdrawn.state';
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
/** Whether single keys are shortcuts. */
export const shortcutsOn = () => read(SHORTCUTS) !== 'off';
/** @param {boolean} on */
export const saveShortcuts = (on) => write(SHORTCUTS, on ? 'on' : 'off');
