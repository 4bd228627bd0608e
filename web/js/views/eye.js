// @ts-check
/** The 28×28 picture as the model gets it: white ink on black, and a chequered grey for no answer. */

import { SIDE } from '../engine.js';

const INK = [255, 255, 255];
const PAPER = [0, 0, 0];
/** The two greys of what is not known. */
const UNKNOWN = [
  [88, 88, 88],
  [128, 128, 128],
];

/** @param {HTMLElement} container */
export function createEye(container) {
  const canvas = document.createElement('canvas');
  canvas.width = SIDE;
  canvas.height = SIDE;
  canvas.setAttribute('role', 'img');
  container.append(canvas);
  const context = canvas.getContext('2d');

  return {
    /**
     * @param {import('../picture.js').Picture} picture
     * @param {string} label
     */
    update({ pixels, known }, label) {
      const data = new ImageData(SIDE, SIDE);
      pixels.forEach((value, index) => {
        const grey = UNKNOWN[(index + Math.floor(index / SIDE)) % 2];
        const colour = known[index] === 0 ? grey : value === 1 ? INK : PAPER;
        data.data.set([...colour, 255], index * 4);
      });
      context?.putImageData(data, 0, 0);
      canvas.setAttribute('aria-label', label);
    },
    reset() {
      context?.clearRect(0, 0, SIDE, SIDE);
    },
  };
}
