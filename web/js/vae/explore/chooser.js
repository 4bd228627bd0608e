// @ts-check
/** The line that says which weights are explored, chooses others, and tells what goes wrong. */

import { find } from '../../dom.js';
import { troubleOf } from '../../panels/notice.js';
import { number, say } from '../../text.js';

/** @typedef {import('./source.js').Source} Source */

/**
 * The name of a class: a digit, or what a piece of clothing is.
 * @param {import('./digits.js').Dataset} dataset
 * @param {number} label
 */
export const className = (dataset, label) =>
  dataset === 'mnist' ? String(label) : say(`explore.clothing.${label}`);

/**
 * @param {HTMLElement} root
 * @param {import('../../settings.js').Store<import('./state.js').ExploreState>} store
 * @param {() => void} retry
 */
export function createChooser(root, store, retry) {
  const weights = find(root, '#x-weights', HTMLSelectElement);
  const label = find(root, '#x-label', HTMLSelectElement);
  const labelField = find(root, '#x-label-field', HTMLElement);
  const about = find(root, '#x-about', HTMLElement);
  const status = find(root, '#x-status', HTMLElement);
  const again = find(root, '#x-retry', HTMLButtonElement);
  /** @type {Source[]} */
  let sources = [];
  /** @type {Source | null} */
  let source = null;
  let told = 0;
  /** Says the status again, in another language. */
  let repeat = () => {};

  weights.addEventListener('change', () => store.set({ weights: weights.value }));
  label.addEventListener('change', () => store.set({ label: Number(label.value) }));
  again.addEventListener('click', retry);

  /** @param {() => string} words */
  function announce(words) {
    repeat = () => {
      status.textContent = words();
    };
    repeat();
  }

  /** @param {Source} one */
  function titleOf({ name, kind, latent, conditional, dataset }) {
    const values = {
      kind: say(`explore.kind.${kind}`),
      latent,
      data: say(`explore.data.${dataset}`),
      told: conditional ? say('explore.told') : '',
    };
    return say(name === 'run' ? 'explore.thisRun' : 'explore.pretrained', values);
  }

  /**
   * @param {string} value
   * @param {string} text
   */
  function option(value, text) {
    const element = document.createElement('option');
    element.value = value;
    element.textContent = text;
    return element;
  }

  function show() {
    weights.replaceChildren(...sources.map((one) => option(one.name, titleOf(one))));
    weights.value = source?.name ?? '';
    weights.disabled = sources.length === 0;
    labelField.hidden = !source?.conditional;
    about.textContent =
      source === null ? '' : say(source.name === 'run' ? 'explore.runAbout' : 'explore.about', {
        name: source.name,
      });
    if (source?.conditional) {
      const { dataset } = source;
      const classes = Array.from({ length: 10 }, (_, each) =>
        option(String(each), className(dataset, each)),
      );
      label.replaceChildren(...classes);
      label.value = String(told);
    }
    repeat();
  }

  return {
    /**
     * @param {Source[]} all
     * @param {Source | undefined} chosen
     */
    update(all, chosen) {
      sources = all;
      source = chosen ?? null;
      if (!chosen) {
        announce(() => say('explore.none'));
      }
      show();
    },
    /**
     * @param {Source} of
     * @param {number} next the class that the model is told
     */
    showLabel(of, next) {
      source = of;
      told = next;
      show();
    },
    tellWorking() {
      again.hidden = true;
      if (!source) {
        announce(() => say('explore.loading'));
      }
    },
    tellDone() {
      announce(() => '');
    },
    /** @param {unknown} error */
    tellError(error) {
      again.hidden = false;
      announce(() => say('explore.failed', { trouble: troubleOf(error) }));
    },
    /** Takes up the language. */
    reset: show,
  };
}

/**
 * How a number of nats is written.
 * @param {number} nats
 */
export const natsOf = (nats) => number(nats, 1);

/**
 * The name of a latent: z with its number, from 1, as an index.
 * @param {number} latent from 0
 */
export const latentName = (latent) =>
  `z${[...String(latent + 1)].map((digit) => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)]).join('')}`;
