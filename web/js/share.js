// @ts-check
/** The drawing and its completions as one picture to take away. */

import { PIXELS } from './engine.js';
import { CellPainter } from './views/cells.js';

/** Device pixels a cell: of the drawing, and of a completion. */
const LARGE = 16;
const SMALL = 7;
const SIDE = 28;
const GAP = 24;
/** Height of a line of words. */
const LINE = 32;

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
 * @param {import('./finish.js').Result} result
 * @param {import('./views/cells.js').Palette} palette
 * @returns {HTMLCanvasElement[]}
 */
function tilesOf({ count, images, known }, palette) {
  return Array.from({ length: count }, (_, one) =>
    tile(SMALL, palette, (painter) => {
      const ink = (/** @type {number} */ cell) => images[one * PIXELS + cell] === 1;
      painter.squares((cell) => known[cell] === 0, palette.hidden);
      painter.dots((cell) => known[cell] === 0 && ink(cell), palette.filled, 0.9);
      painter.squares((cell) => known[cell] === 1 && ink(cell), palette.ink);
    }),
  );
}

/**
 * The drawing, and beside it the completions of each model under its name.
 * @param {import('./picture.js').Picture} picture
 * @param {{ name: string, result: import('./finish.js').Result }[]} models
 * @param {import('./views/cells.js').Palette} palette
 * @param {string} caption
 * @returns {Promise<Blob>}
 */
export async function pngOf({ pixels, known }, models, palette, caption) {
  const drawing = tile(LARGE, palette, (painter) => {
    painter.hatching((cell) => known[cell] === 0);
    painter.squares((cell) => pixels[cell] === 1, palette.ink);
  });
  const columns = Math.ceil(Math.sqrt(models[0].result.count));
  const rows = Math.ceil(models[0].result.count / columns);
  const step = SMALL * SIDE + GAP / 2;
  const blockWidth = columns * step + GAP / 2;
  const blockHeight = Math.max(LARGE * SIDE, rows * step - GAP / 2);
  const sheet = document.createElement('canvas');
  sheet.width = GAP * 2 + LARGE * SIDE + models.length * blockWidth;
  sheet.height = GAP * 2 + LINE * 2 + blockHeight;
  const context = sheet.getContext('2d');
  if (!context) {
    throw new Error('This browser cannot draw on a canvas.');
  }
  context.fillStyle = palette.page;
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.fillStyle = palette.ink;
  context.font = '16px system-ui, sans-serif';
  context.textBaseline = 'top';
  context.fillText(caption, GAP, sheet.height - LINE);
  context.drawImage(drawing, GAP, GAP + LINE);
  models.forEach(({ name, result }, block) => {
    const left = GAP * 2 + LARGE * SIDE + block * blockWidth;
    context.fillText(name, left, GAP);
    tilesOf(result, palette).forEach((canvas, index) => {
      const x = left + (index % columns) * step;
      context.drawImage(canvas, x, GAP + LINE + Math.floor(index / columns) * step);
    });
  });
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
