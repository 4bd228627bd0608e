// Latents, losses, histograms and figures of the page that plays.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GENERATOR, logit, sigmoid } from '../../web/js/gan/losses.js';
import { censusOf, digitsIn, histogram, lerp, scanned, shareBelow, sharpness, slerp, truncated, variety } from '../../web/js/gan/maths.js';
import { labelsOf } from '../../web/js/gan/sections/sample.js';

const near = (a, b, by = 1e-6) => assert.ok(Math.abs(a - b) < by, `${a} is not ${b}`);
const norm = (of) => Math.hypot(...of);

test('a walk on the great circle keeps the length, and its ends', () => {
  const [from, to] = [Float32Array.of(3, 0, 0), Float32Array.of(0, 3, 0)];
  for (const share of [0, 0.25, 0.5, 0.9, 1]) near(norm(slerp(from, to, share)), 3, 1e-5);
  assert.deepEqual([...slerp(from, to, 0)], [3, 0, 0]);
  near(slerp(from, to, 0.5)[0], 3 * Math.SQRT1_2, 1e-5);
  near(norm(lerp(from, to, 0.5)), 3 * Math.SQRT1_2, 1e-5);
});

test('the length changes evenly between latents of different length', () => {
  near(norm(slerp(Float32Array.of(2, 0), Float32Array.of(0, 4), 0.5)), 3, 1e-5);
});

test('latents on one line, opposite ones and zero are walked straight', () => {
  const from = Float32Array.of(1, 1);
  assert.deepEqual([...slerp(from, Float32Array.of(3, 3), 0.5)], [2, 2]);
  assert.deepEqual([...slerp(from, Float32Array.of(-1, -1), 0.5)], [0, 0]);
  assert.deepEqual([...slerp(from, new Float32Array(2), 0.5)], [0.5, 0.5]);
});

test('no truncated latent lies beyond its radius, and those within stay', () => {
  const free = truncated(7, 640, Infinity);
  for (const radius of [0, 0.05, 0.5, 1, 2]) {
    const kept = truncated(7, 640, radius);
    assert.ok(kept.every((each) => Math.abs(each) <= radius + 1e-6), `radius ${radius}`);
    free.forEach((each, at) => Math.abs(each) <= radius && assert.equal(kept[at], each));
  }
});

test('digits are read as figures, as English and as Chinese words', () => {
  assert.deepEqual(digitsIn('7'), [7]);
  assert.deepEqual(digitsIn('Seven'), [7]);
  assert.deepEqual(digitsIn('七'), [7]);
  assert.deepEqual(digitsIn('２０２４'), [2, 0, 2, 4]);
  assert.deepEqual(digitsIn('a three and a 4, please'), [3, 4]);
  assert.deepEqual(digitsIn('二〇二六'), [2, 0, 2, 6]);
  assert.deepEqual(digitsIn('画一个八'), [8]);
});

test('what names no digit asks for none', () => {
  for (const text of ['', 'a red cat', 'seventh', '狗', 'someone']) assert.deepEqual(digitsIn(text), [], text);
});

test('the digits that are asked for fill the grid in turn', () => {
  assert.deepEqual([...labelsOf('24', 5)], [2, 4, 2, 4, 2]);
  assert.deepEqual([...labelsOf('any', 12)], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
});

test('a histogram counts every number once, the outermost bins what lies beyond', () => {
  assert.deepEqual(histogram([-5, 0, 0.1, 0.5, 1, 9, NaN], 0, 1, 4), [3, 0, 1, 2]);
});

test('edges of hard pixels have sharpness 1, soft ones less, paper none', () => {
  const hard = new Float32Array(784);
  hard[400] = 1;
  near(sharpness(hard), 1);
  const soft = new Float32Array(784);
  soft.set([0.25, 0.5, 0.25], 400);
  assert.ok(sharpness(soft) < 0.5);
  assert.ok(Number.isNaN(sharpness(new Float32Array(784))));
});

test('a scanned drawing keeps solid ink and has soft edges', () => {
  const bits = new Uint8Array(784);
  for (let row = 10; row < 15; row++) bits.fill(1, row * 28 + 10, row * 28 + 15);
  const grey = scanned(bits);
  assert.equal(grey[12 * 28 + 12], 1);
  assert.ok(grey[10 * 28 + 10] > 0.5 && grey[10 * 28 + 10] < 1);
  assert.ok(grey[9 * 28 + 9] > 0 && grey[9 * 28 + 9] < 0.2);
});

test('the census counts classes, sureness and evenness', () => {
  const rows = (digits, sure) => Float32Array.from(digits.flatMap((digit) => Array.from({ length: 10 }, (_, at) => (at === digit ? sure : (1 - sure) / 9))));
  const even = censusOf(rows([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 0.95));
  assert.equal(even.covered, 10);
  assert.equal(even.sure, 1);
  near(even.divergence, 0);
  const one = censusOf(rows(new Array(20).fill(3), 0.5));
  assert.equal(one.covered, 1);
  assert.equal(one.sure, 0);
  near(one.divergence, Math.log(10));
});

test('pictures all alike have no variety, pictures that share no ink all of it but one', () => {
  const one = new Float32Array(784).fill(0.5);
  near(variety(Float32Array.from([...one, ...one, ...one])), 0);
  const apart = new Float32Array(784 * 4);
  for (let at = 0; at < 4; at++) apart[at * 784 + at] = 1;
  near(variety(apart), 0.75);
});

test('a share below is a share', () => {
  assert.equal(shareBelow([1, 2, 3, 4], 2.5), 0.5);
});

for (const [loss, { value, slope }] of Object.entries(GENERATOR)) {
  test(`the gradient of ${loss} is that of its value`, () => {
    for (const output of [-6, -1, 0, 0.5, 4]) near(slope(output), (value(output + 1e-5) - value(output - 1e-5)) / 2e-5, 1e-4);
  });
}

test('minimax and the trick are what the lecture writes', () => {
  for (const chance of [0.01, 0.3, 0.5, 0.98]) {
    near(GENERATOR.minimax.value(logit(chance)), Math.log(1 - chance));
    near(GENERATOR['non-saturating'].value(logit(chance)), -Math.log(chance));
  }
  assert.ok(Number.isFinite(GENERATOR.minimax.value(800)) && Number.isFinite(GENERATOR['non-saturating'].value(-800)));
  assert.equal(sigmoid(-800), 0);
});
