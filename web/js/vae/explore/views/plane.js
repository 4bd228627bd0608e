// @ts-check
/**
 * The plane of two latents: what the decoder makes of each place, and on it, as asked, the codes of
 * test pictures (each its class as a numeral), points, holes, an ellipse and a handle to move.
 */

import { SIDE } from '../../../engine.js';
import { whenSized } from '../../../views/cells.js';
import { placeOf, pointAt } from '../plane.js';
import { paintPictures, shadesOf } from './pictures.js';

/** @typedef {import('../plane.js').Window} Window */

/**
 * @typedef {object} PlaneModel
 * @property {Window} window
 * @property {Float32Array | null} tiles side² × 784, what the decoder makes of the grid
 * @property {number} side cells on a side of the grid
 * @property {boolean} [faded] whether the tiles are only a background
 * @property {boolean[]} [holes] of the grid's cells
 * @property {{ places: Float32Array, labels: Uint8Array }} [codes]
 * @property {Float32Array} [points] n × 2
 * @property {{ middle: [number, number], radii: [number, number] }} [ellipse] at one standard deviation
 * @property {[number, number]} [handle]
 * @property {boolean} [rings] whether N(0, I) is shown at one, two and three standard deviations
 */

/** An ellipse of fewer pixels gets a dashed circle around it, so that it is found. */
const SMALL = 7;
/** A step of the arrow keys, and with Shift, as a share of the window. */
const STEP = 1 / 60;
const LEAP = 1 / 12;
/** @type {Record<string, [number, number]>} */
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** @param {Element} element */
function coloursOf(element) {
  const style = getComputedStyle(element);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return {
    paper: colour('--canvas-paper'),
    ink: colour('--canvas-ink'),
    mark: colour('--accent'),
    line: colour('--line-strong'),
    sans: colour('--sans'),
  };
}

/**
 * @param {HTMLElement} container
 * @param {(point: [number, number]) => void} [move] makes the handle movable
 */
