// @ts-check
/**
 * The algorithm as the lecture writes it, and the two networks: which line is at work, who learns, who is
 * frozen, and where the gradient flows.
 */

import { PIXELS, SIDE } from '../../engine.js';
import { find } from '../../dom.js';
import { number, say } from '../../text.js';
import { put } from '../../train/status.js';
import { colours, paintPictures, rgbOf } from '../../views/shades.js';
import { picturesOf } from '../ledger.js';
import { isProbability, sigmoid } from '../losses.js';
import { mean } from '../maths.js';

/** @typedef {import('../state.js').Settings} Settings */
/** @typedef {import('../ledger.js').Ledger} Ledger */
/** @typedef {import('../driver.js').Moment} Moment */

/** Pictures across the square that stands for a batch. */
const ACROSS = 3;

/**
 * @param {Document} root
 * @param {() => void} changePace slow motion, or full speed again
 */
export function createStage(root, changePace) {
  const stage = find(root, '#stage', HTMLElement);
  const fakes = find(root, '#stage-fake', HTMLCanvasElement);
  const reals = find(root, '#stage-real', HTMLCanvasElement);
  const words = find(root, '#stage-words', HTMLElement);
  const pace = find(root, '#stage-pace', HTMLButtonElement);
  const kTimes = find(root, '#line-k', HTMLElement);
  pace.addEventListener('click', changePace);
  const outputs = {
    real: find(root, '#stage-dx', SVGElement),
    fake: find(root, '#stage-dz', SVGElement),
    critic: find(root, '#stage-critic-loss', SVGElement),
    generator: find(root, '#stage-generator-loss', SVGElement),
  };
  /** @type {Float32Array | null} */
  let real = null;
  let paintedStep = -1;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Float32Array} images
   */
  function paint(canvas, images) {
    const side = ACROSS * (SIDE + 1) - 1;
    canvas.width = side;
    canvas.height = side;
    const context = canvas.getContext('2d');
    if (context) {
      const colour = colours(stage);
      const data = context.createImageData(side, side);
      const [paper, ink] = [rgbOf(colour('--canvas-paper')), rgbOf(colour('--canvas-ink'))];
      paintPictures(data, images.subarray(0, ACROSS * ACROSS * PIXELS), {
        columns: ACROSS,
        gap: 1,
        paper,
        ink,
      });
      context.putImageData(data, 0, 0);
    }
  }

  /** @param {number} value */
  const told = (value, digits = 2) => (Number.isFinite(value) ? number(value, digits) : '–');

  return {
    /**
     * Real pictures, for the diagram.
     * @param {Float32Array} images
     */
    showReal(images) {
      real = images;
      paint(reals, images);
    },
    /**
     * @param {Settings} settings
     * @param {Ledger} ledger
     * @param {Moment | null} moment what is at work; null while the engine plays by itself
     * @param {boolean} playing
     */
    update(settings, ledger, moment, playing) {
      const { loss, criticSteps, speed } = settings;
      const turn = moment?.player ?? (playing ? 'both' : 'none');
      stage.dataset.turn = turn;
      stage.dataset.line = moment ? `${moment.player}-${moment.line}` : '';
      stage.dataset.loss = loss;
      put(kTimes, say('stage.forK', { count: criticSteps }));
      const key = moment
        ? `stage.${moment.player}.${moment.line}`
        : playing
          ? 'stage.both'
          : 'stage.none';
      put(words, say(key, { turn: moment?.turn ?? 0, k: criticSteps }));
      put(pace, say(speed === 'slow' ? 'speed.full' : 'speed.slow'));
      const shown = (/** @type {number[]} */ raw) =>
        told(mean(isProbability(loss) ? raw.map(sigmoid) : raw));
      outputs.real.textContent = shown(ledger.outputs.real);
      outputs.fake.textContent = shown(ledger.outputs.fake);
      outputs.critic.textContent = told(ledger.latest('criticLoss'));
      outputs.generator.textContent = told(ledger.latest('generatorLoss'));
      const frame = ledger.film.at(-1);
      if (frame && frame.step !== paintedStep) {
        paintedStep = frame.step;
        paint(fakes, picturesOf(frame.images.subarray(0, ACROSS * ACROSS * PIXELS)));
      }
    },
    /** Takes up the theme's colours. */
    reset() {
      paintedStep = -1;
      if (real) {
        paint(reals, real);
      }
    },
  };
}
