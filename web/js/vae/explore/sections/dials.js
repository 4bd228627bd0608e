// @ts-check
/** A slider for each latent, with what the model uses it for in nats; those it does not use marked. */

import { find } from '../../../dom.js';
import { number, say } from '../../../text.js';
import { touched } from '../changed.js';
import { latentName } from '../chooser.js';
import { newest } from '../../../newest.js';
import { UNUSED } from '../../views/bars.js';
import { decodeAll } from '../source.js';
import { createPictures } from '../views/pictures.js';

/** @typedef {import('../explore.js').Scene} Scene */

/**
 * @typedef {object} Dial
 * @property {HTMLLIElement} item
 * @property {HTMLInputElement} input
 * @property {HTMLOutputElement} value
 * @property {HTMLElement} bar
 * @property {HTMLElement} amount
 */

/** How far a VAE's sliders go: standard deviations of the prior. */
const FURTHEST = 3;

/**
 * How far the sliders go: to the outermost code, and three at least.
 * @param {Float32Array} codes
 */
const furthestOf = (codes) =>
  Math.ceil(codes.reduce((most, each) => Math.max(most, Math.abs(each)), FURTHEST));

/**
 * @param {HTMLElement} root
 * @param {unknown} _store
 * @param {(error: unknown) => void} fail
 * @returns {import('../explore.js').Section}
 */
export function createDials(root, _store, fail) {
  const list = find(root, '#x-dials-list', HTMLElement);
  const note = find(root, '#x-dials-note', HTMLElement);
  const few = find(root, '#x-dials-few', HTMLElement);
  const picture = createPictures(find(root, '#x-dials-picture', HTMLElement));
  /** The latents as the sliders stand. */
  let latents = new Float32Array();
  /** @type {Dial[]} by latent */
  let dials = [];
  /** @type {Scene | null} */
  let scene = null;

  const decode = newest(async (_, /** @type {Scene} */ { source, label }) => {
    picture.update(await decodeAll(source, latents.slice(), label), say('explore.dials.picture'));
  }, fail);

  /** @param {Float32Array} next */
  function turn(next) {
    latents = next.slice();
    dials.forEach(({ input, value }, latent) => {
      input.value = String(latents[latent]);
      value.value = number(latents[latent], 2);
    });
    if (scene) {
      decode(scene);
    }
  }

  find(root, '#x-dials-mine', HTMLButtonElement).addEventListener('click', () => {
    if (scene) {
      turn(scene.code.mean);
    }
  });
  find(root, '#x-dials-zero', HTMLButtonElement).addEventListener('click', () => {
    turn(new Float32Array(latents.length));
  });

  /**
   * @param {number} latent
   * @param {number} furthest from 0 that it goes
   * @returns {Dial}
   */
  function makeDial(latent, furthest) {
    const item = document.createElement('li');
    const label = document.createElement('label');
    const name = document.createElement('span');
    const input = document.createElement('input');
    const value = document.createElement('output');
    const bar = document.createElement('i');
    const amount = document.createElement('span');
    name.className = 'name';
    name.textContent = latentName(latent);
    input.type = 'range';
    input.min = String(-furthest);
    input.max = String(furthest);
    input.step = '0.05';
    input.addEventListener('input', () => {
      latents[latent] = Number(input.value);
      value.value = number(latents[latent], 2);
      if (scene) {
        decode(scene);
      }
    });
    bar.setAttribute('aria-hidden', 'true');
    amount.className = 'amount';
    label.append(name, input, value);
    item.append(label, bar, amount);
    return { item, input, value, bar, amount };
  }

  /**
   * A slider for each latent, the most used one first.
   * @param {Scene} shown
   */
  function build({ source, survey: { use, codes } }) {
    const furthest = source.kind === 'vae' ? FURTHEST : furthestOf(codes);
    dials = Array.from(use, (_, latent) => makeDial(latent, furthest));
    const order = [...use.keys()].sort((a, b) => use[b] - use[a]);
    list.replaceChildren(...order.map((latent) => dials[latent].item));
  }

  /** @param {Scene} shown */
  function showUse({ source, survey: { use } }) {
    const isVae = source.kind === 'vae';
    const most = Math.max(...use);
    dials.forEach(({ item, bar, amount }, latent) => {
      const unused = isVae && use[latent] < UNUSED;
      const words = unused ? 'unused' : isVae ? 'kl' : 'variance';
      item.classList.toggle('unused', unused);
      bar.style.setProperty('--share', `${(100 * use[latent]) / most}%`);
      amount.textContent = say(`explore.dials.${words}`, { use: number(use[latent], 2) });
    });
    const used = [...use].filter((each) => each >= UNUSED).length;
    few.hidden = use.length > 2;
    note.textContent = say(`explore.dials.${isVae ? 'used' : 'spread'}`, { used, all: use.length });
  }

  return {
    update(next, changed) {
      const fresh = scene?.source.name !== next.source.name || latents.length !== next.source.latent;
      scene = next;
      if (changed.has('look')) {
        picture.reset();
      }
      if (fresh) {
        build(next);
      }
      if (fresh || touched(changed, 'test', 'ink')) {
        turn(next.code.mean);
      } else if (touched(changed, 'look', 'weights')) {
        turn(latents);
      }
      showUse(next);
    },
  };
}
