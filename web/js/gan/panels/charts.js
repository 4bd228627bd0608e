// @ts-check
/** The charts of the game: both losses, both gradients, and what the critic says of real and forged. */

import { find } from '../../dom.js';
import { number, say } from '../../text.js';
import { aligned, limitsOf, thinned } from '../../train/series.js';
import { put } from '../../train/status.js';
import { createChart } from '../../views/chart.js';
import { isProbability, sigmoid } from '../losses.js';
import { mean } from '../maths.js';
import { createHistogram, limitsOf as widthOf } from '../views/histogram.js';

/** @typedef {import('../ledger.js').Ledger} Ledger */
/** @typedef {import('../state.js').Settings} Settings */
/** @typedef {{ id: string, name: string, curve: Ledger }} Earlier */

/** Points of a curve that are drawn. */
const MOST_POINTS = 700;
const SYNC = 'game';
/** Half-steps that a smoothed value is about the mean of. */
const WINDOW = 15;
const DASHES = [
  [6, 4],
  [2, 4],
  [10, 4, 2, 4],
];

/**
 * Exponential means, short at first.
 * @param {number[]} values
 */
function smooth(values) {
  let last = 0;
  return values.map((value, index) => {
    last += (value - last) / Math.min(WINDOW, 1 + index / 4);
    return last;
  });
}

/** @param {Document} root */
export function createCharts(root) {
  const readouts = {
    losses: find(root, '#losses-readout', HTMLElement),
    norms: find(root, '#norms-readout', HTMLElement),
    outputs: find(root, '#outputs-readout', HTMLElement),
  };
  const format = (/** @type {number} */ value) =>
    number(value, Math.abs(value) < 10 && !Number.isInteger(value) ? 1 : 0);
  const chart = (/** @type {string} */ id, /** @type {number} */ height, power = false) =>
    createChart(find(root, id, HTMLElement), {
      height,
      onStep: point,
      format: power ? (value) => (Number.isInteger(value) ? powerOf(value) : '') : format,
      formatStep: format,
      sync: SYNC,
    });
  const losses = chart('#losses-chart', 190);
  const norms = chart('#norms-chart', 150, true);
  const outputs = createHistogram(find(root, '#outputs', HTMLElement));
  /** @type {Ledger | null} */
  let ledger = null;
  /** The step under the pointer. */
  /** @type {number | null} */
  let pointed = null;

  /** @param {number | null} step */
  function point(step) {
    if (step !== pointed) {
      pointed = step;
      showReadouts();
    }
  }

  /** @param {'criticLoss' | 'generatorLoss' | 'criticNorm' | 'generatorNorm'} name */
  function valueAt(name) {
    const { x, y } = /** @type {Ledger} */ (ledger).series(name);
    const after = pointed === null ? -1 : x.findIndex((each) => each > Number(pointed));
    const value = y[after < 0 ? y.length - 1 : after - 1];
    return value === undefined ? '–' : precise(value);
  }

  function showReadouts() {
    if (!ledger) {
      return;
    }
    const step = pointed ?? ledger.last?.step;
    const at = step ? say('chart.at', { step: number(step) }) : say('chart.empty');
    put(find(readouts.losses, '.at', HTMLElement), at);
    put(find(readouts.losses, '.critic b', HTMLElement), valueAt('criticLoss'));
    put(find(readouts.losses, '.generator b', HTMLElement), valueAt('generatorLoss'));
    put(find(readouts.norms, '.critic b', HTMLElement), valueAt('criticNorm'));
    put(find(readouts.norms, '.generator b', HTMLElement), valueAt('generatorNorm'));
  }

  /**
   * @param {Ledger} of
   * @param {'criticLoss' | 'generatorLoss' | 'criticNorm' | 'generatorNorm'} name
   * @param {(value: number) => number} [as]
   */
  function table(of, name, as = (value) => value) {
    const { x, y } = of.series(name);
    const raw = y.map(as);
    return {
      x: thinned(x, MOST_POINTS),
      ys: [thinned(raw, MOST_POINTS), thinned(smooth(raw), MOST_POINTS)],
    };
  }

  /** @param {'critic' | 'generator'} player */
  const series = (player) => [
    { name: player, colour: `--${player}`, width: 1, alpha: 0.25 },
    { name: `${player} smooth`, colour: `--${player}`, width: 2 },
  ];

  /** @param {ReturnType<typeof table>[]} tables */
  const limits = (tables) => limitsOf(tables.map(({ ys }) => ys[1]));

  return {
    canvas: outputs.canvas,
    /**
     * @param {Settings} settings
     * @param {Ledger} next
     * @param {Earlier[]} earlier
     */
    update(settings, next, earlier) {
      ledger = next;
      const [critic, generator] = [table(next, 'criticLoss'), table(next, 'generatorLoss')];
      const others = earlier.map((each) => {
        const { x, ys } = table(each.curve, 'generatorLoss');
        return { x, ys: [ys[1]] };
      });
      const both = aligned([critic, generator, ...others]);
      losses.update(
        {
          ...both,
          limits: both.x.length > 0 ? limits([critic, generator]) : [0, 2],
          series: [
            ...series('critic'),
            ...series('generator'),
            ...earlier.map((each, index) => ({
              name: each.id,
              colour: '--curve-earlier',
              width: 1.5,
              dash: DASHES[index % DASHES.length],
            })),
          ],
        },
        say('charts.losses', {
          step: number(next.last?.step ?? 0),
          critic: precise(next.latest('criticLoss')),
          generator: precise(next.latest('generatorLoss')),
        }),
      );
      const log = (/** @type {number} */ value) => Math.log10(Math.max(value, 1e-12));
      const gradients = [table(next, 'criticNorm', log), table(next, 'generatorNorm', log)];
      const [low, high] = next.length > 0 ? limits(gradients) : [-2, 1];
      norms.update(
        {
          ...aligned(gradients),
          limits: [Math.floor(low), Math.ceil(high)],
          series: [...series('critic'), ...series('generator')],
        },
        say('charts.norms', {
          critic: precise(next.latest('criticNorm')),
          generator: precise(next.latest('generatorNorm')),
        }),
      );
      const shown = isProbability(settings.loss);
      const values = (/** @type {number[]} */ raw) => (shown ? raw.map(sigmoid) : raw);
      const [real, fake] = [values(next.outputs.real), values(next.outputs.fake)];
      const [least, most] = shown ? [0, 1] : widthOf([real, fake]);
      const means = { real: precise(mean(real)), fake: precise(mean(fake)) };
      outputs.update({ real, fake, low: least, high: most }, say('charts.outputs', means));
      put(find(readouts.outputs, '.real b', HTMLElement), means.real);
      put(find(readouts.outputs, '.fake b', HTMLElement), means.fake);
      showReadouts();
    },
    /** Takes up the theme's colours and the language. */
    reset() {
      losses.reset();
      norms.reset();
      outputs.reset();
      showReadouts();
    },
  };
}

/**
 * A number as short as its size allows.
 * @param {number} value
 */
export function precise(value) {
  if (!Number.isFinite(value)) {
    return '–';
  }
  const size = Math.abs(value);
  if (size > 0 && size < 0.001) {
    const power = Math.floor(Math.log10(size));
    return `${number(value / 10 ** power, 1)}·${powerOf(power)}`;
  }
  return number(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

/** @param {number} power of ten */
const powerOf = (power) =>
  `10${[...String(power)].map((sign) => (sign === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(sign)])).join('')}`;
