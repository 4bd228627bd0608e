// @ts-check
/**
 * Slow motion: the pixels of one completion in the order they were drawn, each with its probability
 * as a shade, and a cursor that tells the numbers.
 */

import { PIXELS, SIDE } from '../engine.js';
import { CellPainter, paletteOf, whenSized } from './cells.js';

/**
 * @typedef {object} SlowModel
 * @property {Uint8Array} image
 * @property {Uint8Array} known
 * @property {Float32Array | null} probabilities p(ink) of each pixel given the known and earlier ones
 * @property {number} next raster index of the pixel that is drawn next; 784 at the end
 */

/** Shades between blank and certain ink. */
const SHADES = 32;
/** @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -SIDE, ArrowDown: SIDE };

/**
 * @param {HTMLElement} container
 * @param {(index: number | null, byKeyboard: boolean) => void} onCursor
 */
export function createSlow(container, onCursor) {
  const canvas = document.createElement('canvas');
  canvas.tabIndex = 0;
  canvas.setAttribute('role', 'application');
  container.append(canvas);
  const painter = new CellPainter(canvas, paletteOf(container));
  /** @type {SlowModel | null} */
  let model = null;
  /** @type {number | null} */
  let cursor = null;
  let frame = 0;

  function paint() {
    frame = 0;
    if (!model || painter.cell === 0) {
      return;
    }
    const { image, known, probabilities, next } = model;
    const { palette } = painter;
    const drawn = (/** @type {number} */ index) => known[index] === 0 && index < next;
    painter.clear();
    painter.hatching((index) => known[index] === 0 && index >= next);
    for (let shade = 1; probabilities && shade <= SHADES; shade++) {
      painter.squares(
        (index) => drawn(index) && Math.round(probabilities[index] * SHADES) === shade,
        palette.filled,
        shade / SHADES,
      );
    }
    painter.grid();
    painter.dots((index) => drawn(index) && image[index] === 1, palette.ink, 0.4);
    painter.squares((index) => known[index] === 1 && image[index] === 1, palette.ink);
    if (next < PIXELS) {
      painter.ring(next);
    }
    if (cursor !== null) {
      painter.ring(cursor);
    }
  }

  const repaint = () => {
    frame ||= requestAnimationFrame(paint);
  };

  whenSized(canvas, (size) => {
    painter.resize(size);
    paint();
  });

  /**
   * @param {number | null} index
   * @param {boolean} byKeyboard
   */
  function move(index, byKeyboard) {
    if (index !== cursor) {
      cursor = index;
      onCursor(index, byKeyboard);
      repaint();
    }
  }

  /** @param {PointerEvent} event */
  function point(event) {
    const box = canvas.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * SIDE);
    const row = Math.floor(((event.clientY - box.top) / box.height) * SIDE);
    if (column >= 0 && column < SIDE && row >= 0 && row < SIDE) {
      move(row * SIDE + column, false);
    }
  }
  canvas.addEventListener('pointermove', point);
  canvas.addEventListener('pointerdown', point);
  canvas.addEventListener('pointerleave', (event) => {
    if (event.pointerType === 'mouse') {
      move(null, false);
    }
  });
  canvas.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    if (step && model) {
      event.preventDefault();
      const from = cursor ?? Math.min(model.next, PIXELS - 1);
      const to = cursor === null ? from : from + step;
      if (to >= 0 && to < PIXELS) {
        move(to, true);
      }
    }
  });
  canvas.addEventListener('blur', () => move(null, true));

  return {
    /**
     * @param {SlowModel} next
     * @param {string} label
     */
    update(next, label) {
      model = next;
      canvas.setAttribute('aria-label', label);
      repaint();
    },
    /** Takes up the theme's colours. */
    reset() {
      painter.palette = paletteOf(container);
      repaint();
    },
  };
}
