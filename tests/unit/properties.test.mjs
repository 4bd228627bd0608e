// What holds for whatever a visitor draws, tried on seeded random drawings.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { packBits, unpackBits } from '../../web/js/bits.js';
import { History } from '../../web/js/history.js';
import { pictureOf } from '../../web/js/picture.js';
import { coveredCells } from '../../web/js/raster.js';

const PIXELS = 784;

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

describe('strokes', () => {
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
