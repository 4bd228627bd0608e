// @ts-check
/** How far the generator was from the cloud, round after round, and how near one can come. */

import { number, say } from '../../text.js';
import { createChart } from '../../views/chart.js';
import { precise } from '../panels/charts.js';

const HEIGHT = 150;

/** @param {HTMLElement} container */
export function createDistances(container) {
  const chart = createChart(container, {
    height: HEIGHT,
    onStep: () => {},
    format: (value) => number(value, 1),
    formatStep: (value) => (Number.isInteger(value) ? number(value) : ''),
    sync: 'plane',
  });
  /** Rounds that the chart shows: a chart that is as it was is not drawn again. */
  let shown = '';

  return {
    /**
     * @param {{ round: number, distance: number }[]} history
     * @param {number | null} floor
     */
    update(history, floor) {
      const last = history.at(-1);
      const now = `${history.length} ${last?.round} ${last?.distance} ${floor}`;
      if (floor === null || !last) {
        container.setAttribute('aria-label', say('plane.chartEmpty'));
        return;
      }
      if (now === shown) {
        return;
      }
      shown = now;
      const distances = history.map(({ distance }) => distance);
      const values = [distances, history.map(() => floor)];
      const top = Math.max(0.2, ...distances) * 1.05;
      const series = [
        { name: say('plane.distance'), colour: '--fake', width: 2 },
        { name: say('plane.floorName'), colour: '--muted', width: 1.5, dash: [5, 4] },
      ];
      const x = history.map(({ round }) => round);
      const words = { distance: precise(last.distance), floor: precise(floor) };
      chart.update({ x, series, values, limits: [0, top] }, say('plane.chart', words));
    },
    reset() {
      shown = '';
      chart.reset();
    },
  };
}
