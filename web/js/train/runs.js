// @ts-check
/** Earlier runs: each can be laid over the chart, gone on with, or forgotten. */

import { find } from '../dom.js';
import { say } from '../text.js';

/** @typedef {import('./keep.js').Kept} Kept */

/**
 * @typedef {object} RunActions
 * @property {() => void} changed which are on the chart
 * @property {(run: Kept) => void} resume
 * @property {(run: Kept) => void} forget
 */

/**
 * What the list must know of the page's runs.
 * @template C
 * @typedef {object} Reading
 * @property {(run: Kept) => string} nameOf what tells one run from another
 * @property {(run: Kept) => C} curveOf
 */

/**
 * @template C
 * @param {Document} root
 * @param {RunActions} actions
 * @param {Reading<C>} reading
 */
export function createRuns(root, actions, reading) {
  const list = find(root, '#runs', HTMLElement);
  /** Runs on the chart. */
  /** @type {Set<string>} */
  const overlaid = new Set();
  /** @type {Kept[]} */
  let runs = [];
  /** @type {Map<string, C>} */
  const curves = new Map();

  /** @param {Kept} run */
  function curveOf(run) {
    const curve = curves.get(run.id) ?? reading.curveOf(run);
    curves.set(run.id, curve);
    return curve;
  }

  /** Those on the chart, in the order of their dashes. */
  const shown = () =>
    runs
      .filter(({ id }) => overlaid.has(id))
      .map((run) => ({ id: run.id, name: reading.nameOf(run), curve: curveOf(run) }));

  /**
   * @param {string} key
   * @param {string} name
   * @param {string} sign
   * @param {() => void} act
   */
  function button(key, name, sign, act) {
    const element = document.createElement('button');
    element.type = 'button';
    element.textContent = sign;
    element.title = say(key, { name });
    element.setAttribute('aria-label', element.title);
    element.addEventListener('click', act);
    return element;
  }

  function render() {
    list.replaceChildren(
      ...runs.map((run) => {
        const item = document.createElement('li');
        const label = document.createElement('label');
        const box = document.createElement('input');
        const line = document.createElement('i');
        const words = document.createElement('span');
        const name = reading.nameOf(run);
        box.type = 'checkbox';
        box.checked = overlaid.has(run.id);
        line.dataset.dash = String(shown().findIndex(({ id }) => id === run.id));
        words.textContent = name;
        label.append(box, line, words);
        box.addEventListener('change', () => {
          if (box.checked) {
            overlaid.add(run.id);
          } else {
            overlaid.delete(run.id);
          }
          render();
          actions.changed();
        });
        item.append(label);
        if (run.snapshot) {
          item.append(
            button('runs.resume', name, say('runs.resumeWord'), () => actions.resume(run)),
          );
        }
        item.append(button('runs.forget', name, '×', () => actions.forget(run)));
        return item;
      }),
    );
    list.hidden = runs.length === 0;
  }

  return {
    shown,
    /** @param {string} id */
    overlay(id) {
      overlaid.add(id);
    },
    /** @param {Kept[]} next all but the one that is being trained */
    update(next) {
      runs = next;
      curves.clear();
      render();
    },
    /** Takes up the language. */
    reset: render,
  };
}
