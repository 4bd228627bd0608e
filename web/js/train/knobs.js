// @ts-check
/** The settings of a run: lists, checks, sliders and the seed, as a page's table names them. */

import { find } from '../dom.js';
import { number, say } from '../text.js';

/**
 * @template {{ seed: number }} S
 * @typedef {object} KnobTable
 * @property {Partial<Record<keyof S, (settings: S) => readonly string[]>>} words settings chosen from words
 * @property {Partial<Record<keyof S, number[]>>} numbers settings chosen from numbers
 * @property {(keyof S)[]} checks
 * @property {Partial<Record<keyof S, { least: number, most: number, step: number, digits: number }>>} ranges
 * @property {(keyof S)[]} units numbers that are told with what they count
 * @property {(settings: S, name: keyof S) => boolean} has whether a run of these settings has one of them
 * @property {(settings: S, patch: Partial<S>) => Partial<S>} withConsequences
 */

/** @param {number} value */
const digitsOf = (value) => (String(Number(value.toFixed(8))).split('.')[1] ?? '').length;

/** A seed by chance, short enough to be read out. */
export const anySeed = () => crypto.getRandomValues(new Uint32Array(1))[0] % 10_000;

/**
 * @template {{ seed: number }} S
 * @param {Document} root
 * @param {import('../settings.js').Store<S>} store
 * @param {(words: () => string) => void} announce
 * @param {KnobTable<S>} table
 */
export function createKnobs(root, store, announce, table) {
  const panel = find(root, '#knobs', HTMLDetailsElement);
  const seed = find(root, '#knob-seed', HTMLInputElement);
  /** @param {object} part */
  const names = (part) => /** @type {(keyof S & string)[]} */ (Object.keys(part));
  const selects = [...names(table.words), ...names(table.numbers)].map((name) => ({
    name,
    select: find(root, `#knob-${name}`, HTMLSelectElement),
  }));
  const checks = table.checks.map((name) => ({
    name,
    input: find(root, `#knob-${String(name)}`, HTMLInputElement),
  }));
  const ranges = names(table.ranges).map((name) => ({
    name,
    input: find(root, `#knob-${name}`, HTMLInputElement),
    shown: find(root, `#${name}-shown`, HTMLOutputElement),
  }));
  const rows = [...panel.querySelectorAll('[data-knob]')].map((element) => ({
    name: /** @type {keyof S} */ (element.getAttribute('data-knob')),
    row: /** @type {HTMLElement} */ (element),
  }));
  // On a phone the pictures come first; who wants settings opens them.
  const wide = matchMedia('(min-width: 48rem)');
  const openWhereWide = () => {
    panel.open ||= wide.matches;
  };
  wide.addEventListener('change', openWhereWide);
  openWhereWide();

  /** @param {object} patch */
  const choose = (patch) => store.set(table.withConsequences(store.state, patch));

  for (const { name, select } of selects) {
    select.addEventListener('change', () => {
      choose({ [name]: name in table.numbers ? Number(select.value) : select.value });
    });
  }
  for (const { name, input } of checks) {
    input.addEventListener('change', () => choose({ [name]: input.checked }));
  }
  for (const { name, input } of ranges) {
    const { least, most, step } = table.ranges[name] ?? { least: 0, most: 1, step: 0.1 };
    Object.assign(input, { min: least, max: most, step });
    input.addEventListener('input', () => choose({ [name]: Number(input.valueAsNumber.toFixed(2)) }));
  }
  seed.addEventListener('change', () => {
    const valid = /^\d+$/.test(seed.value.trim()) && Number(seed.value) <= 0xffffffff;
    seed.setAttribute('aria-invalid', String(!valid));
    if (valid) {
      choose({ seed: Number(seed.value) });
    } else {
      announce(() => say('settings.seedWrong'));
    }
  });
  find(root, '#dice', HTMLButtonElement).addEventListener('click', () =>
    choose({ seed: anySeed() }),
  );
  find(root, '#knob-form', HTMLFormElement).addEventListener('submit', (event) =>
    event.preventDefault(),
  );

  /**
   * @param {keyof S & string} name
   * @param {string | number} value
   */
  function wordsFor(name, value) {
    if (typeof value === 'string') {
      return say(`${name}.${value}`);
    }
    if (value === 0) {
      return say(`knob.${name}.none`);
    }
    const shown = number(value, digitsOf(value));
    return table.units.includes(name) ? say(`knob.${name}.unit`, { count: value, shown }) : shown;
  }

  return {
    /** @param {S} settings */
    update(settings) {
      for (const { name, row } of rows) {
        row.hidden = !table.has(settings, name);
      }
      for (const { name, select } of selects) {
        const value = /** @type {string | number} */ (settings[name]);
        const offered = table.words[name]?.(settings) ?? table.numbers[name] ?? [];
        const values = offered.includes(/** @type {never} */ (value))
          ? offered
          : [...offered, value].sort((a, b) => Number(a) - Number(b));
        select.replaceChildren(
          ...values.map((each) => {
            const option = document.createElement('option');
            option.value = String(each);
            option.textContent = wordsFor(name, each);
            return option;
          }),
        );
        select.value = String(value);
      }
      for (const { name, input } of checks) {
        input.checked = Boolean(settings[name]);
      }
      for (const { name, input, shown } of ranges) {
        input.value = String(settings[name]);
        shown.value = number(Number(settings[name]), table.ranges[name]?.digits);
      }
      if (document.activeElement !== seed) {
        seed.value = String(settings.seed);
        seed.removeAttribute('aria-invalid');
      }
    },
  };
}
