// The losses of a run, and how often its pictures may be drawn.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aligned, limitsOf, thinned } from '../../web/js/train/series.js';
import { Curve } from '../../web/js/vae/curve.js';
import { Pace, SHARE } from '../../web/js/train/pace.js';

const point = (step, loss = 100) => ({
  step, epoch: 0, loss, reconstruction: loss - 20, kl: 20, gradientNorm: 1, learningRate: 0.001, milliseconds: 20,
});

/** A curve of so many steps. */
function curveOf(steps) {
  const curve = new Curve();
  for (let step = 1; step <= steps; step++) curve.push(point(step, 100 + 400 / step));
  return curve;
}

test('a curve that a database kept is the curve that was put there', () => {
  const curve = curveOf(500);
  curve.pushHeldOut({ step: 390, loss: 105, reconstruction: 85, kl: 20 });
  const back = Curve.fromRecord(structuredClone(curve.toRecord()));
  assert.deepEqual(back.train, curve.train);
  assert.deepEqual(back.lastHeldOut, curve.lastHeldOut);
  back.push(point(501));
  curve.push(point(501));
  assert.deepEqual(back.last, curve.last);
});

test('a long run keeps its whole length at a bounded size', () => {
  const curve = curveOf(100_000);
  assert.ok(curve.length <= 20_000 && curve.length > 9_000, String(curve.length));
  assert.equal(curve.train.step[0], 1);
  assert.ok(curve.last.step > 100_000 - curve.stride - 1);
  assert.deepEqual(curve.train.step, curve.train.step.toSorted((a, b) => a - b));
});

test('going back forgets what came after', () => {
  const curve = curveOf(100);
  curve.pushHeldOut({ step: 50, loss: 1, reconstruction: 1, kl: 0 });
  curve.pushHeldOut({ step: 90, loss: 1, reconstruction: 1, kl: 0 });
  curve.cutAfter(60);
  assert.equal(curve.last.step, 60);
  assert.deepEqual(curve.heldOut.step, [50]);
  curve.cutAfter(0);
  assert.equal(curve.last, null);
  assert.equal(curve.lastHeldOut, null);
});

test('the smoothed loss follows a constant exactly and a fall closely', () => {
  const flat = new Curve();
  for (let step = 1; step <= 30; step++) flat.push(point(step, 7));
  assert.ok(flat.train.smooth.every((value) => Math.abs(value - 7) < 1e-9));
  const { smooth, loss } = curveOf(400).last;
  assert.ok(Math.abs(smooth - loss) < 1, `${smooth} ${loss}`);
});

test('a table of losses has a row a step and nothing but numbers in it', () => {
  const curve = curveOf(3);
  curve.pushHeldOut({ step: 3, loss: 105.5, reconstruction: 85.5, kl: 20 });
  const rows = curve.toCsv().trim().split('\n').map((row) => row.split(','));
  assert.equal(rows.length, 5);
  assert.ok(rows.every((row) => row.length === rows[0].length));
  assert.deepEqual(rows[1].slice(0, 5), ['train', '1', '0', '500', '480']);
  assert.deepEqual(rows[4].slice(0, 6), ['held-out', '3', '', '105.5', '85.5', '20']);
});

test('thinning keeps the end and the bound', () => {
  for (const length of [0, 1, 7, 900, 901, 5000]) {
    const values = Array.from({ length }, (_, index) => index);
    const thin = thinned(values, 900);
    assert.ok(thin.length <= 900);
    assert.equal(thin.at(-1), values.at(-1));
  }
});

test('curves of different steps share an axis', () => {
  const { x, values } = aligned([{ x: [1, 3], ys: [[10, 30], [1, NaN]] }, { x: [2, 3], ys: [[5, 6]] }]);
  assert.deepEqual(x, [1, 2, 3]);
  assert.deepEqual(values, [[10, null, 30], [1, null, null], [null, 5, 6]]);
});

test('a steep beginning does not squash a chart, and every chart has a height', () => {
  const loss = Array.from({ length: 1000 }, (_, step) => 100 + 500 * Math.exp(-step / 10));
  const [least, most] = limitsOf([loss]);
  assert.ok(least < 100 && most < 150, `${least} ${most}`);
  for (const series of [[], [[]], [[5]], [[NaN, 3]], [[0, 0]]]) {
    const [low, high] = limitsOf(series);
    assert.ok(low < high, JSON.stringify(series));
  }
});

test('pictures take at most a tenth of the time, however long each takes', () => {
  for (const cost of [1, 30, 400]) {
    const pace = new Pace();
    let spent = 0;
    for (let now = 0; now < 60_000; now += 5) {
      if (pace.isReady(now)) {
        pace.spent(now, now + cost);
        spent += cost;
        now += cost;
      }
    }
    assert.ok(spent <= 60_000 * SHARE + cost, `${spent} ms of 60 s at ${cost} ms each`);
    assert.ok(pace.share(60_000, 0) <= SHARE + cost / 10_000);
  }
});

test('an opening run is looked at without waiting', () => {
  const pace = new Pace();
  pace.spent(0, 1000);
  assert.ok(!pace.isReady(2000));
  pace.hurry();
  assert.ok(pace.isReady(2000));
});
