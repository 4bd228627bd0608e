// @ts-check
/** The drawing and its completions as one picture to take away. */

import { PIXELS } from './engine.js';
import { CellPainter } from './views/cells.js';

/** Device pixels a cell: of the drawing, and of a completion. */
const LARGE = 16;
const SMALL = 7;
const SIDE = 28;
const GAP = 24;

/**
 * @param {number} cell
 * @param {import('./views/cells.js').Palette} palette
 * @param {(painter: CellPainter) => void} paint
 */
function tile(cell, palette, paint) {
  const canvas = document.createElement('canvas');
  const painter = new CellPainter(canvas, palette);
  painter.resize(cell * SIDE);
  painter.clear();
  paint(painter);
  return canvas;
}

/**
 * @param {import('./picture.js').Picture} picture
 * @param {import('./finish.js').Result[]} results
 * @param {import('./views/cells.js').Palette} palette
 * @param {string} caption
 * @returns {Promise<Blob>}
 */
export async function pngOf(picture, results, palette, caption) {
  const { pixels, known } = picture;
  const drawing = tile(LARGE, palette, (painter) => {
    painter.hatching((cell) => known[cell] === 0);
    painter.squares((cell) => pixels[cell] === 1, palette.ink);
  });
  const completions = results.flatMap(({ count, images }) =>
    Array.from({ length: count }, (_, one) =>
      tile(SMALL, palette, (painter) => {
        const ink = (/** @type {number} */ cell) => images[one * PIXELS + cell] === 1;
        painter.squares((cell) => known[cell] === 0, palette.hidden);
        painter.dots((cell) => known[cell] === 0 && ink(cell), palette.filled, 0.9);
        painter.squares((cell) => known[cell] === 1 && ink(cell), palette.ink);
      }),
    ),
  );
  const columns = Math.ceil(Math.sqrt(completions.length));
  const rows = Math.ceil(completions.length / columns);
  const step = SMALL * SIDE + GAP / 2;
  const sheet = document.createElement('canvas');
  const below = 40;
  sheet.width = GAP * 3 + LARGE * SIDE + columns * step - GAP / 2;
  sheet.height = GAP * 2 + Math.max(LARGE * SIDE, rows * step - GAP / 2) + below;
  const context = sheet.getContext('2d');
  if (!context) {
    throw new Error('This browser cannot draw on a canvas.');
  }
  context.fillStyle = palette.page;
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.drawImage(drawing, GAP, GAP);
  completions.forEach((canvas, index) => {
    const x = GAP * 2 + LARGE * SIDE + (index % columns) * step;
    context.drawImage(canvas, x, GAP + Math.floor(index / columns) * step);
  });
  context.fillStyle = palette.ink;
  context.font = '16px system-ui, sans-serif';
  context.fillText(caption, GAP, sheet.height - GAP);
  return new Promise((resolve, reject) => {
    sheet.toBlob((blob) =>
      blob ? resolve(blob) : reject(new Error('No memory for the picture.')),
    );
  });
}

/**
 * Hands a file to the visitor.
 * @param {Blob} blob
 * @param {string} name
 */
export function download(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
