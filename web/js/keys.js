// @ts-check
/** Shortcuts of single keys, which the visitor can switch off, and undo and redo, which stay. */

import { shortcutsOn } from './storage.js';

/** Where keys are for typing or choosing. */
const TYPING = 'dialog, select, input:not([type="range"], [type="checkbox"])';

/**
 * @param {Record<string, () => void>} actions by key; 'undo' and 'redo' answer to Ctrl or ⌘ as well
 * @param {HTMLElement | Document} [where] the focus must be for it; a part's keys go before the page's
 */
export function listenToKeys(actions, where = document) {
  where.addEventListener('keydown', (/** @type {any} */ pressed) => {
    const event = /** @type {KeyboardEvent} */ (pressed);
    const target = /** @type {Element} */ (event.target);
    if (event.altKey || target.closest(TYPING)) {
      return;
    }
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    let name = key;
    if (event.ctrlKey || event.metaKey) {
      name = key === 'y' || (key === 'z' && event.shiftKey) ? 'redo' : key === 'z' ? 'undo' : '';
    } else if (!shortcutsOn()) {
      return;
    }
    if (Object.hasOwn(actions, name)) {
      event.preventDefault();
      event.stopPropagation();
      actions[name]();
    }
  });
}
