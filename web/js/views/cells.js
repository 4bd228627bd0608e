// @ts-check
/**
 * How a pixel is painted: the visitor's ink as full squares, the model's as round dots of another
 * colour, what is unknown as hatching. Shape and colour both tell them apart.
 */

import { SIDE } from '../engine.js';

/**
 * Colours of the theme of the moment.
 * @typedef {object} Palette
 * @property {string} page what lies around the paper
 * @property {string} paper
 * @property {string} ink
 * @property {string} filled
 * @property {string} hidden
 * @property {string} hatch
 * @property {string} line
 * @property {string} focus
 */

/**
 * Reads the theme's colours from its custom properties.
 * @param {Element} element
 * @returns {Palette}
 */
export function paletteOf(element) {
  const style = getComputedStyle(element);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return {
    page: colour('--page'),
    paper: colour('--canvas-paper'),
    ink: colour('--canvas-ink'),
    filled: colour('--canvas-filled'),
    hidden: colour('--canvas-hidden'),
    hatch: colour('--canvas-hatch'),
    line: colour('--canvas-line'),
    focus: colour('--focus'),
  };
}

/** Paints cells on a canvas whose size in device pixels it is told; edges fall on device pixels. */
export class CellPainter {
  /** @type {CanvasRenderingContext2D} */
  #context;
  #size = 0;
  /** Edge of each row and column in device pixels. */
  /** @type {number[]} */
  #edges = [];
  /** @type {Palette} */
  palette;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Palette} palette
   */
  constructor(canvas, palette) {
    const context = canvas.getContext('2d');
    if (!context) {
      throw new Error('This browser cannot draw on a canvas.');
    }
    this.#context = context;
    this.palette = palette;
  }

  /** Side of a cell in device pixels. */
  get cell() {
    return this.#size / SIDE;
  }

  /** @param {number} size side in device pixels */
  resize(size) {
    if (size !== this.#size) {
      this.#size = size;
      this.#context.canvas.width = size;
      this.#context.canvas.height = size;
      this.#edges = Array.from({ length: SIDE + 1 }, (_, edge) => Math.round((edge * size) / SIDE));
    }
  }

  /** Blank paper. */
  clear() {
    this.#context.fillStyle = this.palette.paper;
    this.#context.fillRect(0, 0, this.#size, this.#size);
  }

  /**
   * Full squares, joined along rows.
   * @param {(index: number) => boolean} holds
   * @param {string} colour
   * @param {number} opacity
   */
  squares(holds, colour, opacity = 1) {
    this.#context.globalAlpha = opacity;
    this.#context.fillStyle = colour;
    this.#context.fill(this.#runs(holds));
    this.#context.globalAlpha = 1;
  }

  /**
   * Hatching over a tint.
   * @param {(index: number) => boolean} holds
   */
  hatching(holds) {
    const [context, size] = [this.#context, this.#size];
    const area = this.#runs(holds);
    context.fillStyle = this.palette.hidden;
    context.fill(area);
    context.save();
    context.clip(area);
    const gap = Math.max(5, this.cell * 0.55);
    context.beginPath();
    for (let x = -size; x < size; x += gap) {
      context.moveTo(x, size);
      context.lineTo(x + size, 0);
    }
    context.strokeStyle = this.palette.hatch;
    context.lineWidth = Math.max(1, this.cell / 12);
    context.stroke();
    context.restore();
  }

  /**
   * Dots, a little smaller than their cells.
   * @param {(index: number) => boolean} holds
   * @param {string} colour
   * @param {number} share of the cell's side
   */
  dots(holds, colour, share = 0.84) {
    const path = new Path2D();
    const radius = (this.cell * share) / 2;
    for (let index = 0; index < SIDE * SIDE; index++) {
      if (holds(index)) {
        const x = ((index % SIDE) + 0.5) * this.cell;
        const y = (Math.floor(index / SIDE) + 0.5) * this.cell;
        path.moveTo(x + radius, y);
        path.arc(x, y, radius, 0, 2 * Math.PI);
      }
    }
    this.#context.fillStyle = colour;
    this.#context.fill(path);
  }

  /**
   * Outlines of single cells.
   * @param {(index: number) => boolean} holds
   * @param {string} colour
   */
  outlines(holds, colour) {
    const inset = Math.max(1, this.cell / 10);
    this.#context.strokeStyle = colour;
    this.#context.lineWidth = inset;
    for (let index = 0; index < SIDE * SIDE; index++) {
      if (holds(index)) {
        const [x, y, width, height] = this.#box(index);
        this.#context.strokeRect(x + inset, y + inset, width - 2 * inset, height - 2 * inset);
      }
    }
  }

  /**
   * A ring around one cell.
   * @param {number} index
   */
  ring(index) {
    const [x, y, width, height] = this.#box(index);
    const line = Math.max(2, this.cell / 7);
    const context = this.#context;
    context.lineWidth = line * 2;
    context.strokeStyle = this.palette.paper;
    context.strokeRect(x - line, y - line, width + 2 * line, height + 2 * line);
    context.lineWidth = line;
    context.strokeStyle = this.palette.focus;
    context.strokeRect(x - line, y - line, width + 2 * line, height + 2 * line);
  }

  /** Faint lines between cells, where these are large enough to point at. */
  grid() {
    if (this.cell < 8) {
      return;
    }
    const path = new Path2D();
    for (const edge of this.#edges.slice(1, -1)) {
      path.rect(edge, 0, 1, this.#size);
      path.rect(0, edge, this.#size, 1);
    }
    this.#context.fillStyle = this.palette.line;
    this.#context.fill(path);
  }

  /** @param {number} index */
  #box(index) {
    const [row, column] = [Math.floor(index / SIDE), index % SIDE];
    const [x, y] = [this.#edges[column], this.#edges[row]];
    return [x, y, this.#edges[column + 1] - x, this.#edges[row + 1] - y];
  }

  /**
   * @param {(index: number) => boolean} holds
   * @returns {Path2D}
   */
  #runs(holds) {
    const path = new Path2D();
    for (let row = 0; row < SIDE; row++) {
      for (let column = 0; column < SIDE; column++) {
        const from = column;
        while (column < SIDE && holds(row * SIDE + column)) {
          column++;
        }
        if (column > from) {
          const [x, y] = [this.#edges[from], this.#edges[row]];
          path.rect(x, y, this.#edges[column] - x, this.#edges[row + 1] - y);
        }
      }
    }
    return path;
  }
}

/**
 * Calls `paint` with the canvas's side in device pixels, now and whenever it changes.
 * @param {HTMLCanvasElement} canvas
 * @param {(size: number) => void} paint
 */
export function whenSized(canvas, paint) {
  new ResizeObserver(() => {
    const size = Math.round(canvas.clientWidth * devicePixelRatio);
    if (size > 0) {
      paint(size);
    }
  }).observe(canvas);
}
