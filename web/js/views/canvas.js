// @ts-check
/** The drawing canvas: pointer and keyboard in, cells out. */

import { PIXELS, SIDE } from '../engine.js';
import { coveredCells } from '../raster.js';
import { CellPainter, paletteOf, whenSized } from './cells.js';

/** @typedef {import('../picture.js').Tool} Tool */
/** @typedef {import('../raster.js').Point} Point */

/**
 * What is to be seen, cell by cell.
 * @typedef {object} CanvasModel
 * @property {(index: number) => boolean} ink the visitor's
 * @property {(index: number) => boolean} hidden
 * @property {(index: number) => boolean} covered ink under the cover that is to be shown
 * @property {Tool} tool
 * @property {number} width
 */

/**
 * @typedef {object} CanvasActions
 * @property {() => void} begin a stroke begins
 * @property {(tool: Tool, cells: number[]) => void} mark
 * @property {() => void} end
 * @property {(index: number) => void} visit the keyboard cursor moved
 */

/** @type {Record<string, [number, number]>} */
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** The bit of PointerEvent.buttons that the other end of a pen sets. */
const ERASER_BUTTON = 32;

/**
 * @param {HTMLElement} container
 * @param {CanvasActions} actions
 */
export function createCanvas(container, actions) {
  const canvas = document.createElement('canvas');
  const brush = document.createElement('div');
  canvas.tabIndex = 0;
  canvas.setAttribute('role', 'application');
  brush.className = 'brush';
  brush.hidden = true;
  container.append(canvas, brush);

  const painter = new CellPainter(canvas, paletteOf(container));
  /** @type {CanvasModel | null} */
  let model = null;
  /** @type {{ pointer: number, tool: Tool, last: Point } | null} */
  let stroke = null;
  /** Cells that the model filled with ink. */
  /** @type {(index: number) => boolean} */
  let filled = () => false;
  let cursor = (SIDE / 2) * SIDE + SIDE / 2;
  let byKeyboard = false;
  let frame = 0;

  function paint() {
    frame = 0;
    if (!model || painter.cell === 0) {
      return;
    }
    const { ink, hidden, covered } = model;
    painter.clear();
    painter.hatching(hidden);
    painter.grid();
    painter.outlines(covered, painter.palette.ink);
    painter.dots(filled, painter.palette.filled);
    painter.squares(ink, painter.palette.ink);
    if (byKeyboard && document.activeElement === canvas) {
      painter.ring(cursor);
    }
  }

  function repaint() {
    frame ||= requestAnimationFrame(paint);
  }

  whenSized(canvas, (size) => {
    painter.resize(size);
    paint();
  });

  /**
   * @param {PointerEvent} event
   * @returns {Point}
   */
  function pointOf(event) {
    const box = canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) / box.width) * SIDE,
      y: ((event.clientY - box.top) / box.height) * SIDE,
    };
  }

  /** @param {PointerEvent} event */
  function showBrush(event) {
    if (!model) {
      return;
    }
    const { x, y } = pointOf(event);
    const share = 100 / SIDE;
    brush.hidden = event.pointerType === 'touch';
    brush.style.width = `${(model.width + 0.2) * share}%`;
    brush.style.left = `${x * share}%`;
    brush.style.top = `${y * share}%`;
  }

  canvas.addEventListener('pointerdown', (event) => {
    if (!model || stroke || event.button === 1) {
      return;
    }
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    const erases = event.button === 2 || (event.buttons & ERASER_BUTTON) !== 0;
    const point = pointOf(event);
    stroke = { pointer: event.pointerId, tool: erases ? 'eraser' : model.tool, last: point };
    byKeyboard = false;
    actions.begin();
    actions.mark(stroke.tool, coveredCells(point, point, model.width));
  });

  canvas.addEventListener('pointermove', (event) => {
    showBrush(event);
    if (!model || stroke?.pointer !== event.pointerId) {
      return;
    }
    const points = event.getCoalescedEvents?.() ?? [];
    const cells = new Set();
    for (const each of points.length > 0 ? points : [event]) {
      const point = pointOf(each);
      coveredCells(stroke.last, point, model.width).forEach((cell) => cells.add(cell));
      stroke.last = point;
    }
    actions.mark(stroke.tool, [...cells]);
  });

  /** @param {PointerEvent} event */
  function finish(event) {
    if (stroke?.pointer === event.pointerId) {
      stroke = null;
      actions.end();
    }
  }
  canvas.addEventListener('pointerup', finish);
  canvas.addEventListener('pointercancel', finish);
  canvas.addEventListener('lostpointercapture', finish);
  canvas.addEventListener('pointerleave', () => {
    brush.hidden = true;
  });
  canvas.addEventListener('contextmenu', (event) => event.preventDefault());
  canvas.addEventListener('focus', repaint);
  canvas.addEventListener('blur', repaint);

  canvas.addEventListener('keydown', (event) => {
    if (!model || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const step = STEPS[event.key];
    const marks = event.key === ' ' || event.key === 'Enter';
    if (!step && !marks) {
      return;
    }
    event.preventDefault();
    byKeyboard = true;
    const centreOf = () => ({ x: (cursor % SIDE) + 0.5, y: Math.floor(cursor / SIDE) + 0.5 });
    const from = centreOf();
    if (step) {
      const column = Math.min(SIDE - 1, Math.max(0, (cursor % SIDE) + step[0]));
      const row = Math.min(SIDE - 1, Math.max(0, Math.floor(cursor / SIDE) + step[1]));
      cursor = Math.min(PIXELS - 1, row * SIDE + column);
    }
    if (marks || event.shiftKey) {
      actions.begin();
      actions.mark(model.tool, coveredCells(from, centreOf(), model.width));
      actions.end();
    }
    actions.visit(cursor);
    repaint();
  });

  return {
    /**
     * @param {CanvasModel} next
     * @param {string} label
     */
    update(next, label) {
      model = next;
      canvas.setAttribute('aria-label', label);
      repaint();
    },
    /**
     * Shows another completion.
     * @param {(index: number) => boolean} cells
     */
    fill(cells) {
      filled = cells;
      repaint();
    },
    /** Takes up the theme's colours. */
    reset() {
      painter.palette = paletteOf(container);
      repaint();
    },
  };
}
