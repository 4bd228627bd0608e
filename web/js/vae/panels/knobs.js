// @ts-check
/** The settings of the run. */

import { find } from '../../dom.js';
import { number, say } from '../../text.js';
import {
  BATCHES,
  BETA,
  DATASETS,
  DEVICES,
  EPOCHS,
  LATENT_SIZES,
  LOSSES,
  MODELS,
  PATIENCES,
  PRESETS,
  RATES,
  SPEEDS,
  WARM_UPS,
  hasSetting,
  withConsequences,
} from '../state.js';

/** @typedef {import('../state.js').Settings} Settings */

/** Settings chosen from words. */
/** @type {Partial<Record<keyof Settings, (settings: Settings) => readonly string[]>>} */
const WORDS = {
  model: () => MODELS,
  preset: ({ model }) => PRESETS[model],
  dataset: () => DATASETS,
  device: () => DEVICES,
  speed: () => SPEEDS,
  loss: () => LOSSES,
};
/** Settings chosen from numbers. */
/** @type {Partial<Record<keyof Settings, number[]>>} */
const NUMBERS = {
  batch: BATCHES,
  learningRate: RATES,
  warmUp: WARM_UPS,
  latent: LATENT_SIZES,
  epochs: EPOCHS,
  patience: PATIENCES,
};

/** @param {number} value */
const digitsOf = (value) => (String(value).split('.')[1] ?? '').length;

/**
 * @param {Document} root
 * @param {import('../../settings.js').Store<Settings>} store
 * @param {(words: () => string) => void} announce
 */
export function createKnobs(root, store, announce) {
  const panel = find(root, '#knobs', HTMLDetailsElement);
  const seed = find(root, '#knob-seed', HTMLInputElement);
  const beta = find(root, '#knob-beta', HTMLInputElement);
  const betaShown = find(root, '#beta-shown', HTMLOutputElement);
  const conditional = find(root, '#knob-conditional', HTMLInputElement);
  const selects = [...Object.keys(WORDS), ...Object.keys(NUMBERS)].map((name) => ({
    name: /** @type {keyof Settings} */ (name),
    select: find(root, `#knob-${name}`, HTMLSelectElement),
  }));
  const rows = [...panel.querySelectorAll('[data-knob]')].map((element) => ({
    name: /** @type {keyof Settings} */ (element.getAttribute('data-knob')),
    row: /** @type {HTMLElement} */ (element),
  }));
  // On a phone the pictures come first; who wants settings opens them.
  const wide = matchMedia('(min-width: 48rem)');
  const openWhereWide = () => {
    panel.open ||= wide.matches;
  };
  wide.addEventListener('change', openWhereWide);
  openWhereWide();

  /** @param {Partial<Settings>} patch */
  const choose = (patch) => store.set(withConsequences(store.state, patch));

  for (const { name, select } of selects) {
    select.addEventListener('change', () => {
      choose({ [name]: name in NUMBERS ? Number(select.value) : select.value });
    });
  }
  conditional.addEventListener('change', () => choose({ conditional: conditional.checked }));
  Object.assign(beta, { min: BETA.least, max: BETA.most, step: BETA.step });
  beta.addEventListener('input', () => choose({ beta: Number(beta.valueAsNumber.toFixed(2)) }));
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
    choose({ seed: crypto.getRandomValues(new Uint32Array(1))[0] % 10_000 }),
  );
  find(root, '#knob-form', HTMLFormElement).addEventListener('submit', (event) =>
    event.preventDefault(),
  );

  /**
   * @param {keyof Settings} name
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
    return ['warmUp', 'epochs', 'patience'].includes(name)
      ? say(`knob.${name}.unit`, { count: value, shown })
      : shown;
  }

  return {
    /** @param {Settings} settings */
    update(settings) {
      for (const { name, row } of rows) {
        row.hidden = !hasSetting(settings, name);
      }
      for (const { name, select } of selects) {
        const value = /** @type {string | number} */ (settings[name]);
        const offered = WORDS[name]?.(settings) ?? NUMBERS[name] ?? [];
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
      conditional.checked = settings.conditional;
      beta.value = String(settings.beta);
      betaShown.value = number(settings.beta, 1);
      if (document.activeElement !== seed) {
        seed.value = String(settings.seed);
        seed.removeAttribute('aria-invalid');
      }
    },
  };
}
