// @ts-check
/**
 * Curves over training steps, by uPlot. The pointer or the arrow keys pick a step, whose exact values
 * the page tells.
 */

import { colours } from './shades.js';

/**
 * @typedef {object} Series
 * @property {string} name
 * @property {string} colour a custom property
 * @property {number} [width] of the line in CSS pixels; 0: none
 * @property {number[]} [dash]
 * @property {string} [fill] a custom property
 * @property {boolean} [points] a dot at each value
 * @property {number} [alpha]
 */

/** @typedef {{ x: ArrayLike<number>, series: Series[], values: (ArrayLike<number | null>)[], limits: [number, number] }} ChartModel */

/** Loaded once, when the first chart is made. */
/** @type {Promise<any> | null} */
let library = null;
function loadLibrary() {
  library ??= import(new URL('../../vendor/uplot.js', import.meta.url).href).then(
    (module) => module.default,
  );
  return library;
}

/**
 * @param {HTMLElement} container
 * @param {{ height: number, onStep: (step: number | null) => void, format: (value: number) => string, formatStep?: (step: number) => string, sync: string }} options
 */
export function createChart(container, { height, onStep, format, formatStep = format, sync }) {
  /** @type {any} */
  let plot = null;
  /** @type {ChartModel | null} */
  let model = null;
  /** What the chart was built for: other series need another chart. */
  let built = '';
  container.tabIndex = 0;
  container.setAttribute('role', 'application');

  /** @param {any} uPlot */
  function build(uPlot) {
    if (!model) {
      return;
    }
    plot?.destroy();
    const colour = colours(container);
    const axis = {
      stroke: colour('--muted'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { stroke: colour('--line'), width: 1, size: 4 },
      font: `12px ${colour('--sans')}`,
    };
    const steps = (/** @type {any} */ _, /** @type {number[]} */ values) =>
      values.map((each) => formatStep(each));
    const amounts = (/** @type {any} */ _, /** @type {number[]} */ values) =>
      values.map((each) => format(each));
    const options = {
      width: container.clientWidth,
      height,
      legend: { show: false },
      cursor: {
        sync: { key: sync },
        drag: { x: false, y: false },
        points: { size: 7 },
        y: false,
      },
      scales: { x: { time: false }, y: { range: () => model?.limits ?? [0, 1] } },
      axes: [
        { ...axis, size: 28, gap: 4, space: 70, values: steps },
        { ...axis, size: 46, gap: 4, space: 34, values: amounts },
      ],
      series: [
        {},
        ...model.series.map((each) => ({
          label: each.name,
          stroke: colour(each.colour),
          width: each.width ?? 2,
          dash: each.dash,
          alpha: each.alpha ?? 1,
          fill: each.fill && colour(each.fill),
          points: { show: each.points ?? false, size: 5, fill: colour(each.colour) },
          spanGaps: true,
        })),
      ],
      hooks: {
        setCursor: [
          (/** @type {any} */ { cursor, data }) =>
            onStep(typeof cursor.idx === 'number' ? data[0][cursor.idx] : null),
        ],
      },
    };
    plot = new uPlot(options, [model.x, ...model.values], container);
  }

  async function show() {
    const uPlot = await loadLibrary();
    if (!model || container.clientWidth === 0) {
      return;
    }
    const wanted = JSON.stringify([model.series, document.documentElement.dataset.theme]);
    if (wanted === built && plot) {
      plot.setData([model.x, ...model.values]);
    } else {
      built = wanted;
      build(uPlot);
    }
  }

  new ResizeObserver(() => {
    if (plot && container.clientWidth > 0) {
      plot.setSize({ width: container.clientWidth, height });
    } else if (container.clientWidth > 0) {
      show();
    }
  }).observe(container);

  container.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: 50, PageDown: -50 }[event.key];
    if (!step || !plot || !model || model.x.length === 0) {
      return;
    }
    event.preventDefault();
    const from = plot.cursor.idx ?? model.x.length - 1;
    const to = Math.max(0, Math.min(model.x.length - 1, from + step));
    plot.setCursor({ left: plot.valToPos(model.x[to], 'x'), top: 10 });
  });
  container.addEventListener('blur', () => plot?.setCursor({ left: -10, top: -10 }));

  return {
    /**
     * @param {ChartModel} next
     * @param {string} label
     */
    update(next, label) {
      model = next;
      container.setAttribute('aria-label', label);
      return show();
    },
    /** Takes up the theme's colours. */
    reset: show,
  };
}
