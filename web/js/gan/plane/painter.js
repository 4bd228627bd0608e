// @ts-check
/** The plane: what the critic says as a map of tints, the generator's net, points, and where they are pushed. */

import { colours, rgbOf } from '../../views/shades.js';
import { GENERATOR } from '../losses.js';
import { contour, shareOf } from './scale.js';
import { CELLS } from './settings.js';

/** @typedef {import('../../engine/plane-types.js').PlaneView} PlaneView */
/** @typedef {import('../state.js').Loss} Loss */

/**
 * @typedef {object} Shown
 * @property {boolean} field
 * @property {boolean} manifold
 * @property {boolean} arrows
 */

/**
 * @typedef {object} Scene
 * @property {PlaneView | null} view
 * @property {Loss} loss
 * @property {Shown} shown
 * @property {Uint8Array | null} drawn cells of the visitor's, where they are drawn on
 * @property {number | null} cursor the cell under the keyboard's cursor
 */

/** Half the side of the square in sight. */
export const EXTENT = 1.2;
/** How strong the tints of the map are at most, of 1. */
const TINT = 0.42;
/** Points that have an arrow: more would hide each other. */
const ARROWS = 90;
/** Length of an arrow whose point is pushed at full, in units of the plane. */
const REACH = 0.16;

/** @param {HTMLElement} container */
export function createPainter(container) {
  const canvas = document.createElement('canvas');
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const map = document.createElement('canvas');
  container.append(canvas);
  /** @type {Scene | null} */
  let scene = null;
  /** Pixels of a unit of the plane, and of a CSS pixel. */
  let unit = 1;
  let dot = 1;

  const x = (/** @type {number} */ value) => (value + EXTENT) * unit;
  const y = (/** @type {number} */ value) => (EXTENT - value) * unit;

  function fit() {
    const size = Math.round(container.clientWidth * devicePixelRatio);
    if (size > 0 && canvas.width !== size) {
      canvas.width = canvas.height = size;
    }
    unit = canvas.width / (2 * EXTENT);
    dot = canvas.width / Math.max(1, container.clientWidth);
    return size > 0;
  }

  /**
   * @param {PlaneView} view
   * @param {Loss} loss
   * @param {(name: string) => string} colour
   */
  function paintField(view, loss, colour) {
    const side = Math.round(Math.sqrt(view.field.length));
    const share = shareOf(loss, view);
    const shares = Array.from(view.field, share);
    const [paper, real, fake] = ['--canvas-paper', '--real', '--fake'].map((name) =>
      rgbOf(colour(name)),
    );
    map.width = map.height = side;
    const tints = new ImageData(side, side);
    shares.forEach((value, index) => {
      const towards = value > 0 ? real : fake;
      const strength = TINT * Math.abs(value);
      towards.forEach((channel, at) => {
        tints.data[4 * index + at] = paper[at] + (channel - paper[at]) * strength;
      });
      tints.data[4 * index + 3] = 255;
    });
    map.getContext('2d')?.putImageData(tints, 0, 0);
    context.imageSmoothingEnabled = true;
    context.drawImage(map, 0, 0, canvas.width, canvas.height);
    const step = canvas.width / side;
    context.strokeStyle = colour('--muted');
    for (const level of [-0.6, 0, 0.6]) {
      context.lineWidth = (level === 0 ? 1.5 : 0.6) * dot;
      context.setLineDash(level === 0 ? [] : [2 * dot, 4 * dot]);
      context.beginPath();
      for (const [x0, y0, x1, y1] of contour(shares, side, level)) {
        context.moveTo((x0 + 0.5) * step, (y0 + 0.5) * step);
        context.lineTo((x1 + 0.5) * step, (y1 + 0.5) * step);
      }
      context.stroke();
    }
    context.setLineDash([]);
  }

  /**
   * The image of a lattice of latent points. Each cell has as many of them, so where cells are small,
   * points are dense.
   * @param {Float32Array} knots
   * @param {(name: string) => string} colour
   */
  function paintManifold(knots, colour) {
    const side = Math.round(Math.sqrt(knots.length / 2));
    const [dark] = [colour('--fake')];
    const corner = (/** @type {number} */ row, /** @type {number} */ column) => {
      const at = 2 * (row * side + column);
      return [knots[at], knots[at + 1]];
    };
    context.fillStyle = dark;
    for (let row = 0; row + 1 < side; row++) {
      for (let column = 0; column + 1 < side; column++) {
        const [a, b, c, d] = [
          corner(row, column),
          corner(row, column + 1),
          corner(row + 1, column + 1),
          corner(row + 1, column),
        ];
        const area = Math.abs((c[0] - a[0]) * (d[1] - b[1]) - (d[0] - b[0]) * (c[1] - a[1])) / 2;
        // Times as dense as points spread over all that is in sight.
        const density = (4 * EXTENT * EXTENT) / ((side - 1) ** 2 * Math.max(area, 1e-6));
        context.globalAlpha = 0.5 * (1 - Math.exp(-density / 8));
        context.beginPath();
        [a, b, c, d].forEach(([u, v]) => context.lineTo(x(u), y(v)));
        context.fill();
      }
    }
    context.strokeStyle = dark;
    context.lineWidth = 0.75 * dot;
    context.globalAlpha = 0.55;
    context.beginPath();
    for (let line = 0; line < side; line++) {
      for (let at = 0; at < side; at++) {
        const [u, v] = corner(line, at);
        context[at === 0 ? 'moveTo' : 'lineTo'](x(u), y(v));
      }
      for (let at = 0; at < side; at++) {
        const [u, v] = corner(at, line);
        context[at === 0 ? 'moveTo' : 'lineTo'](x(u), y(v));
      }
    }
    context.stroke();
    context.globalAlpha = 1;
  }

  /**
   * As long as the loss lets the critic's slope through: what a saturated loss swallows is not there.
   * @param {PlaneView} view
   * @param {Loss} loss
   * @param {(name: string) => string} colour
   */
  function paintArrows({ fake, fakeOutputs, pushes }, loss, colour) {
    const slopes = Array.from(fakeOutputs, (output) =>
      Math.max(Math.abs(GENERATOR[loss].slope(output)), 1e-12),
    );
    const steepness = slopes.map((slope, at) => Math.hypot(pushes[2 * at], pushes[2 * at + 1]) / slope);
    const usual = steepness.toSorted((a, b) => a - b)[steepness.length >> 1] || 1;
    context.strokeStyle = colour('--text');
    context.lineWidth = 1.25 * dot;
    context.lineCap = 'round';
    context.beginPath();
    for (let at = 0; at < Math.min(ARROWS, slopes.length); at++) {
      const push = [pushes[2 * at], -pushes[2 * at + 1]];
      const strong = Math.hypot(push[0], push[1]);
      const long = unit * Math.min(2 * REACH, (REACH * strong) / usual);
      if (long < 2 * dot) {
        continue;
      }
      const [u, v] = push.map((part) => part / strong);
      const [left, top] = [x(fake[2 * at]), y(fake[2 * at + 1])];
      const [right, bottom] = [left + u * long, top + v * long];
      const head = Math.min(5 * dot, long / 2);
      context.moveTo(left, top);
      context.lineTo(right, bottom);
      context.moveTo(right - head * (u - 0.6 * v), bottom - head * (v + 0.6 * u));
      context.lineTo(right, bottom);
      context.lineTo(right - head * (u + 0.6 * v), bottom - head * (v - 0.6 * u));
    }
    context.stroke();
  }

  /**
   * Real points are discs, generated ones triangles: colours are not needed to tell them apart.
   * @param {PlaneView} view
   * @param {(name: string) => string} colour
   */
  function paintPoints({ real, fake }, colour) {
    const radius = Math.max(2.4, container.clientWidth / 190) * dot;
    const [discs, triangles] = [new Path2D(), new Path2D()];
    for (let at = 0; at < real.length; at += 2) {
      discs.moveTo(x(real[at]) + radius * 0.9, y(real[at + 1]));
      discs.arc(x(real[at]), y(real[at + 1]), radius * 0.9, 0, 2 * Math.PI);
    }
    for (let at = 0; at < fake.length; at += 2) {
      const [left, top] = [x(fake[at]), y(fake[at + 1])];
      triangles.moveTo(left, top - 1.25 * radius);
      triangles.lineTo(left + 1.15 * radius, top + 0.85 * radius);
      triangles.lineTo(left - 1.15 * radius, top + 0.85 * radius);
      triangles.closePath();
    }
    context.lineWidth = 0.75 * dot;
    context.strokeStyle = colour('--canvas-paper');
    for (const [path, name] of /** @type {const} */ ([[discs, '--real'], [triangles, '--fake']])) {
      context.fillStyle = colour(name);
      context.fill(path);
      context.stroke(path);
    }
  }

  /**
   * @param {Uint8Array} drawn
   * @param {(name: string) => string} colour
   */
  function paintDrawn(drawn, colour) {
    const side = (2 / CELLS) * unit;
    context.strokeStyle = colour('--line-strong');
    context.lineWidth = dot;
    context.strokeRect(x(-1), y(1), 2 * unit, 2 * unit);
    context.fillStyle = colour('--real');
    context.globalAlpha = 0.5;
    drawn.forEach((marked, index) => {
      if (marked) {
        const [left, top] = [x(-1) + (index % CELLS) * side, y(1) + Math.floor(index / CELLS) * side];
        context.fillRect(left, top, side, side);
      }
    });
    context.globalAlpha = 1;
  }

  /**
   * @param {number} cursor
   * @param {(name: string) => string} colour
   */
  function paintCursor(cursor, colour) {
    const side = (2 / CELLS) * unit;
    const [left, top] = [
      x(-1) + ((cursor % CELLS) + 0.5) * side,
      y(1) + (Math.floor(cursor / CELLS) + 0.5) * side,
    ];
    context.strokeStyle = colour('--focus');
    context.lineWidth = 2.5 * dot;
    context.beginPath();
    context.arc(left, top, 8 * dot, 0, 2 * Math.PI);
    context.moveTo(left, top);
    context.arc(left, top, dot, 0, 2 * Math.PI);
    context.stroke();
  }

  function paint() {
    if (!scene || !fit()) {
      return;
    }
    const { view, loss, shown, drawn, cursor } = scene;
    const colour = colours(container);
    context.fillStyle = colour('--canvas-paper');
    context.fillRect(0, 0, canvas.width, canvas.height);
    if (view && shown.field) {
      paintField(view, loss, colour);
    }
    if (view && shown.manifold) {
      paintManifold(view.manifold, colour);
    }
    if (drawn) {
      paintDrawn(drawn, colour);
    }
    if (view) {
      paintPoints(view, colour);
    }
    if (view && shown.arrows) {
      paintArrows(view, loss, colour);
    }
    if (cursor !== null) {
      paintCursor(cursor, colour);
    }
  }

  new ResizeObserver(paint).observe(container);

  return {
    canvas,
    /**
     * @param {Scene} next
     * @param {string} label what is to be seen, in words
     */
    update(next, label) {
      scene = next;
      canvas.setAttribute('aria-label', label);
      paint();
    },
    /**
     * The place of a pointer in cells of the square that is drawn on.
     * @param {PointerEvent} event
     * @returns {[number, number]}
     */
    cellAt(event) {
      const box = canvas.getBoundingClientRect();
      const place = (/** @type {number} */ share) =>
        ((share * 2 * EXTENT - EXTENT + 1) * CELLS) / 2;
      return [
        place((event.clientX - box.left) / box.width),
        place((event.clientY - box.top) / box.height),
      ];
    },
  };
}
