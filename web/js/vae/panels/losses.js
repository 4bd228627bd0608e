// @ts-check
/** The charts: the loss with earlier runs beside it, and its two parts. */

import { find } from '../../dom.js';
import { number, say } from '../../text.js';
import { aligned, limitsOf, thinned } from '../../train/series.js';
import { Curve } from '../curve.js';
import { createChart } from '../../views/chart.js';

/** @typedef {import('../state.js').Settings} Settings */
/** @typedef {{ id: string, name: string, curve: Curve }} Earlier */

/** Points of a curve that are drawn. */
const MOST_POINTS = 900;
/** Nats that an empty chart spans: about what untrained weights need. */
/** @type {[number, number]} */
const EMPTY = [0, 550];
const SYNC = 'losses';
const DASHES = [
  [6, 4],
  [2, 4],
  [10, 4, 2, 4],
  [1, 3],
  [12, 6],
];

/** @param {Document} root */
export function createLosses(root) {
  const splitPlate = find(root, '#plate-split', HTMLElement);
  const readout = find(root, '#loss-readout', HTMLElement);
  const splitReadout = find(root, '#split-readout', HTMLElement);
  const format = (/** @type {number} */ value) =>
    number(value, Math.abs(value) < 10 && !Number.isInteger(value) ? 1 : 0);
  const loss = createChart(find(root, '#loss-chart', HTMLElement), {
    height: 210,
    onStep: point,
    format,
    sync: SYNC,
  });
  const split = createChart(find(root, '#split-chart', HTMLElement), {
    height: 120,
    onStep: point,
    format,
    sync: SYNC,
  });
  let curve = new Curve();
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

  /**
   * Index of the last value at or before a step.
   * @param {number[]} steps
   * @param {number} step
   */
  const placeOf = (steps, step) => {
    const after = steps.findIndex((each) => each > step);
    return after < 0 ? steps.length - 1 : after - 1;
  };

  function showReadouts() {
    const { train, heldOut } = curve;
    const step = pointed ?? Infinity;
    const at = placeOf(train.step, step);
    const held = placeOf(heldOut.step, step);
    const exact = (
      /** @type {Record<string, number[]>} */ from,
      /** @type {string} */ name,
      /** @type {number} */ index,
    ) => (index < 0 || !Number.isFinite(from[name][index]) ? '–' : number(from[name][index], 2));
    const empty = at < 0 && held < 0;
    put(
      readout,
      '.at',
      empty ? say('chart.empty') : say('chart.at', { step: number(train.step[at] ?? 0) }),
    );
    put(readout, '.curve b', exact(train, 'loss', at));
    put(readout, '.held b', exact(heldOut, 'loss', held));
    const [from, place] = held < 0 ? [train, at] : [heldOut, held];
    const total = empty ? '–' : number(from.reconstruction[place] + from.kl[place], 2);
    put(splitReadout, '.at', say(held < 0 ? 'chart.splitTrain' : 'chart.splitHeldOut', { total }));
    put(splitReadout, '.reconstruction b', exact(from, 'reconstruction', place));
    put(splitReadout, '.kl b', exact(from, 'kl', place));
  }

  /**
   * @param {HTMLElement} within
   * @param {string} selector
   * @param {string} text
   */
  function put(within, selector, text) {
    const element = find(within, selector, HTMLElement);
    if (element.textContent !== text) {
      element.textContent = text;
    }
  }

  /** @param {Curve} of */
  const trainTable = ({ train }) => ({
    x: thinned(train.step, MOST_POINTS),
    ys: [thinned(train.loss, MOST_POINTS), thinned(train.smooth, MOST_POINTS)],
  });

  return {
    /**
     * @param {Settings} settings
     * @param {Curve} next
     * @param {Earlier[]} earlier
     */
    update(settings, next, earlier) {
      curve = next;
      const { heldOut } = curve;
      const table = trainTable(curve);
      const others = earlier.map((each) => {
        const { step, loss: values } = each.curve.heldOut;
        const own = trainTable(each.curve);
        return values.length > 1 ? { x: step, ys: [values] } : { x: own.x, ys: [own.ys[1]] };
      });
      const { x, values } = aligned([
        table,
        { x: thinned(heldOut.step, MOST_POINTS), ys: [thinned(heldOut.loss, MOST_POINTS)] },
        ...others,
      ]);
      const last = curve.last;
      loss.update(
        {
          x,
          values,
          limits:
            x.length > 0
              ? limitsOf([table.ys[1], heldOut.loss, ...others.map(({ ys }) => ys[0])])
              : EMPTY,
          series: [
            { name: 'train', colour: '--curve-train', width: 1, alpha: 0.3 },
            { name: 'smooth', colour: '--curve-train', width: 2 },
            {
              name: 'held-out',
              colour: '--curve-held-out',
              width: 2,
              points: heldOut.step.length < 40,
            },
            ...earlier.map((each, index) => ({
              name: each.id,
              colour: '--curve-earlier',
              width: 1.5,
              dash: DASHES[index % DASHES.length],
            })),
          ],
        },
        say('chart.loss', {
          step: number(last?.step ?? 0),
          train: last ? number(last.smooth, 1) : '–',
        }),
      );
      splitPlate.hidden = settings.model !== 'vae';
      if (settings.model === 'vae') {
        const { train } = curve;
        const reconstruction = thinned(train.smoothReconstruction, MOST_POINTS);
        const kl = thinned(train.smoothKl, MOST_POINTS);
        const total = reconstruction.map((value, index) => value + kl[index]);
        const [, most] = total.length > 0 ? limitsOf([total]) : EMPTY;
        split.update(
          {
            x: table.x,
            values: [total, reconstruction],
            limits: [0, most],
            series: [
              { name: 'kl', colour: '--part-kl', fill: '--part-kl-fill', width: 2 },
              {
                name: 'reconstruction',
                colour: '--part-reconstruction',
                fill: '--part-reconstruction-fill',
                width: 2,
              },
            ],
          },
          say('chart.split'),
        );
      }
      showReadouts();
    },
    /** Takes up the theme's colours and the language. */
    reset() {
      loss.reset();
      split.reset();
      showReadouts();
    },
    /** @param {number} index of an earlier run @returns {number[]} how its line is dashed */
    dashOf: (index) => DASHES[index % DASHES.length],
  };
}
