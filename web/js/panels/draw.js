// @ts-check
/** The visitor's half: canvas, tools, what is hidden, examples, and the picture the model gets. */

import { PIXELS, SIDE } from '../engine.js';
import { addRadios, find, radioGroup } from '../dom.js';
import { EXAMPLES, drawingOf } from '../examples.js';
import { History } from '../history.js';
import { REGIONS, applyTool, cellsOf, countOnes, drawingIn, hideRegion } from '../picture.js';
import { WIDEST } from '../state.js';
import { say } from '../text.js';
import { createCanvas } from '../views/canvas.js';
import { CellPainter, paletteOf } from '../views/cells.js';
import { createEye } from '../views/eye.js';

/** @typedef {import('../picture.js').Drawing} Drawing */
/** @typedef {import('../picture.js').Picture} Picture */
/** @typedef {import('../state.js').State} State */

/** Device pixels a cell in the example buttons. */
const EXAMPLE_CELL = 4;

/**
 * @param {Document} root
 * @param {import('../settings.js').Store<State>} store
 * @param {{ settled: () => void, announce: (words: string) => void }} hooks
 *   `settled`: the pen was lifted
 */
export function createDrawPanel(root, store, hooks) {
  const history = new History();
  const undoButton = find(root, '#undo', HTMLButtonElement);
  const redoButton = find(root, '#redo', HTMLButtonElement);
  const width = find(root, '#width', HTMLInputElement);
  const fit = find(root, '#fit', HTMLInputElement);
  const peek = find(root, '#peek', HTMLInputElement);
  const peekLabel = find(root, '#peek-label', HTMLElement);
  const regions = find(root, '#regions', HTMLElement);
  const tools = find(root, '#tools', HTMLElement);
  const examples = find(root, '#examples', HTMLElement);
  /** The drawing before the stroke under way. */
  /** @type {Drawing | null} */
  let before = null;

  /**
   * A change that undo takes back.
   * @param {Drawing} drawing
   */
  function change(drawing) {
    history.remember(drawingIn(store.state));
    store.set(drawing);
    showHistory();
  }

  function showHistory() {
    undoButton.disabled = !history.canUndo;
    redoButton.disabled = !history.canRedo;
  }

  /**
   * @param {Drawing | undefined} drawing
   * @param {string} words
   */
  function travel(drawing, words) {
    if (drawing) {
      store.set(drawing);
      showHistory();
      hooks.announce(say(words));
    }
  }
  const undo = () => travel(history.undo(drawingIn(store.state)), 'draw.undone');
  const redo = () => travel(history.redo(drawingIn(store.state)), 'draw.redone');
  const clear = () => {
    const { hide, fit: fitted } = store.state;
    change({ ink: new Uint8Array(PIXELS), hidden: cellsOf(hide), hide, fit: fitted });
    hooks.announce(say('draw.cleared'));
  };

  const canvas = createCanvas(find(root, '#canvas', HTMLElement), {
    begin() {
      before = drawingIn(store.state);
    },
    mark(tool, cells) {
      store.set(applyTool(drawingIn(store.state), tool, cells));
    },
    end() {
      const { ink, hidden } = store.state;
      if (before && (before.ink !== ink || before.hidden !== hidden)) {
        history.remember(before);
        showHistory();
      }
      before = null;
      hooks.settled();
    },
    visit(index) {
      const { known, pixels } = picture;
      const what = known[index] === 0 ? 'isHidden' : pixels[index] === 1 ? 'isInk' : 'isPaper';
      const place = { row: Math.floor(index / SIDE) + 1, column: (index % SIDE) + 1 };
      hooks.announce(say('draw.cell', { ...place, what: say(`draw.${what}`) }));
    },
  });
  const eye = createEye(find(root, '#eye', HTMLElement));
  /** @type {Picture} */
  let picture = {
    pixels: new Uint8Array(),
    known: new Uint8Array(),
    covered: new Uint8Array(),
    destinations: null,
  };

  undoButton.addEventListener('click', undo);
  redoButton.addEventListener('click', redo);
  find(root, '#clear', HTMLButtonElement).addEventListener('click', clear);
  width.addEventListener('input', () => store.set({ width: Number(width.value) }));
  fit.addEventListener('change', () => change({ ...drawingIn(store.state), fit: fit.checked }));
  peek.addEventListener('change', () => store.set({ peek: peek.checked }));

  addRadios(regions, REGIONS, 'hide');
  for (const button of regions.querySelectorAll('button')) {
    button.dataset.sayTitle = `hide.${button.value}.title`;
  }
  const showTool = radioGroup(tools, (tool) => store.set({ tool: /** @type {any} */ (tool) }));
  const showRegion = radioGroup(regions, (value) => {
    const region = /** @type {import('../picture.js').Region} */ (value);
    if (region !== store.state.hide) {
      change(hideRegion(drawingIn(store.state), region));
    }
    if (region === 'scribble') {
      store.set({ tool: 'unknown' });
    } else if (store.state.tool === 'unknown') {
      store.set({ tool: 'pen' });
    }
  });

  const exampleItems = EXAMPLES.map((example) => {
    const item = document.createElement('li');
    const button = document.createElement('button');
    const picture = document.createElement('canvas');
    const { ink, hidden } = drawingOf(example);
    button.type = 'button';
    button.append(picture);
    button.addEventListener('click', () => change(drawingOf(example)));
    item.append(button);
    examples.append(item);
    const painter = new CellPainter(picture, paletteOf(examples));
    painter.resize(EXAMPLE_CELL * SIDE);
    const paint = () => {
      painter.palette = paletteOf(examples);
      painter.clear();
      painter.hatching((index) => hidden[index] === 1);
      painter.squares((index) => ink[index] === 1 && hidden[index] === 0, painter.palette.ink);
    };
    return { example, button, paint };
  });

  return {
    change,
    undo,
    redo,
    clear,
    /** Whether the pen is down. */
    get drawing() {
      return before !== null;
    },
    /** @param {number} step */
    changeWidth(step) {
      const next = store.state.width + step;
      store.set({ width: Math.min(WIDEST, Math.max(1, next)) });
    },
    /**
     * @param {State} state
     * @param {Picture} next
     */
    update(state, next) {
      picture = next;
      const { pixels, known, covered, destinations } = picture;
      const at = (/** @type {number} */ cell) => (destinations ? destinations[cell] : cell);
      const ink = countOnes(pixels);
      const hidden = PIXELS - countOnes(known);
      const counts = { ink, hidden, paper: PIXELS - ink - hidden };
      canvas.update(
        {
          ink: (cell) => state.ink[cell] === 1 && known[at(cell)] === 1,
          hidden: (cell) => known[at(cell)] === 0,
          covered: (cell) => state.peek && state.ink[cell] === 1 && known[at(cell)] === 0,
          tool: state.tool,
          width: state.width,
        },
        say('draw.canvas', { ...counts, tool: say(`draw.${state.tool}`) }),
      );
      eye.update(picture, say('eye.label', counts));
      showTool(state.tool);
      showRegion(state.hide);
      showHistory();
      width.value = String(state.width);
      fit.checked = state.fit;
      peek.checked = state.peek;
      peekLabel.hidden = countOnes(covered) === 0;
    },
    /**
     * Shows a completion on the canvas.
     * @param {Uint8Array} image
     */
    fill(image) {
      const { known, destinations } = picture;
      canvas.fill((cell) => {
        const at = destinations ? destinations[cell] : cell;
        return known[at] === 0 && image[at] === 1;
      });
    },
    /** Takes up the theme's colours and the language. */
    reset() {
      canvas.reset();
      exampleItems.forEach(({ example, button, paint }) => {
        paint();
        const words = { label: example.label, region: say(`hide.${example.hide}`) };
        button.setAttribute('aria-label', say('examples.item', words));
        button.title = say('examples.item', words);
      });
    },
  };
}
