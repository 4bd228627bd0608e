// @ts-check
/** A slider for each latent, with what the model uses it for in nats; those it does not use marked. */

import { find } from '../../../dom.js';
import { number, say } from '../../../text.js';
import { touched } from '../changed.js';
import { latentName } from '../chooser.js';
import { newest } from '../newest.js';
import { decodeAll } from '../source.js';
import { createPictures } from '../views/pictures.js';

/** @typedef {import('../explore.js').Scene} Scene */

/** A latent that carries fewer nats than this is not used: its posterior is the prior. */
export const UNUSED = 0.05;
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
  /** @type {{ input: HTMLInputElement, value: HTMLOutputElement }[]} by latent */
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
   * @param {Scene} shown
   * @param {number} latent
   * @param {number} most the largest use
   */
  function makeDial({ source, survey }, latent, most) {
    const isVae = source.kind === 'vae';
    const use = survey.use[latent];
    const unused = isVae && use < UNUSED;
    const item = document.createElement('li');
    const label = document.createElement('label');
    const name = document.createElement('span');
    const input = document.createElement('input');
    const value = document.createElement('output');
    const bar = document.createElement('i');
    const amount = document.createElement('span');
    const furthest = isVae ? FURTHEST : furthestOf(survey.codes);
    item.classList.toggle('unused', unused);
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
    bar.style.setProperty('--share', `${(100 * use) / most}%`);
    amount.className = 'amount';
    const words = unused ? 'unused' : isVae ? 'kl' : 'variance';
    amount.textContent = say(`explore.dials.${words}`, { use: number(use, 2) });
    label.append(name, input, value);
    item.append(label, bar, amount);
    return { item, input, value };
  }

  /** @param {Scene} shown */
  function build(shown) {
    const { use } = shown.survey;
    const order = [...use.keys()].sort((a, b) => use[b] - use[a]);
    const made = order.map((latent) => ({ latent, ...makeDial(shown, latent, use[order[0]]) }));
    const focus = dials.findIndex(({ input }) => input === document.activeElement);
    list.replaceChildren(...made.map(({ item }) => item));
    dials = [...made].sort((a, b) => a.latent - b.latent);
    dials[focus]?.input.focus();
    const used = [...use].filter((each) => each >= UNUSED).length;
    const words = shown.source.kind === 'vae' ? 'used' : 'spread';
    few.hidden = use.length > 2;
    note.textContent = say(`explore.dials.${words}`, { used, all: use.length });
  }

  return {
    update(next, changed) {
      const fresh = scene?.source.name !== next.source.name || latents.length !== next.source.latent;
      scene = next;
      if (changed.has('look')) {
        picture.reset();
      }
      if (touched(changed, 'look', 'weights')) {
        build(next);
      }
      if (fresh || touched(changed, 'test', 'ink')) {
        turn(next.code.mean);
      } else if (touched(changed, 'look', 'weights')) {
        turn(latents);
      }
    },
  };
}
