// @ts-check
/** Ways to break the game: what to set, what to look at, what the record says, what cures it. */

import { find } from '../../dom.js';
import { say } from '../../text.js';
import { put } from '../../train/status.js';
import { precise } from '../panels/charts.js';
import { customsOf, initialSettings } from '../state.js';
import { collapse, explosion, saturation, swing } from '../symptoms.js';
import { touched } from './sections.js';

/** @typedef {import('../state.js').Settings} Settings */
/** @typedef {import('../ledger.js').Ledger} Ledger */

/**
 * @typedef {object} Failure
 * @property {string} name
 * @property {Partial<Settings>} broken
 * @property {Partial<Settings>} cured
 * @property {(ledger: Ledger) => Record<string, string> | null} measure for the words of its evidence
 */

const { criticRate, generatorRate } = initialSettings();
/** What all begin with, so that one thing at a time is wrong. */
const SOUND = /** @type {Partial<Settings>} */ ({
  ...customsOf('non-saturating'),
  preset: 'tiny',
  dataset: 'mnist',
  conditional: false,
  smoothing: 0,
  batch: 64,
  seed: 7,
  speed: 'full',
  loss: 'non-saturating',
});
const WGAN = /** @type {Partial<Settings>} */ ({
  ...SOUND,
  ...customsOf('wasserstein'),
  loss: 'wasserstein',
});

/** @type {Failure[]} */
export const FAILURES = [
  {
    name: 'collapse',
    broken: { ...SOUND, criticRate: 0.0001, generatorRate: 0.01 },
    cured: { ...SOUND, criticRate, generatorRate },
    measure(ledger) {
      const found = collapse(ledger);
      return found && { variety: precise(100 * found.variety), covered: String(found.covered ?? '–') };
    },
  },
  {
    name: 'saturated',
    broken: { ...SOUND, loss: 'minimax', criticSteps: 5, criticRate: 0.002, generatorRate: 0.0001 },
    cured: { ...SOUND, loss: 'non-saturating' },
    measure(ledger) {
      const { gap, left } = saturation(ledger);
      return { gap: precise(gap), left: precise(100 * left) };
    },
  },
  {
    name: 'oscillation',
    broken: { ...WGAN, beta1: 0.9, criticSteps: 1, criticRate: 0.001, generatorRate: 0.002 },
    cured: WGAN,
    measure(ledger) {
      const { spread, crossings, steps } = swing(ledger);
      return { spread: precise(spread), crossings: String(crossings), steps: String(steps) };
    },
  },
  {
    name: 'clip',
    broken: { ...WGAN, clip: 1 },
    cured: WGAN,
    measure(ledger) {
      const { size, norm } = explosion(ledger);
      return { size: precise(size), norm: precise(norm) };
    },
  },
];

/** Half-steps before which a record says nothing. */
const EARLY = 60;

/**
 * Whether the settings of the page are those.
 * @param {Settings} settings
 * @param {Partial<Settings>} wanted
 */
export const isSet = (settings, wanted) =>
  Object.entries(wanted).every(
    ([name, value]) =>
      ['speed', 'seed'].includes(name) || /** @type {any} */ (settings)[name] === value,
  );

/**
 * What is measured of a broken game, once there is enough of it.
 * @param {Failure} failure
 * @param {import('./sections.js').Page} page
 */
function evidence({ name, measure }, { training }) {
  const values = training.step >= EARLY ? measure(training.curve) : null;
  return values ? say(`break.${name}.measured`, values) : '';
}

/**
 * Beside the game that is broken: what to look at, what it measures, its cure.
 * @param {HTMLElement} root
 * @param {import('./sections.js').Page} page
 * @returns {import('./sections.js').Section}
 */
export function createSymptom(root, page) {
  const part = (/** @type {string} */ name) => find(root, `#symptom-${name}`, HTMLElement);
  const [name, look, measured] = ['name', 'look', 'measured'].map(part);
  const foundNow = () => FAILURES.find(({ broken }) => isSet(page.store.state, broken));
  part('cure').addEventListener('click', () => {
    const found = foundNow();
    if (found) {
      page.begin(found.cured).catch(page.fail);
    }
  });

  return {
    update() {
      const found = foundNow();
      root.hidden = !found;
      if (found) {
        put(name, `${say(`break.${found.name}`)}.`);
        put(look, say(`break.${found.name}.look`));
        put(measured, evidence(found, page));
      }
    },
  };
}

/**
 * @param {HTMLElement} root
 * @param {import('./sections.js').Page} page
 * @returns {import('./sections.js').Section}
 */
export function createBreak(root, page) {
  const cards = FAILURES.map((failure) => {
    const card = document.createElement('article');
    const title = document.createElement('h3');
    const [what, look, cure, measured] = Array.from({ length: 4 }, () => document.createElement('p'));
    const [spoil, mend] = [document.createElement('button'), document.createElement('button')];
    const row = document.createElement('div');
    card.className = 'b-card';
    card.dataset.failure = failure.name;
    row.className = 'row';
    measured.className = 'measured';
    measured.setAttribute('role', 'status');
    spoil.type = mend.type = 'button';
    spoil.className = 'spoil primary';
    mend.className = 'mend';
    row.append(spoil, mend);
    card.append(title, what, look, row, measured, cure);
    root.querySelector('#b-cards')?.append(card);

    /** @param {Partial<Settings>} settings */
    const begin = (settings) => () => {
      page.jump('game');
      page.begin(settings).catch(page.fail);
    };
    spoil.addEventListener('click', begin(failure.broken));
    // A cure goes on with the broken game only where the same networks can; else it begins anew.
    mend.addEventListener('click', begin(failure.cured));
    return { failure, card, title, what, look, cure, measured, spoil, mend };
  });

  return {
    update(changed) {
      const { state } = page.store;
      for (const { failure, card, title, what, look, cure, measured, spoil, mend } of cards) {
        const { name } = failure;
        const broken = isSet(state, failure.broken);
        if (changed.has('look')) {
          put(title, say(`break.${name}`));
          put(what, say(`break.${name}.what`));
          put(look, say(`break.${name}.look`));
          put(cure, say(`break.${name}.cure`));
          put(spoil, say('break.spoil'));
          put(mend, say('break.mend'));
        }
        card.classList.toggle('chosen', broken);
        // There is nothing to cure before.
        mend.disabled = !broken;
        if (broken || touched(changed, 'look')) {
          const words = broken ? evidence(failure, page) : '';
          put(measured, words);
          measured.hidden = words === '';
        }
      }
    },
  };
}
