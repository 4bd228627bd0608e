// @ts-check
/** The pictures: map, reconstructions, samples, and what each latent variable carries. */

import { find } from '../../dom.js';
import { PIXELS } from '../../engine.js';
import { number, say } from '../../text.js';
import { COLUMNS } from '../probe.js';
import { createBars } from '../views/bars.js';
import { createMap, paintMark } from '../views/map.js';
import { createPictures } from '../../views/pictures.js';

/** @typedef {import('../probe.js').Seen} Seen */
/** @typedef {import('../state.js').Settings} Settings */

const CLASSES = 10;

/**
 * The name of a class.
 * @param {string} dataset
 * @param {number} label
 */
export const className = (dataset, label) =>
  dataset === 'mnist' ? String(label) : say(`class.${label}`);

/** @param {Document} root */
export function createPlates(root) {
  const plate = (/** @type {string} */ name) => find(root, `#plate-${name}`, HTMLElement);
  const plates = { map: plate('map'), rebuilt: plate('rebuilt'), nats: plate('nats') };
  const mapText = find(plates.map, 'figcaption span', HTMLElement);
  const map = createMap(find(root, '#map', HTMLElement));
  const originals = createPictures(find(root, '#originals', HTMLElement));
  const rebuilt = createPictures(find(root, '#rebuilt', HTMLElement));
  const samples = createPictures(find(root, '#samples', HTMLElement));
  const nats = createBars(find(root, '#nats', HTMLElement));
  const classes = find(root, '#classes', HTMLElement);
  /** @type {{ settings: Settings, seen: Seen } | null} */
  let shown = null;

  /** The class that alone is not faded. */
  /** @type {number | null} */
  let chosen = null;

  /** The legend; pointing at a class, or focusing it, fades the others. */
  const marks = Array.from({ length: CLASSES }, (_, label) => {
    const item = document.createElement('li');
    const button = document.createElement('button');
    const mark = document.createElement('canvas');
    const name = document.createElement('span');
    button.type = 'button';
    mark.setAttribute('aria-hidden', 'true');
    button.setAttribute('aria-pressed', 'false');
    button.append(mark, name);
    item.append(button);
    classes.append(item);
    button.addEventListener('pointerenter', () => map.point(label));
    button.addEventListener('pointerleave', () => map.point(chosen));
    button.addEventListener('click', () => {
      chosen = chosen === label ? null : label;
      marks.forEach((each, index) =>
        each.button.setAttribute('aria-pressed', String(index === chosen)),
      );
      map.point(chosen);
    });
    return { button, mark, name };
  });
  function show() {
    if (!shown) {
      return;
    }
    const { settings, seen } = shown;
    const { model, dataset } = settings;
    const what = say(`dataset.${dataset}`);
    const count = seen.samples.length / PIXELS;
    samples.update(
      seen.samples,
      Math.min(COLUMNS, count),
      say('plate.samplesLabel', { count, what }),
    );
    plates.map.hidden = !seen.points;
    plates.rebuilt.hidden = !seen.rebuilt;
    plates.nats.hidden = !seen.nats;
    if (seen.originals && seen.rebuilt) {
      const shownCount = seen.rebuilt.length / PIXELS;
      originals.update(
        seen.originals,
        shownCount,
        say('plate.originalsLabel', { count: shownCount }),
      );
      rebuilt.update(seen.rebuilt, shownCount, say('plate.rebuiltLabel', { count: shownCount }));
    }
    if (seen.nats) {
      nats.update(seen.nats);
    }
    if (seen.points) {
      const names = /** @type {[string, string]} */ (
        seen.axes.map((axis) => `z${subscript(axis + 1)}`)
      );
      const flat = seen.axes[1] <= 1;
      mapText.textContent = say(flat ? 'plate.mapText' : 'plate.mapTextWidest', {
        first: names[0],
        second: names[1],
      });
      map.update(
        {
          points: seen.points,
          labels: seen.labels,
          plane: seen.plane,
          reach: seen.reach,
          prior: model === 'vae',
          axes: names,
          only: chosen,
        },
        say('plate.mapLabel', { count: seen.labels.length, reach: number(seen.reach, 1) }),
      );
    }
  }

  return {
    /**
     * @param {Settings} settings
     * @param {Seen} seen
     */
    update(settings, seen) {
      shown = { settings, seen };
      show();
    },
    /**
     * Takes up the theme's colours and the language.
     * @param {Settings} settings
     */
    reset({ dataset }) {
      marks.forEach(({ button, mark, name }, label) => {
        paintMark(mark, label);
        name.textContent = className(dataset, label);
        button.title = say('plate.onlyClass', { name: className(dataset, label) });
      });
      show();
    },
    /** Canvases for a picture to take away, with the words under them. */
    canvases: () =>
      [
        { canvas: map.canvas, words: say('plate.map'), shown: !plates.map.hidden },
        { canvas: samples.canvas, words: say('plate.samples'), shown: true },
        { canvas: originals.canvas, words: say('plate.original'), shown: !plates.rebuilt.hidden },
        { canvas: rebuilt.canvas, words: say('plate.through'), shown: !plates.rebuilt.hidden },
      ].filter((each) => each.shown && each.canvas.width > 0),
  };
}

/** @param {number} value */
export const subscript = (value) =>
  [...String(value)].map((digit) => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)]).join('');
