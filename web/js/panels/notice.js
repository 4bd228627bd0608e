// @ts-check
/** What went wrong, what to do about it, and a way to try again. */

import { find } from '../dom.js';
import { say } from '../text.js';

/** Errors that the same browser will meet again at once. */
const FINAL = ['simd'];
/** Codes that have a title and advice of their own. */
const EXPLAINED = ['fetch', 'weights', 'memory', 'wasm', 'simd', 'diverged'];
/** Codes that have words, in the visitor's language; a message is the engine's own, for developers. */
const SAID = ['option', 'model', 'data', 'snapshot', 'device', 'fetch', 'weights', 'memory', 'wasm'];

/**
 * What went wrong, as a sentence that others can follow.
 * @param {string} message
 */
const sentence = (message) =>
  `${message.charAt(0).toUpperCase()}${message.slice(1)}`.replace(/\.?$/, '.');

/**
 * What went wrong, in the visitor's language.
 * @param {unknown} error
 */
export function troubleOf(error) {
  const { code = 'other', message = String(error) } = /** @type {any} */ (error) ?? {};
  return say(`error.${SAID.includes(code) ? code : 'other'}`, { message: sentence(message) });
}

/**
 * @param {HTMLElement} root
 * @param {() => void} retry
 */
export function createNotice(root, retry) {
  const title = find(root, '.title', HTMLElement);
  const advice = find(root, '.advice', HTMLElement);
  const retryButton = find(root, '.retry', HTMLButtonElement);
  /** @type {(() => void) | null} */
  let show = null;
  /** Whether it tells of the engine, so that the engine's next success ends it. */
  let ofEngine = false;

  const hide = () => {
    root.hidden = true;
    show = null;
  };
  retryButton.addEventListener('click', () => {
    hide();
    retry();
  });
  find(root, '.dismiss', HTMLButtonElement).addEventListener('click', hide);

  /** @param {() => void} fill */
  function open(fill) {
    show = fill;
    fill();
    root.hidden = false;
  }

  return {
    /**
     * @param {unknown} error
     * @param {boolean} [again] whether another try may help
     */
    tellError(error, again = true) {
      const { code = 'other' } = /** @type {any} */ (error) ?? {};
      const missing = code === 'wasm' && typeof WebAssembly !== 'object';
      const key = missing ? 'nowasm' : EXPLAINED.includes(code) ? code : 'other';
      ofEngine = true;
      open(() => {
        title.textContent = say(`notice.${key}`);
        advice.textContent = say(`notice.${key}.advice`, { error: troubleOf(error) });
        retryButton.hidden = !again || FINAL.includes(key);
      });
    },
    /**
     * What another try would not change.
     * @param {string} key
     * @param {Record<string, string>} [values]
     */
    tell(key, values = {}) {
      ofEngine = false;
      open(() => {
        title.textContent = say(key);
        advice.textContent = say(`${key}.advice`, values);
        retryButton.hidden = true;
      });
    },
    /** The engine works again. */
    settle() {
      if (ofEngine) {
        hide();
      }
    },
    /** Takes up the language. */
    update() {
      show?.();
    },
  };
}
