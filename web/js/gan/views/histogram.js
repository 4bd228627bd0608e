// @ts-check
/** Two histograms on one axis: real pictures above it, forgeries hanging below, and perhaps a mark. */

import { colours } from '../../views/shades.js';
import { number } from '../../text.js';
import { histogram } from '../maths.js';

/**
 * @typedef {object} HistogramModel
 * @property {ArrayLike<number>} real
 * @property {ArrayLike<number>} fake
 * @property {number} low
 * @property {number} high
 * @property {number | null} [mark]
 */

const BINS = 32;
const HEIGHT = 132;
const AXIS = 20;

/**
 * Limits that hold most of the values, and look tidy.
 * @param {ArrayLike<number>[]} parts
 * @returns {[number, number]}
 */
export function limitsOf(parts) {
  const all = parts.flatMap((part) => Array.from(part).filter(Number.isFinite));
  if (all.length === 0) {
    return [-1, 1];
  }
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const margin = Math.max((most - least) * 0.06, Math.abs(most) * 1e-3, 1e-6);
  return [least - margin, most + margin];
}

/** @param {HTMLElement} container */
export function createHistogram(container) {
  const canvas = document.createElement('canvas');
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  canvas.className = 'histogram';
  container.append(canvas);
  /** @type {HistogramModel | null} */
  let model = null;

  function paint() {
    const width = container.clientWidth;
    if (width === 0) {
      return;
    }
    const unit = devicePixelRatio;
    canvas.width = Math.round(width * unit);
    canvas.height = Math.round(HEIGHT * unit);
    canvas.style.aspectRatio = `${width} / ${HEIGHT}`;
    context.setTransform(unit, 0, 0, unit, 0, 0);
    const colour = colours(container);
    const middle = (HEIGHT - AXIS) / 2;
    context.fillStyle = colour('--line-strong');
    context.fillRect(0, middle - 0.5, width, 1);
    const { real, fake, low, high, mark } = model ?? { real: [], fake: [], low: 0, high: 1, mark: null };
    const [up, down] = [real, fake].map((each) => histogram(each, low, high, BINS));
    const step = width / BINS;
    const draw = (/** @type {number[]} */ counts, /** @type {string} */ name, /** @type {number} */ way) => {
      const most = Math.max(1, ...counts);
      context.fillStyle = colour(name);
      counts.forEach((count, at) => {
        // The square root lets a lone outlier be seen beside a full bin.
        const height = Math.sqrt(count / most) * (middle - 4);
        context.fillRect(at * step + 0.5, way < 0 ? middle - height : middle, step - 1, height);
      });
    };
    draw(up, '--real', -1);
    draw(down, '--fake', 1);
    context.fillStyle = colour('--muted');
    context.font = `12px ${colour('--sans')}`;
    context.textBaseline = 'bottom';
    const digits = high - low > 20 ? 0 : high - low > 2 ? 1 : 2;
    for (const [share, align] of /** @type {const} */ ([[0, 'left'], [0.5, 'center'], [1, 'right']])) {
      context.textAlign = align;
      context.fillText(number(low + (high - low) * share, digits), share * width, HEIGHT - 2);
    }
    if (typeof mark === 'number') {
      const x = Math.max(2, Math.min(width - 2, ((mark - low) / (high - low)) * width));
      context.fillStyle = colour('--text');
      context.fillRect(x - 1, 4, 2, HEIGHT - AXIS - 8);
      context.beginPath();
      context.arc(x, middle, 6, 0, 2 * Math.PI);
      context.fill();
    }
  }

  new ResizeObserver(paint).observe(container);

  return {
    canvas,
    /**
     * @param {HistogramModel} next
     * @param {string} label
     */
    update(next, label) {
      model = next;
      canvas.setAttribute('role', 'img');
      canvas.setAttribute('aria-label', label);
      paint();
    },
    /** Takes up the theme's colours. */
    reset: paint,
  };
}
