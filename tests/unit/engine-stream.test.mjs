// The metrics of a run, as somebody follows them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stream } from '../../web/js/engine/stream.js';

const metrics = (step, more = {}) => ({ step, ...more });

test('a stream gives what came before and what comes later, in order, and ends', async () => {
  const stream = new Stream(1, () => {});
  stream.push(metrics(1));
  stream.push(metrics(2));
  const waiting = (async () => {
    const steps = [];
    for await (const { step } of stream) steps.push(step);
    return steps;
  })();
  await new Promise((resolve) => setTimeout(resolve));
  stream.push(metrics(3));
  stream.end();
  stream.push(metrics(4));
  assert.deepEqual(await waiting, [1, 2, 3]);
});

test('every n-th step is given, and those with held-out pictures', async () => {
  const stream = new Stream(10, () => {});
  for (let step = 1; step <= 25; step++) stream.push(metrics(step, step === 7 ? { validation: {} } : {}));
  stream.end();
  const steps = [];
  for await (const { step } of stream) steps.push(step);
  assert.deepEqual(steps, [7, 10, 20]);
});

test('what ended a run is thrown after what waits, once', async () => {
  const stream = new Stream(1, () => {});
  stream.push(metrics(1));
  stream.end(new Error('diverged'));
  assert.equal((await stream.next()).value.step, 1);
  await assert.rejects(stream.next(), /diverged/);
  assert.equal((await stream.next()).done, true);
});

test('who leaves a loop is forgotten', async () => {
  const left = [];
  const stream = new Stream(1, (each) => left.push(each));
  stream.push(metrics(1));
  for await (const { step } of stream) if (step === 1) break;
  assert.deepEqual(left, [stream]);
});
