// The maths of drawing: strokes, MNIST's framing, what is hidden.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { EXAMPLES, drawingOf } from '../../web/js/examples.js';
import { destinations, framing, resample } from '../../web/js/mnist.js';
import { applyTool, cellsOf, countOnes, hideRegion, keepCompletion, pictureOf } from '../../web/js/picture.js';
import { coveredCells } from '../../web/js/raster.js';

const blank = () => new Uint8Array(784);
const cells = (inside) => Uint8Array.from({ length: 784 }, (_, i) => (inside(Math.floor(i / 28), i % 28) ? 1 : 0));
const drawing = (ink, hide = 'bottom', fit = false) => ({ ink, hidden: cellsOf(hide), hide, fit });
const box = (bits) => {
  const on = [...bits.keys()].filter((i) => bits[i]);
  const rows = on.map((i) => Math.floor(i / 28));
  const columns = on.map((i) => i % 28);
  return { height: Math.max(...rows) - Math.min(...rows) + 1, width: Math.max(...columns) - Math.min(...columns) + 1 };
};
const centre = (bits) => {
  const on = [...bits.keys()].filter((i) => bits[i]);
  const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
  return [mean(on.map((i) => (i % 28) + 0.5)), mean(on.map((i) => Math.floor(i / 28) + 0.5))];
};

test('a dab covers the cells within its radius and a stroke has no gaps', () => {
  assert.deepEqual(coveredCells({ x: 5.5, y: 3.5 }, { x: 5.5, y: 3.5 }, 1), [3 * 28 + 5]);
  assert.equal(coveredCells({ x: 5.5, y: 3.5 }, { x: 5.5, y: 3.5 }, 2).length, 5);
  const line = new Set(coveredCells({ x: 2.5, y: 2.5 }, { x: 20.5, y: 11.5 }, 1));
  for (let x = 2; x <= 20; x++) {
    assert.ok([...line].some((cell) => cell % 28 === x), `column ${x}`);
  }
});

test('a stroke outside the picture covers nothing, and one across its edge stays inside', () => {
  assert.deepEqual(coveredCells({ x: -9, y: -9 }, { x: -5, y: 40 }, 3), []);
  const edge = coveredCells({ x: -3, y: 27.5 }, { x: 40, y: 27.5 }, 2);
  assert.ok(edge.every((cell) => cell >= 0 && cell < 784));
  assert.equal(edge.filter((cell) => cell >= 27 * 28).length, 28);
});

test('framing fills the box of 20 and centres the mass', () => {
  const ink = cells((row, column) => (row >= 1 && row <= 2 && column >= 1 && column <= 25) || (row > 2 && row <= 12 && column >= 1 && column <= 3));
  const framed = resample(ink, framing(ink));
  const { width, height } = box(framed);
  assert.ok(Math.abs(Math.max(width, height) - 20) <= 1, `${width}×${height}`);
  for (const at of centre(framed)) assert.ok(Math.abs(at - 14.5) < 0.75, String(at));
});

test('framing a framed digit does not scale it again', () => {
  const ink = cells((row, column) => row >= 6 && row < 22 && column >= 2 && column < 5);
  const framed = resample(ink, framing(ink));
  assert.equal(framing(framed)?.scale ?? 1, 1);
});

test('the framing of MNIST’s own digits leaves their size as it is', () => {
  const file = gunzipSync(readFileSync(new URL('../../web/data/mnist/t10k-images-idx3-ubyte.gz', import.meta.url))).subarray(16);
  let scaled = 0;
  let moved = 0;
  for (let digit = 0; digit < 300; digit++) {
    const frame = framing(Uint8Array.from(file.subarray(digit * 784, digit * 784 + 784), (grey) => (grey >= 128 ? 1 : 0)));
    scaled += frame && Math.abs(frame.scale - 1) > 0.12 ? 1 : 0;
    moved += frame && frame.scale === 1 && Math.abs(frame.x) + Math.abs(frame.y) > 2 ? 1 : 0;
  }
  assert.ok(scaled < 15 && moved < 15, `${scaled} scaled, ${moved} moved`);
});

test('no ink has no framing, and a speck is not blown up to a disc', () => {
  assert.equal(framing(blank()), null);
  const speck = blank();
  speck[30] = 1;
  assert.ok(framing(speck).scale <= 2.5);
});

test('each drawn cell goes where its ink is resampled to', () => {
  const ink = cells((row, column) => row >= 2 && row < 12 && column >= 2 && column < 12);
  const frame = framing(ink);
  const framed = resample(ink, frame);
  const goes = destinations(frame);
  const landed = [...ink.keys()].filter((i) => ink[i] && framed[goes[i]]);
  assert.ok(landed.length > 90, String(landed.length));
});

test('the pen makes hidden cells known, the eraser hides them again, the brush hides any', () => {
  const cell = 20 * 28 + 5;
  const start = drawing(blank());
  const drawn = applyTool(start, 'pen', [cell]);
  assert.deepEqual([drawn.ink[cell], drawn.hidden[cell]], [1, 0]);
  const erased = applyTool(drawn, 'eraser', [cell]);
  assert.deepEqual(erased, start);
  const above = applyTool(start, 'unknown', [3]);
  assert.equal(above.hidden[3], 1);
  assert.equal(applyTool(above, 'eraser', [3]).hidden[3], 0);
  assert.equal(start.hidden[3], 0, 'the old drawing is untouched');
});

test('only my ink drops what was under the cover, other regions uncover it', () => {
  const ink = cells((row) => row === 5 || row === 20);
  assert.equal(countOnes(hideRegion(drawing(ink), 'ink').ink), 28);
  assert.equal(countOnes(pictureOf(hideRegion(drawing(ink), 'top')).pixels), 28);
  assert.equal(countOnes(hideRegion(drawing(ink), 'top').ink), 56);
});

test('a kept completion is all known where it has ink', () => {
  const image = cells((row, column) => row * column === 40);
  const { pixels, known } = pictureOf(keepCompletion(image));
  assert.deepEqual(pixels, image);
  assert.deepEqual(known, image);
});

test('ink opened by hand in a hidden region stays known when the drawing is framed', () => {
  const whole = drawing(cells((row, column) => row >= 2 && row < 8 && column > 4 && column < 20), 'bottom', true);
  const opened = applyTool(whole, 'pen', coveredCells({ x: 6, y: 20 }, { x: 18, y: 20 }, 3));
  const { pixels } = pictureOf(opened);
  assert.ok(pixels.some((value, i) => value && i >= 392), 'ink below the middle is seen');
});

test('every example is the MNIST digit it says, with some of it hidden and some not', () => {
  const file = gunzipSync(readFileSync(new URL('../../web/data/mnist/t10k-images-idx3-ubyte.gz', import.meta.url))).subarray(16);
  const labels = gunzipSync(readFileSync(new URL('../../web/data/mnist/t10k-labels-idx1-ubyte.gz', import.meta.url))).subarray(8);
  for (const example of EXAMPLES) {
    const { ink } = drawingOf(example);
    const original = Uint8Array.from(file.subarray(example.digit * 784, example.digit * 784 + 784), (grey) => (grey >= 128 ? 1 : 0));
    assert.deepEqual(ink, original);
    assert.equal(example.label, labels[example.digit]);
    const { pixels, covered } = pictureOf(drawingOf(example));
    assert.ok(countOnes(pixels) > 10 && countOnes(covered) > 10);
  }
});
