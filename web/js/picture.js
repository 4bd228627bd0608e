// @ts-check
/**
 * The visitor's drawing: its ink, what of it is hidden, what each tool does to it, and the picture
 * that the model is given.
 */

import { PIXELS, SIDE } from './engine.js';
import { destinations, framing, resample } from './mnist.js';

/** @typedef {'top' | 'bottom' | 'left' | 'right' | 'centre' | 'scribble' | 'ink'} Region */
/** @typedef {'pen' | 'eraser' | 'unknown'} Tool */

/** What can be hidden. 'scribble' is what the unknown brush marks; 'ink' is all but the ink. */
/** @type {Region[]} */
export const REGIONS = ['top', 'bottom', 'left', 'right', 'centre', 'scribble', 'ink'];
/** @type {Tool[]} */
export const TOOLS = ['pen', 'eraser', 'unknown'];

/**
 * @typedef {object} Drawing
 * @property {Uint8Array} ink 784 values of 0 or 1, what is under the cover too
 * @property {Uint8Array} hidden 784 values: 1 where the model is not told; 'ink' goes by the ink alone
 * @property {Region} hide the region that `hidden` began as
 * @property {boolean} fit whether the model gets the ink as MNIST would frame it
 */

/**
 * @typedef {object} Picture what the model is given
 * @property {Uint8Array} pixels 784 values; 0 where hidden
 * @property {Uint8Array} known 784 values
 * @property {Uint8Array} covered 784 values: ink that lies under the cover
 * @property {Int16Array | null} destinations where each drawn cell went; null: every one stayed
 */

const HALF = SIDE / 2;

/** @type {Record<Region, (row: number, column: number) => boolean>} */
const INSIDE = {
  top: (row) => row < HALF,
  bottom: (row) => row >= HALF,
  left: (_, column) => column < HALF,
  right: (_, column) => column >= HALF,
  centre: (row, column) => Math.abs(row - 13.5) < HALF / 2 && Math.abs(column - 13.5) < HALF / 2,
  scribble: () => false,
  ink: () => false,
};

/**
 * The cells of a region, before the tools change them.
 * @param {Region} region
 * @returns {Uint8Array}
 */
export function cellsOf(region) {
  return Uint8Array.from({ length: PIXELS }, (_, index) =>
    INSIDE[region](Math.floor(index / SIDE), index % SIDE) ? 1 : 0,
  );
}

/**
 * The drawing alone, of something that has more.
 * @param {Drawing} drawing
 * @returns {Drawing}
 */
export const drawingIn = ({ ink, hidden, hide, fit }) => ({ ink, hidden, hide, fit });

/** @param {Uint8Array} bits */
export const isEmpty = (bits) => !bits.includes(1);

/** @param {Uint8Array} bits */
export const countOnes = (bits) => bits.reduce((sum, bit) => sum + bit, 0);

/**
 * Hides another region. What was covered is uncovered, except that 'only my ink' drops it: it was
 * not what the visitor saw.
 * @param {Drawing} drawing
 * @param {Region} region
 * @returns {Drawing}
 */
export function hideRegion(drawing, region) {
  const { ink, hidden, fit } = drawing;
  const seen = region === 'ink' ? ink.map((value, index) => value & ~hidden[index]) : ink;
  return { ink: seen, hidden: cellsOf(region), hide: region, fit };
}

/**
 * Applies a tool to some cells. The pen makes them known ink, wherever they are; the eraser gives
 * them back to paper, or to the region that hides them; the unknown brush hides them.
 * @param {Drawing} drawing
 * @param {Tool} tool
 * @param {number[]} cells
 * @returns {Drawing}
 */
export function applyTool(drawing, tool, cells) {
  const { hide } = drawing;
  const [ink, hidden] = [drawing.ink.slice(), drawing.hidden.slice()];
  for (const cell of cells) {
    const [row, column] = [Math.floor(cell / SIDE), cell % SIDE];
    if (tool === 'pen') {
      ink[cell] = 1;
      hidden[cell] = 0;
    } else if (tool === 'eraser') {
      ink[cell] = 0;
      hidden[cell] = INSIDE[hide](row, column) ? 1 : 0;
    } else if (hide === 'ink') {
      ink[cell] = 0;
    } else {
      hidden[cell] = 1;
    }
  }
  return { ...drawing, ink, hidden };
}

/**
 * Goes on from a completion: all of its ink is known, the rest is the model's.
 * @param {Uint8Array} image
 * @returns {Drawing}
 */
export function keepCompletion(image) {
  return { ink: image.slice(), hidden: cellsOf('ink'), hide: 'ink', fit: false };
}

/**
 * The picture that the model is given.
 * @param {Drawing} drawing
 * @returns {Picture}
 */
export function pictureOf(drawing) {
  const { hide, fit } = drawing;
  const frame = fit ? framing(drawing.ink) : null;
  const ink = frame ? resample(drawing.ink, frame) : drawing.ink;
  const hidden = hide === 'ink' ? ink.map((value) => 1 - value) : framedMask(drawing, frame);
  return {
    pixels: ink.map((value, index) => value & ~hidden[index]),
    known: hidden.map((value) => 1 - value),
    covered: ink.map((value, index) => value & hidden[index]),
    destinations: frame && destinations(frame),
  };
}

/**
 * Regions stay where they are in the model's picture; what was marked or drawn by hand moves along
 * with the ink.
 * @param {Drawing} drawing
 * @param {import('./mnist.js').Framing | null} frame
 * @returns {Uint8Array}
 */
function framedMask({ hidden, hide }, frame) {
  if (!frame) {
    return hidden;
  }
  const region = cellsOf(hide);
  const marked = resample(
    hidden.map((value, cell) => value & ~region[cell]),
    frame,
  );
  const opened = resample(
    hidden.map((value, cell) => ~value & region[cell]),
    frame,
  );
  return region.map((value, cell) => (value | marked[cell]) & (1 - opened[cell]));
}

/**
 * The picture that both models judge: what lies under the cover if anything does, else a completion.
 * @param {Picture} picture
 * @param {{ image: Uint8Array, index: number }} found
 * @returns {{ image: Uint8Array, completion: number | null }}
 */
export function pictureToJudge({ pixels, covered }, { image, index }) {
  return isEmpty(covered)
    ? { image: image.slice(), completion: index }
    : { image: pixels.map((value, cell) => value | covered[cell]), completion: null };
}
