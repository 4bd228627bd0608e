// @ts-check
/** Interpolation: from x to another picture, in the latent space and, beside it, in pixels. */

import { PIXELS } from '../../../engine.js';
import { find } from '../../../dom.js';
import { number, say } from '../../../text.js';
import { touched } from '../changed.js';
import { pictureAt } from '../digits.js';
import { newest } from '../../../newest.js';
import { createPicks } from '../picks.js';
import { decodeAll, encodeBits } from '../source.js';
import { createPictures } from '../views/pictures.js';
import { anyTest } from './infer.js';

/** @typedef {import('../explore.js').Scene} Scene */

/** Frames of the strip. */
const FRAMES = 11;

/**
 * @template {Float32Array | Uint8Array} T
 * @param {T} from
 * @param {T} to
 * @param {number} share of the way
 */
export const mix = (from, to, share) =>
  Float32Array.from(from, (value, index) => value * (1 - share) + to[index] * share);

/**
 * Evenly spaced mixtures, the two ends among them.
 * @template {Float32Array | Uint8Array} T
 * @param {T} from
 * @param {T} to
 * @param {number} count
 */
export function mixtures(from, to, count) {
  const found = new Float32Array(count * from.length);
  for (let frame = 0; frame < count; frame++) {
    found.set(mix(from, to, frame / (count - 1)), frame * from.length);
  }
  return found;
}

/**
 * @param {HTMLElement} root
 * @param {import('../../../settings.js').Store<import('../state.js').ExploreState>} store
 * @param {(error: unknown) => void} fail
 * @returns {import('../explore.js').Section}
 */
export function createBetween(root, store, fail) {
  const along = find(root, '#x-along', HTMLInputElement);
  const place = (/** @type {string} */ id) => createPictures(find(root, id, HTMLElement));
  const films = { latent: place('#x-film-latent'), pixels: place('#x-film-pixels') };
  const large = { latent: place('#x-between-latent'), pixels: place('#x-between-pixels') };
  const captions = {
    latent: find(root, '#x-between-z', HTMLElement),
    pixels: find(root, '#x-between-x', HTMLElement),
  };
  const picks = createPicks(find(root, '#x-others', HTMLElement), (other) => store.set({ other }));
  /** The means of the codes of the two ends. */
  /** @type {[Float32Array, Float32Array] | null} */
  let ends = null;

  along.addEventListener('input', () => store.set({ along: Number(along.value) }));
  find(root, '#x-other', HTMLButtonElement).addEventListener('click', () =>
    store.set({ other: anyTest() }),
  );

  /** @param {Scene} scene */
  const otherOf = ({ digits, state }) => pictureAt(digits, state.other);

  const findEnds = newest(async (_, /** @type {Scene} */ scene) => {
    const { source, code, picture, label } = scene;
    const told = source.conditional ? label : scene.digits.labels[scene.state.other];
    const { mean } = await encodeBits(source, otherOf(scene), told);
    ends = [code.mean, mean];
    const strip = await decodeAll(source, mixtures(code.mean, mean, FRAMES), label);
    films.latent.update(strip, say('explore.between.strip', { count: FRAMES }), FRAMES);
    const faded = mixtures(picture, otherOf(scene), FRAMES);
    films.pixels.update(faded, say('explore.between.stripPixels', { count: FRAMES }), FRAMES);
    decode(scene);
  }, fail);

  const decode = newest(async (_, /** @type {Scene} */ scene) => {
    const { source, picture, label, state } = scene;
    const share = state.along / 100;
    const percent = number(state.along);
    large.pixels.update(mix(picture, otherOf(scene), share), say('explore.between.x', { percent }));
    captions.pixels.textContent = say('explore.between.x', { percent });
    if (ends) {
      const means = await decodeAll(source, mix(...ends, share), label);
      large.latent.update(means.subarray(0, PIXELS), say('explore.between.z', { percent }));
      captions.latent.textContent = say('explore.between.z', { percent });
    }
  }, fail);

  return {
    update(scene, changed) {
      const { state, digits } = scene;
      along.value = String(state.along);
      if (touched(changed, 'look', 'weights', 'code', 'other')) {
        picks.update(digits, state.other);
        findEnds(scene);
      } else if (changed.has('along')) {
        decode(scene);
      }
    },
  };
}
