// @ts-check
/** Samples by seed, as the engine draws them from N(0, I): as means or as drawn pixels. */

import { PIXELS } from '../../../engine.js';
import { addRadios, find, radioGroup } from '../../../dom.js';
import { say } from '../../../text.js';
import { touched } from '../changed.js';
import { newest } from '../../../newest.js';
import { STYLES, MOST_SAMPLES } from '../state.js';
import { createPictures } from '../views/pictures.js';

/** @typedef {import('../explore.js').Scene} Scene */

/**
 * @param {HTMLElement} root
 * @param {import('../../../settings.js').Store<import('../state.js').ExploreState>} store
 * @param {(error: unknown) => void} fail
 * @returns {import('../explore.js').Section}
 */
export function createSample(root, store, fail) {
  const count = find(root, '#x-count', HTMLInputElement);
  const seed = find(root, '#x-seed', HTMLInputElement);
  const note = find(root, '#x-sample-note', HTMLElement);
  const styles = find(root, '#x-styles', HTMLElement);
  const sheet = createPictures(find(root, '#x-samples', HTMLElement), { gap: 2 });
  /** All samples that can be shown. */
  /** @type {Float32Array} */
  let images = new Float32Array();

  addRadios(styles, STYLES, 'explore.style');
  const showStyle = radioGroup(styles, (style) => store.set({ style: /** @type {any} */ (style) }));
  count.addEventListener('input', () => store.set({ count: Number(count.value) }));
  seed.addEventListener('change', () => {
    const valid = /^\d+$/.test(seed.value.trim()) && Number(seed.value) <= 0xffffffff;
    seed.setAttribute('aria-invalid', String(!valid));
    if (valid) {
      store.set({ seed: Number(seed.value) });
    } else {
      note.textContent = say('settings.seedWrong');
    }
  });
  find(root, '#x-dice', HTMLButtonElement).addEventListener('click', () =>
    store.set({ seed: crypto.getRandomValues(new Uint32Array(1))[0] % 10_000 }),
  );

  const draw = newest(async (_, /** @type {Scene} */ scene) => {
    const { source, label, state } = scene;
    const binary = state.style === 'draws';
    images = await source.sample({ count: MOST_SAMPLES, seed: state.seed, label, binary });
    show(scene);
  }, fail);

  /** @param {Scene} scene */
  function show({ state, source }) {
    const shown = images.subarray(0, state.count * PIXELS);
    const columns = Math.ceil(Math.sqrt(state.count));
    sheet.update(shown, say('explore.sample.label', { count: state.count }), columns);
    note.textContent = say(`explore.sample.${state.style}${source.kind === 'vae' ? '' : 'Plain'}`);
  }

  return {
    update(scene, changed) {
      const { state } = scene;
      showStyle(state.style);
      count.value = String(state.count);
      find(root, '#x-count-shown', HTMLOutputElement).value = String(state.count);
      if (document.activeElement !== seed) {
        seed.value = String(state.seed);
        seed.removeAttribute('aria-invalid');
      }
      if (touched(changed, 'weights', 'seed', 'style')) {
        draw(scene);
      } else if (touched(changed, 'look', 'count')) {
        show(scene);
      }
    },
  };
}
