// @ts-check
/** The derivation of the bound in steps; every term shows its value for the visitor's picture. */

import { find } from '../../../dom.js';
import { say } from '../../../text.js';
import { termsOfScene } from '../bound.js';
import { touched } from '../changed.js';
import { natsOf } from '../chooser.js';
import { newest } from '../../../newest.js';
import { createPictures } from '../views/pictures.js';

/** @typedef {import('../explore.js').Scene} Scene */
/** @typedef {'evidence' | 'reconstruction' | 'kl' | 'gap' | 'bound'} Term */

/** @type {Term[]} */
const TERMS = ['evidence', 'reconstruction', 'kl', 'gap', 'bound'];
/** Draws from q(z|x) that the expectations are averaged over. */
const DRAWS = 500;

/**
 * @param {HTMLElement} root
 * @param {unknown} _store
 * @param {(error: unknown) => void} fail
 * @returns {import('../explore.js').Section}
 */
export function createBound(root, _store, fail) {
  const missing = find(root, '#x-bound-missing', HTMLElement);
  const live = find(root, '#x-bound-live', HTMLElement);
  const list = find(root, '#x-bound-values', HTMLElement);
  const meaning = find(root, '#x-bound-meaning', HTMLElement);
  const picture = createPictures(find(root, '#x-bound-picture', HTMLElement));
  const buttons = [...root.querySelectorAll('.x-term')].filter(
    (each) => each instanceof HTMLButtonElement,
  );
  /** @type {Term} */
  let chosen = 'bound';
  /** @type {Partial<Record<Term, number>>} */
  let values = {};

  const rows = TERMS.map((term) => {
    const row = document.createElement('div');
    const name = document.createElement('dt');
    const value = document.createElement('dd');
    // A term's last formula in the derivation is its shortest.
    const formula = [...root.querySelectorAll(`[data-term="${term}"] > span`)].at(-1);
    name.append(...(formula ? [formula.cloneNode(true)] : []));
    row.append(name, value);
    list.append(row);
    row.addEventListener('pointerenter', () => choose(term));
    return { term, row, value };
  });

  const termOf = (/** @type {Element} */ element) =>
    /** @type {Term} */ (element.getAttribute('data-term'));

  /** @param {Term} term */
  function choose(term) {
    chosen = term;
    for (const button of buttons) {
      const same = termOf(button) === term;
      button.classList.toggle('chosen', same);
      button.setAttribute('aria-pressed', String(same));
      button.setAttribute('aria-label', say(`explore.term.${termOf(button)}`));
    }
    rows.forEach(({ term: of, row }) => row.classList.toggle('chosen', of === term));
    const nats = values[term];
    meaning.textContent = say(`explore.bound.${term}`, {
      nats: nats === undefined ? '…' : natsOf(nats),
      count: DRAWS,
    });
  }

  for (const button of buttons) {
    for (const kind of ['pointerenter', 'focus', 'click']) {
      button.addEventListener(kind, () => choose(termOf(button)));
    }
  }

  function showValues() {
    for (const { term, value } of rows) {
      const nats = values[term];
      value.textContent = nats === undefined ? '…' : say('lesson.value', { nats: natsOf(nats) });
    }
    choose(chosen);
  }

  const work = newest(async (_, /** @type {Scene} */ scene) => {
    values = await termsOfScene(scene, DRAWS);
    showValues();
  }, fail);

  return {
    update(scene, changed) {
      const isVae = scene.source.kind === 'vae';
      missing.hidden = isVae;
      live.hidden = !isVae;
      picture.update(scene.picture, say('explore.bound.picture'));
      if (isVae && touched(changed, 'weights', 'code')) {
        work(scene);
      }
      showValues();
    },
  };
}
