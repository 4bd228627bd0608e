// @ts-check
/** Pictures of probabilities: from paper to ink in the theme's colours, one or many on a canvas. */

import { PIXELS, SIDE } from '../../../engine.js';

/** Shades from paper to ink. */
const SHADES = 256;

/**
 * The theme's shades, from the custom properties of an element.
 * @param {Element} element
 * @returns {Uint8Array} 256 × RGB
 */
export function shadesOf(element) {
  const style = getComputedStyle(element);
  const [paper, ink] = ['--canvas-paper', '--canvas-ink'].map((name) =>
    [1, 3, 5].map((at) => parseInt(style.getPropertyValue(name).trim().slice(at, at + 2), 16)),
  );
  return Uint8Array.from({ length: SHADES * 3 }, (_, index) => {
    const share = Math.floor(index / 3) / (SHADES - 1);
    return Math.round(paper[index % 3] * (1 - share) + ink[index % 3] * share);
  });
}

/**
 * Paints pictures row by row; between them the canvas stays clear.
 * @param {HTMLCanvasElement | OffscreenCanvas} canvas
 * @param {ArrayLike<number>} values n × 784, 0 paper to 1 ink
 * @param {Uint8Array} shades
 * @param {{ columns: number, gap: number }} layout
 */
export function paintPictures(canvas, values, shades, { columns, gap }) {
  const count = values.length / PIXELS;
  const step = SIDE + gap;
  canvas.width = columns * step - gap;
  canvas.height = Math.ceil(count / columns) * step - gap;
  const image = new ImageData(canvas.width, canvas.height);
  for (let picture = 0; picture < count; picture++) {
    const [left, top] = [(picture % columns) * step, Math.floor(picture / columns) * step];
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      const [x, y] = [left + (pixel % SIDE), top + Math.floor(pixel / SIDE)];
      const shade = 3 * Math.round(values[picture * PIXELS + pixel] * (SHADES - 1));
      const at = 4 * (y * canvas.width + x);
      image.data[at] = shades[shade];
      image.data[at + 1] = shades[shade + 1];
      image.data[at + 2] = shades[shade + 2];
      image.data[at + 3] = 255;
    }
  }
  const context = /** @type {CanvasRenderingContext2D | null} */ (canvas.getContext('2d'));
  context?.putImageData(image, 0, 0);
}

/**
 * Pictures side by side in a container, as one image to a screen reader.
 * @param {HTMLElement} container
 * @param {{ gap?: number }} [options]
 */
export function createPictures(container, { gap = 0 } = {}) {
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  container.append(canvas);
  /** @type {ArrayLike<number>} */
  let values = new Float32Array(PIXELS);
  let columns = 1;

  function paint() {
    paintPictures(canvas, values, shadesOf(container), { columns, gap });
    canvas.style.aspectRatio = `${canvas.width} / ${canvas.height}`;
  }

  return {
    canvas,
    /**
     * @param {ArrayLike<number>} next n × 784
     * @param {string} label
     * @param {number} [across] columns
     */
    update(next, label, across = 1) {
      values = next;
      columns = across;
      canvas.setAttribute('aria-label', label);
      paint();
    },
    /** Takes up the theme's colours. */
    reset: paint,
  };
}