export function createPlane(container, move) {
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', move ? 'application' : 'img');
  container.append(canvas);
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const mosaic = document.createElement('canvas');
  /** @type {Float32Array | null} */
  let painted = null;
  /** @type {PlaneModel | null} */
  let model = null;
  let size = 0;
  let frame = 0;

  /** @param {[number, number]} point */
  function at(point) {
    const window = /** @type {PlaneModel} */ (model).window;
    const [across, down] = placeOf(window, point);
    return [across * size, down * size];
  }

  /**
   * A line that is seen on paper and on ink.
   * @param {Path2D} path
   * @param {string} colour
   * @param {number} width
   */
  function stroke(path, colour, width) {
    const { paper } = coloursOf(container);
    context.strokeStyle = paper;
    context.lineWidth = width + 2.5 * devicePixelRatio;
    context.stroke(path);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke(path);
  }

  /** @param {PlaneModel} shown */
  function paintTiles({ tiles, side, faded }) {
    if (tiles && tiles !== painted) {
      paintPictures(mosaic, tiles, shadesOf(container), { columns: side, gap: 0 });
      painted = tiles;
    }
    if (tiles) {
      context.globalAlpha = faded ? 0.35 : 1;
      context.imageSmoothingEnabled = size < 2 * side * SIDE;
      context.drawImage(mosaic, 0, 0, size, size);
      context.globalAlpha = 1;
    }
  }

  /** @param {PlaneModel} shown */
  function paintHoles({ holes = [], side }) {
    const { mark } = coloursOf(container);
    const cell = size / side;
    const path = new Path2D();
    holes.forEach((hole, index) => {
      const [x, y] = [(index % side) * cell, Math.floor(index / side) * cell];
      if (hole) {
        path.rect(x, y, cell, cell);
      }
    });
    context.save();
    context.clip(path);
    context.globalAlpha = 0.5;
    const lines = new Path2D();
    for (let x = -size; x < size; x += 7 * devicePixelRatio) {
      lines.moveTo(x, size);
      lines.lineTo(x + size, 0);
    }
    context.strokeStyle = mark;
    context.lineWidth = 1.5 * devicePixelRatio;
    context.stroke(lines);
    context.restore();
  }

  /** @param {NonNullable<PlaneModel['codes']>} codes */
  function paintCodes({ places, labels }) {
    const { ink, sans } = coloursOf(container);
    const height = Math.max(9, size / devicePixelRatio / 44) * devicePixelRatio;
    context.font = `600 ${height}px ${sans}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillStyle = ink;
    context.globalAlpha = 0.75;
    labels.forEach((label, index) => {
      const [x, y] = at([places[2 * index], places[2 * index + 1]]);
      context.fillText(String(label), x, y);
    });
    context.globalAlpha = 1;
  }

  /** @param {PlaneModel} shown */
  function paintPrior({ window, rings }) {
    if (!rings) {
      return;
    }
    const [x, y] = at([0, 0]);
    const path = new Path2D();
    for (const radius of [1, 2, 3]) {
      const drawn = (radius * size) / (2 * window.half);
      path.moveTo(x + drawn, y);
      path.arc(x, y, drawn, 0, 2 * Math.PI);
    }
    context.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
    stroke(path, coloursOf(container).line, 1.25 * devicePixelRatio);
    context.setLineDash([]);
  }

  /** @param {PlaneModel} shown */
  function paintMarks({ window, points, ellipse, handle }) {
    const { mark, paper } = coloursOf(container);
    const pixel = devicePixelRatio;
    if (ellipse) {
      const [x, y] = at(ellipse.middle);
      const path = new Path2D();
      const radii = ellipse.radii.map((radius) => (radius * size) / (2 * window.half));
      for (const times of [1, 2]) {
        const [wide, high] = radii.map((radius) => Math.max(pixel, times * radius));
        path.moveTo(x + wide, y);
        path.ellipse(x, y, wide, high, 0, 0, 2 * Math.PI);
      }
      stroke(path, mark, 1.5 * pixel);
      if (Math.max(...radii) < SMALL * pixel) {
        const locator = new Path2D();
        locator.arc(x, y, 2 * SMALL * pixel, 0, 2 * Math.PI);
        context.setLineDash([3 * pixel, 3 * pixel]);
        stroke(locator, mark, pixel);
        context.setLineDash([]);
      }
    }
    for (let index = 0; points && index < points.length / 2; index++) {
      const [x, y] = at([points[2 * index], points[2 * index + 1]]);
      const path = new Path2D();
      path.arc(x, y, (ellipse ? 2 : 4) * pixel, 0, 2 * Math.PI);
      context.fillStyle = mark;
      stroke(path, mark, 1 * pixel);
      context.fill(path);
    }
    if (handle) {
      const [x, y] = at(handle);
      const path = new Path2D();
      path.arc(x, y, 10 * pixel, 0, 2 * Math.PI);
      stroke(path, mark, 4 * pixel);
      context.fillStyle = paper;
      context.beginPath();
      context.arc(x, y, 2.5 * pixel, 0, 2 * Math.PI);
      context.fill();
    }
  }

  function paint() {
    frame = 0;
    if (!model || size === 0) {
      return;
    }
    const { paper } = coloursOf(container);
    context.fillStyle = paper;
    context.fillRect(0, 0, size, size);
    paintTiles(model);
    paintHoles(model);
    if (model.codes) {
      paintCodes(model.codes);
    }
    paintPrior(model);
    paintMarks(model);
  }

  const repaint = () => {
    frame ||= requestAnimationFrame(paint);
  };

  whenSized(canvas, (next) => {
    size = next;
    canvas.width = next;
    canvas.height = next;
    paint();
  });

  if (move) {
    canvas.tabIndex = 0;
    listen(canvas, () => model, move);
  }

  return {
    /**
     * @param {PlaneModel} next
     * @param {string} label
     */
    update(next, label) {
      model = next;
      canvas.setAttribute('aria-label', label);
      repaint();
    },
    /** Takes up the theme's colours. */
    reset() {
      painted = null;
      repaint();
    },
  };
}

/**
 * Pointer and arrow keys move the handle.
 * @param {HTMLCanvasElement} canvas
 * @param {() => PlaneModel | null} shown
 * @param {(point: [number, number]) => void} move
 */
function listen(canvas, shown, move) {
  /** @type {number | null} */
  let dragging = null;

  /** @param {PointerEvent} event */
  function follow(event) {
    const model = shown();
    if (model && dragging === event.pointerId) {
      const box = canvas.getBoundingClientRect();
      const place = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
      move(pointAt(model.window, /** @type {[number, number]} */ (place)));
    }
  }
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button === 0 && dragging === null) {
      event.preventDefault();
      canvas.focus({ preventScroll: true });
      canvas.setPointerCapture(event.pointerId);
      dragging = event.pointerId;
      follow(event);
    }
  });
  canvas.addEventListener('pointermove', follow);
  for (const end of ['pointerup', 'pointercancel', 'lostpointercapture']) {
    canvas.addEventListener(end, () => {
      dragging = null;
    });
  }
  canvas.addEventListener('keydown', (event) => {
    const model = shown();
    const step = STEPS[event.key];
    if (!model?.handle || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key === 'Home') {
      event.preventDefault();
      move([0, 0]);
    } else if (step) {
      event.preventDefault();
      const share = (event.shiftKey ? LEAP : STEP) * 2 * model.window.half;
      const [x, y] = [model.handle[0] + step[0] * share, model.handle[1] + step[1] * share];
      move(pointAt(model.window, placeOf(model.window, [x, y])));
    }
  });
}
