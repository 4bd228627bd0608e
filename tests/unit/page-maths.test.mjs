// The page's maths, without a page.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { packBits, unpackBits } from '../../web/js/bits.js';
import { drawingOf, EXAMPLES } from '../../web/js/examples.js';
import { History } from '../../web/js/history.js';
import { framing, resample } from '../../web/js/mnist.js';
import { applyTool, cellsOf, hideRegion, pictureOf } from '../../web/js/picture.js';
import { coveredCells } from '../../web/js/raster.js';
import { initialState, parseState, printState } from '../../web/js/state.js';

const SIDE = 28;
const PIXELS = SIDE * SIDE;

/** Numbers from 0 to 1, the same in every run. */
function* dice(seed) {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}
const scatter = (seed, share = 0.5) => {
  const numbers = dice(seed);
  return Uint8Array.from({ length: PIXELS }, () => (numbers.next().value < share ? 1 : 0));
};
const square = (left, top, size) =>
  Uint8Array.from({ length: PIXELS }, (_, i) => {
    const [row, column] = [Math.floor(i / SIDE), i % SIDE];
    return row >= top && row < top + size && column >= left && column < left + size ? 1 : 0;
  });

describe('bits in an address', () => {
  test('what is packed unpacks to itself, whatever its length', () => {
    for (const length of [1, 7, 8, 9, PIXELS]) {
      for (let seed = 0; seed < 20; seed++) {
        const bits = scatter(seed).slice(0, length);
        const text = packBits(bits);
        assert.match(text, /^[A-Za-z0-9_-]*$/);
        assert.deepEqual(unpackBits(text, length), bits);
      }
    }
  });

  test('what was not packed here is null, never a throw', () => {
    const text = packBits(scatter(1));
    for (const wrong of ['', 'A', text.slice(1), `${text}A`, text.replace(/.$/, '!'), '%%%', '日本']) {
      assert.equal(unpackBits(wrong, PIXELS), null, wrong);
    }
  });
});

describe('the state in an address', () => {
  test('what is printed parses to itself', () => {
    for (let seed = 0; seed < 20; seed++) {
      const state = {
        ...initialState(),
        ink: scatter(seed, 0.2),
        hidden: scatter(seed + 100),
        hide: ['top', 'scribble', 'ink'][seed % 3],
        seed: (seed * 0x9e3779b1) >>> 0,
        count: 1 + (seed % 16),
        temperature: (1 + (seed % 20)) / 10,
      };
      const parsed = parseState(`#${printState(state)}`);
      assert.deepEqual(parsed, { state, problems: [] });
    }
  });

  test('what cannot be read is named, and keeps its initial value', () => {
    const { state, problems } = parseState('#n=65&seed=-1&t=nan&d=x&nothing=1&__proto__=1');
    assert.deepEqual(state, initialState());
    for (const key of ['n', 'seed', 't', 'd', 'nothing']) assert.ok(problems.includes(key), key);
  });
});

describe('strokes', () => {
  test('a stroke has no gaps and stays in the picture', () => {
    const cells = coveredCells({ x: -3, y: 2 }, { x: 40, y: 25 }, 1);
    assert.ok(cells.every((cell) => cell >= 0 && cell < PIXELS));
    const columns = new Set(cells.map((cell) => cell % SIDE));
    assert.equal(columns.size, SIDE);
  });

  test('a wider brush covers all that a narrower one does', () => {
    const [from, to] = [{ x: 5.2, y: 6.9 }, { x: 20.1, y: 11.4 }];
    let narrower = [];
    for (const width of [1, 2, 3, 4, 5, 6]) {
      const cells = coveredCells(from, to, width);
      assert.ok(narrower.every((cell) => cells.includes(cell)), `width ${width}`);
      narrower = cells;
    }
  });
});

describe('the drawing', () => {
  test('the pen makes known ink, the unknown brush hides, the eraser gives back', () => {
    const start = { ink: new Uint8Array(PIXELS), hidden: cellsOf('bottom'), hide: 'bottom', fit: false };
    const below = 20 * SIDE + 10;
    const above = 5 * SIDE + 10;
    const drawn = applyTool(start, 'pen', [below]);
    assert.equal(pictureOf(drawn).known[below], 1);
    assert.equal(pictureOf(drawn).pixels[below], 1);
    const erased = applyTool(drawn, 'eraser', [below]);
    assert.equal(pictureOf(erased).known[below], 0);
    assert.equal(pictureOf(applyTool(start, 'unknown', [above])).known[above], 0);
    assert.equal(start.ink[below], 0, 'the drawing before is left as it was');
  });

  test("'only my ink' makes known exactly what is ink", () => {
    const ink = scatter(3, 0.1);
    const { known, pixels } = pictureOf(hideRegion({ ink, hidden: cellsOf('scribble'), hide: 'scribble', fit: false }, 'ink'));
    assert.deepEqual(known, ink);
    assert.deepEqual(pixels, ink);
  });

  test('no hidden pixel tells the model its ink', () => {
    for (let seed = 0; seed < 20; seed++) {
      const drawing = { ink: scatter(seed), hidden: scatter(seed + 50), hide: 'scribble', fit: false };
      const { pixels, known } = pictureOf(drawing);
      pixels.forEach((value, i) => assert.ok(known[i] === 1 || value === 0, `pixel ${i}`));
    }
  });

  test('undo and redo are each other’s inverse', () => {
    const history = new History();
    const [one, two] = [{ ink: scatter(1) }, { ink: scatter(2) }];
    assert.equal(history.undo(one), undefined);
    history.remember(one);
    assert.equal(history.undo(two), one);
    assert.equal(history.redo(one), two);
    history.remember(two);
    assert.equal(history.canRedo, false);
  });

  test('every example is a half-drawn digit: some ink known, some pixels hidden', () => {
    for (const example of EXAMPLES) {
      const { pixels, known } = pictureOf(drawingOf(example));
      assert.ok(pixels.includes(1) && known.includes(0), `digit ${example.digit}`);
    }
  });
});

describe("MNIST's framing", () => {
  test('a digit drawn small and in a corner ends up in the middle, twenty pixels high', () => {
    const ink = square(1, 2, 8);
    const framed = resample(ink, framing(ink));
    const rows = [...framed.keys()].filter((i) => framed[i]).map((i) => Math.floor(i / SIDE));
    const [top, bottom] = [Math.min(...rows), Math.max(...rows)];
    assert.ok(Math.abs(bottom - top + 1 - 20) <= 1, `${bottom - top + 1} rows`);
    assert.ok(Math.abs((top + bottom) / 2 - 13.5) <= 1);
    assert.equal(framing(framed), null, 'what is framed stays');
  });

  test('an empty picture has no framing', () => {
    assert.equal(framing(new Uint8Array(PIXELS)), null);
  });
});

test('English and Chinese have the same strings with the same places to fill in', async () => {
  const read = async (language) =>
    JSON.parse(await readFile(new URL(`../../web/strings/${language}.json`, import.meta.url), 'utf8'));
  const [english, chinese] = [await read('en'), await read('zh-CN')];
  // Chinese has one plural form, 'other'.
  const keys = Object.keys(english).filter((key) => !key.endsWith('.one'));
  assert.deepEqual(Object.keys(chinese).sort(), keys.sort());
  const places = (text) => (String(text).match(/\{\w+\}/g) ?? []).sort();
  for (const key of keys) {
    assert.deepEqual([...new Set(places(chinese[key]))], [...new Set(places(english[key]))], key);
  }
});
