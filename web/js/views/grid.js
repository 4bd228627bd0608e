// @ts-check
/** The completions of one model: each a picture to keep, its log-likelihood, a way to watch it. */

import { PIXELS } from '../engine.js';
import { number, say } from '../text.js';
import { CellPainter, paletteOf, whenSized } from './cells.js';

/** @typedef {import('../finish.js').Result} Result */

/**
 * @typedef {object} GridActions
 * @property {(index: number) => void} keep
 * @property {(index: number) => void} watch
 * @property {(index: number | null) => void} preview the pointer or the focus is on it; null: on none
 */

/**
 * @typedef {object} Item
 * @property {HTMLLIElement} element
 * @property {HTMLButtonElement} keep
 * @property {HTMLButtonElement} watch
 * @property {HTMLSpanElement} nats
 * @property {HTMLSpanElement} unit
 * @property {CellPainter} painter
 */

/** Steps of the arrow keys, given the number of columns. */
/** @type {Record<string, (columns: number) => number>} */
const STEPS = {
  ArrowLeft: () => -1,
  ArrowRight: () => 1,
  ArrowUp: (columns) => -columns,
  ArrowDown: (columns) => columns,
};

/**
 * @param {HTMLElement} container a list
 * @param {GridActions} actions
 */
export function createGrid(container, actions) {
  /** @type {Item[]} */
  const items = [];
  let palette = paletteOf(container);
  /** @type {Result | null} */
  let result = null;
  let columns = 1;
  let frame = 0;

  /** @param {number} index */
  function makeItem(index) {
    const element = document.createElement('li');
    const keep = document.createElement('button');
    const canvas = document.createElement('canvas');
    const foot = document.createElement('div');
    const nats = document.createElement('span');
    const unit = document.createElement('span');
    const watch = document.createElement('button');
    keep.className = 'keep';
    keep.type = 'button';
    foot.className = 'foot';
    nats.className = 'nats';
    unit.className = 'unit';
    watch.className = 'watch';
    watch.type = 'button';
    keep.append(canvas);
    foot.append(nats, unit, watch);
    element.append(keep, foot);
    container.append(element);

    keep.addEventListener('click', () => actions.keep(index));
    watch.addEventListener('click', () => actions.watch(index));
    keep.addEventListener('pointerenter', (event) => {
      if (event.pointerType === 'mouse') {
        actions.preview(index);
      }
    });
    keep.addEventListener('pointerleave', () => actions.preview(null));
    keep.addEventListener('focus', () => {
      items.forEach((item) => {
        item.keep.tabIndex = item.keep === keep ? 0 : -1;
        item.watch.tabIndex = item.keep.tabIndex;
      });
      if (keep.matches(':focus-visible')) {
        actions.preview(index);
      }
    });
    keep.addEventListener('blur', () => actions.preview(null));

    const item = { element, keep, watch, nats, unit, painter: new CellPainter(canvas, palette) };
    whenSized(canvas, (size) => {
      item.painter.resize(size);
      paintItem(item, index);
    });
    return item;
  }

  container.addEventListener('keydown', (event) => {
    const step = STEPS[event.key];
    const from = items.findIndex((item) => item.element.contains(document.activeElement));
    const to = step ? from + step(columns) : -1;
    if (from >= 0 && to >= 0 && to < items.length) {
      event.preventDefault();
      items[to].keep.focus();
    }
  });

  /**
   * @param {Item} item
   * @param {number} index
   */
  function paintItem({ painter }, index) {
    if (!result || painter.cell === 0) {
      return;
    }
    const { images, known, running, reached } = result;
    const at = index * PIXELS;
    painter.clear();
    painter.squares((cell) => known[cell] === 0, painter.palette.hidden);
    if (running) {
      painter.hatching((cell) => known[cell] === 0 && cell >= reached);
    }
    painter.dots(
      (cell) => known[cell] === 0 && images[at + cell] === 1,
      painter.palette.filled,
      0.9,
    );
    painter.squares((cell) => known[cell] === 1 && images[at + cell] === 1, painter.palette.ink);
  }

  function paint() {
    frame = 0;
    items.forEach(paintItem);
  }

  return {
    /**
     * @param {Result} next
     * @param {number} picked the completion that is watched; −1 for none of these
     */
    update(next, picked) {
      result = next;
      columns = Math.min(4, Math.ceil(Math.sqrt(next.count)));
      container.dataset.columns = String(columns);
      container.setAttribute('aria-busy', String(next.running));
      while (items.length > next.count) {
        items.pop()?.element.remove();
      }
      while (items.length < next.count) {
        items.push(makeItem(items.length));
      }
      const reachable = Math.max(
        0,
        items.findIndex((item) => item.keep.tabIndex === 0),
      );
      items.forEach((item, index) => {
        const nats = next.nats[index];
        const shown = nats === null ? '…' : number(nats, 1);
        item.keep.tabIndex = index === reachable ? 0 : -1;
        item.watch.tabIndex = item.keep.tabIndex;
        item.nats.textContent = shown;
        item.unit.textContent = say('grid.unit');
        item.keep.setAttribute('aria-label', say('grid.keep', { number: index + 1, nats: shown }));
        item.keep.title = say('grid.keepTitle');
        item.watch.setAttribute('aria-label', say('grid.watch', { number: index + 1 }));
        item.watch.title = say('grid.watchTitle');
        item.watch.setAttribute('aria-pressed', String(index === picked));
      });
      frame ||= requestAnimationFrame(paint);
    },
    /** Takes up the theme's colours. */
    reset() {
      palette = paletteOf(container);
      items.forEach((item) => {
        item.painter.palette = palette;
      });
      frame ||= requestAnimationFrame(paint);
    },
  };
}
