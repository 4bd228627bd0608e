// @ts-check
/** Rows of grey pictures on one canvas, at data resolution; CSS scales it. */

import { PIXELS, SIDE } from '../engine.js';
import { colours, paintPictures, rgbOf } from './shades.js';

/** Cells between two pictures. */
const GAP = 2;

/** @param {HTMLElement} container */
export function createPictures(container) {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  canvas.className = 'pictures';
  canvas.setAttribute('role', 'img');
  container.append(canvas);
  /** @type {{ images: Float32Array, columns: number } | null} */
  let shown = null;

  function paint() {
    if (!shown || !context) {
      return;
    }
    const { images, columns } = shown;
    const count = images.length / PIXELS;
    const rows = Math.ceil(count / columns);
    const [width, height] = [columns, rows].map((each) => each * (SIDE + GAP) - GAP);
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
      canvas.style.aspectRatio = `${width} / ${height}`;
    }
    const colour = colours(container);
    const data = context.createImageData(width, height);
    const paper = rgbOf(colour('--canvas-paper'));
    paintPictures(data, images, { columns, gap: GAP, paper, ink: rgbOf(colour('--canvas-ink')) });
    context.putImageData(data, 0, 0);
  }

  return {
    canvas,
    /**
     * @param {Float32Array} images n × 784 values in 0..1
     * @param {number} columns
     * @param {string} label
     */
    update(images, columns, label) {
      shown = { images, columns };
      canvas.setAttribute('aria-label', label);
      paint();
    },
    /** Takes up the theme's colours. */
    reset: paint,
  };
}
