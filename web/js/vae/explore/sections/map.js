// @ts-check
/** The map: the plane of two latents decoded, and a point on it that shows its picture at once. */

import { find } from '../../../dom.js';
import { number, say } from '../../../text.js';
import { touched } from '../changed.js';
import { latentName } from '../chooser.js';
import { newest } from '../../../newest.js';
import { columnsOf, withPoint } from '../plane.js';
import { decodeAll } from '../source.js';
import { roundPoint } from '../state.js';
import { createPictures } from '../views/pictures.js';
import { createPlane } from '../views/plane.js';

/** @typedef {import('../explore.js').Scene} Scene */

/**
 * @param {HTMLElement} root
 * @param {import('../../../settings.js').Store<import('../state.js').ExploreState>} store
 * @param {(error: unknown) => void} fail
 * @returns {import('../explore.js').Section}
 */
export function createMap(root, store, fail) {
  const readout = find(root, '#x-map-readout', HTMLElement);
  const note = find(root, '#x-map-note', HTMLElement);
  const codes = find(root, '#x-map-codes', HTMLInputElement);
  const picture = createPictures(find(root, '#x-map-picture', HTMLElement));
  const plane = createPlane(find(root, '#x-map-plane', HTMLElement), (point) =>
    store.set({ point: roundPoint(point) }),
  );
  /** @type {Scene | null} */
  let scene = null;

  find(root, '#x-map-middle', HTMLButtonElement).addEventListener('click', () =>
    store.set({ point: [0, 0] }),
  );
  find(root, '#x-map-mine', HTMLButtonElement).addEventListener('click', () => {
    if (scene) {
      const [x, y] = columnsOf(scene.code.mean, scene.source.latent, scene.survey.axes);
      store.set({ point: roundPoint([x, y]) });
    }
  });
  codes.addEventListener('change', show);

  const decode = newest(async (_, /** @type {Scene} */ { source, survey, state, label }) => {
    const latents = withPoint(new Float32Array(source.latent), survey.axes, state.point);
    picture.update(await decodeAll(source, latents, label), say('explore.map.picture'));
  }, fail);

  function show() {
    if (!scene) {
      return;
    }
    const { state, source, survey } = scene;
    const { window, tiles, side, places, labels, axes } = survey;
    const [x, y] = state.point.map((each) => number(each, 2));
    const place = say('explore.map.place', { x, y, a: latentName(axes[0]), b: latentName(axes[1]) });
    readout.textContent = place;
    note.textContent = source.latent > 2 ? say('explore.map.slice', { count: source.latent }) : '';
    plane.update(
      {
        window,
        tiles,
        side,
        faded: codes.checked,
        codes: codes.checked ? { places, labels } : undefined,
        handle: state.point,
      },
      `${say('explore.map.label')} ${place}`,
    );
  }

  return {
    update(next, changed) {
      scene = next;
      if (changed.has('look')) {
        plane.reset();
        picture.reset();
      }
      if (touched(changed, 'look', 'weights', 'code', 'point')) {
        show();
        decode(next);
      }
    },
  };
}
