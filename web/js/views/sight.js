// @ts-check
/** What a model sees of the drawing at the moment when it fills in one pixel. */

import { find } from '../dom.js';
import { countOnes } from '../picture.js';
import { say } from '../text.js';
import { CellPainter, paletteOf, whenSized } from './cells.js';

/**
 * @param {HTMLElement} figure
 * @param {string} words key of its caption
 * @param {(index: number, at: number) => boolean} sees whether the given pixel `index` is seen at `at`
 */
export function createSight(figure, words, sees) {
  const container = find(figure, '.paper', HTMLElement);
  const caption = find(figure, 'figcaption', HTMLElement);
  const canvas = document.createElement('canvas');
  canvas.setAttribute('aria-hidden', 'true');
  container.append(canvas);
  const painter = new CellPainter(canvas, paletteOf(container));
  /** @type {import('../picture.js').Picture | null} */
  let picture = null;

  function paint() {
    if (!picture) {
      return;
    }
    const { pixels, known } = picture;
    const hidden = [...known.keys()].filter((index) => known[index] === 0);
    // A third of the way: some pixels have been filled in, and more are to come.
    const at = hidden[Math.floor(hidden.length / 3)] ?? 0;
    const blind = (/** @type {number} */ index) =>
      index >= at && (known[index] === 0 || !sees(index, at));
    const seen = pixels.filter((value, index) => value === 1 && !blind(index)).length;
    caption.textContent = say(words, { seen, all: countOnes(pixels) });
    if (painter.cell === 0) {
      return;
    }
    painter.clear();
    painter.hatching(blind);
    painter.squares((index) => pixels[index] === 1 && !blind(index), painter.palette.ink);
    if (hidden.length > 0) {
      painter.ring(at);
    }
  }

  whenSized(canvas, (size) => {
    painter.resize(size);
    paint();
  });

  return {
    /** @param {import('../picture.js').Picture} next */
    update(next) {
      picture = next;
      paint();
    },
    /** Takes up the theme's colours. */
    reset() {
      painter.palette = paletteOf(container);
      paint();
    },
  };
}
