// @ts-check
/** Drawing a cloud: by pointer and touch, and by the keyboard. */

import { CELLS, cellsAlong } from './settings.js';

/**
 * @typedef {object} Actions
 * @property {(event: PointerEvent) => [number, number]} cellAt
 * @property {() => boolean} enabled
 * @property {() => boolean} erases
 * @property {(cells: number[], value: 0 | 1) => void} mark
 * @property {() => void} end a stroke is over
 * @property {(cell: number) => void} visit the keyboard's cursor has moved
 */

/** @type {Record<string, [number, number]>} */
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** How far around the pointer an eraser reaches, in cells. */
const RUBBER = 2;
/** Cells that an arrow key moves the cursor by, and with Ctrl. */
const STRIDE = { far: 4, near: 1 };

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Actions} actions
 */
export function createPencil(canvas, actions) {
  /** @type {{ pointer: number, value: 0 | 1, last: [number, number] } | null} */
  let stroke = null;
  let cursor = (CELLS / 2) * CELLS + CELLS / 2;
  let byKeyboard = false;

  const radius = (/** @type {0 | 1} */ value) => (value === 0 ? RUBBER : 0);
  const place = () =>
    /** @type {[number, number]} */ ([(cursor % CELLS) + 0.5, Math.floor(cursor / CELLS) + 0.5]);

  canvas.addEventListener('pointerdown', (event) => {
    if (!actions.enabled() || stroke || event.button === 1) {
      return;
    }
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    byKeyboard = false;
    const last = actions.cellAt(event);
    const value = actions.erases() || event.button === 2 ? 0 : 1;
    stroke = { pointer: event.pointerId, value, last };
    actions.mark(cellsAlong(last, last, radius(value)), value);
  });
  canvas.addEventListener('pointermove', (event) => {
    if (stroke?.pointer !== event.pointerId) {
      return;
    }
    const points = event.getCoalescedEvents?.() ?? [];
    for (const each of points.length > 0 ? points : [event]) {
      const next = actions.cellAt(each);
      actions.mark(cellsAlong(stroke.last, next, radius(stroke.value)), stroke.value);
      stroke.last = next;
    }
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
  canvas.addEventListener('contextmenu', (event) => {
    if (actions.enabled()) {
      event.preventDefault();
    }
  });
  for (const type of ['focus', 'blur']) {
    canvas.addEventListener(type, () => actions.visit(cursor));
  }

  canvas.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    const marks = event.key === ' ' || event.key === 'Enter';
    const rubs = event.key === 'Delete' || event.key === 'Backspace';
    if (!actions.enabled() || event.altKey || event.metaKey || !(step || marks || rubs)) {
      return;
    }
    event.preventDefault();
    byKeyboard = true;
    const from = place();
    if (step) {
      const stride = event.ctrlKey ? STRIDE.near : STRIDE.far;
      const within = (/** @type {number} */ value) => Math.max(0, Math.min(CELLS - 1, value));
      const column = within((cursor % CELLS) + step[0] * stride);
      const row = within(Math.floor(cursor / CELLS) + step[1] * stride);
      cursor = row * CELLS + column;
    }
    if (marks || rubs || event.shiftKey) {
      const value = rubs || actions.erases() ? 0 : 1;
      // A key drops more than one point, as a finger does.
      actions.mark(cellsAlong(from, place(), value === 0 ? RUBBER : 1), value);
      actions.end();
    }
    actions.visit(cursor);
  });

  return {
    /** The cell of the cursor, where the keyboard draws. */
    get cursor() {
      return byKeyboard && document.activeElement === canvas ? cursor : null;
    },
  };
}
