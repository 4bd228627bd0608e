// Runs on WebGPU, on a software adapter: right results, meaningless speed.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { launch, setUp, WEBGPU } from './harness.mjs';
import { call, destroyDevice, exposeDevice, keep, slowDownCpu, SMALL, startRun, steps, waitForStatus } from './train-page.mjs';

const { site, browser } = await setUp({ args: WEBGPU });
const plain = await launch();
after(() => plain.close());

const TIMEOUT = 400_000;
const open = (run, { from = browser, ...options } = {}) =>
  from.visit(`${site.url}blank.html`, { timeout: TIMEOUT, ...options }, run);

/** Whether this machine's Chromium has an adapter at all; where it has none the test is skipped, visibly. */
async function skipWithoutAdapter(context, page) {
  const there = await page.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter()));
  if (!there) context.skip('this Chromium has no WebGPU adapter');
  return !there;
}

/** Of a loss, relative: sums are taken in another order, and twenty steps carry it on. */
const TOLERANCE = 1e-3;

test('the same twenty steps from the same snapshot agree natively, on the CPU and on WebGPU', async (context) => {
  const golden = JSON.parse(await readFile(new URL('../golden/twenty-steps.json', import.meta.url), 'utf8'));
  const { spec } = golden;
  await open(async (page) => {
    if (await skipWithoutAdapter(context, page)) return;
    assert.equal(await startRun(page, { ...spec, device: 'cpu', paused: true }), null);
    await keep(page, 'snapshot', 'start');
    assert.equal(await startRun(page, { ...spec, device: 'webgpu', paused: true, snapshot: 'start' }, 'gpu'), null);
    assert.equal((await call(page, 'status', undefined, 'gpu')).device, 'webgpu');
    for (const name of ['run', 'gpu']) {
      const metrics = await steps(page, golden.losses.length, name);
      metrics.forEach(({ loss, device }, index) => {
        const expected = golden.losses[index];
        const error = Math.abs(loss - expected) / expected;
        assert.ok(error < TOLERANCE, `${device}, step ${index + 1}: ${loss}, natively ${expected}`);
      });
    }
    const parts = await Promise.all(['run', 'gpu'].map((name) => call(page, 'validate', { count: 64 }, name)));
    assert.ok(Math.abs(parts[0].loss - parts[1].loss) < TOLERANCE * parts[0].loss, JSON.stringify(parts));
  });
});

test('a GPU that is lost in the middle costs some steps: the CPU goes on by itself', async (context) => {
  exposeDevice(site);
  await open(
    async (page) => {
      if (await skipWithoutAdapter(context, page)) return;
      assert.equal(await startRun(page, { ...SMALL, device: 'webgpu' }), null);
      await steps(page, 2);
      await call(page, 'play');
      await page.waitForTimeout(5000);
      await destroyDevice(page);
      await waitForStatus(page, { reason: 'lost', device: 'cpu' });
      const { message } = await page.evaluate(() => window.statuses.run.find(({ reason }) => reason === 'lost'));
      assert.match(message, /went on on the CPU from step \d+/);
      const next = await page.evaluate(async () => (await window.runs.run.metrics().next()).value);
      assert.equal(next.device, 'cpu');
      await call(page, 'pause');
    },
    { expectErrors: true },
  ).finally(() => site.faults.clear());
});

test('auto trains on the CPU while the GPU is got ready, times both and keeps the faster', async (context) => {
  await open(async (page) => {
    if (await skipWithoutAdapter(context, page)) return;
    assert.equal(await startRun(page, { ...SMALL, device: 'auto', paused: false }), null);
    await page.waitForFunction(() => window.runs.run.status().warmUp?.done > 0, undefined, { timeout: TIMEOUT });
    const { device } = await call(page, 'status');
    assert.equal(device, 'cpu', 'the CPU trains meanwhile');
    await page.waitForFunction(() => window.runs.run.status().speeds.webgpu > 0, undefined, { timeout: TIMEOUT });
    await page.waitForFunction(() => window.runs.run.status().reason, undefined, { timeout: TIMEOUT });
    const { speeds, reason } = await call(page, 'status');
    assert.equal(reason, speeds.webgpu < speeds.cpu ? 'gpu-faster' : 'cpu-faster');
    await call(page, 'pause');
  });
});

test('a run hands over to the GPU where that is faster', async (context) => {
  slowDownCpu(site);
  await open(async (page) => {
    if (await skipWithoutAdapter(context, page)) return;
    assert.equal(await startRun(page, { ...SMALL, device: 'auto', paused: false }), null);
    await page.waitForFunction(() => window.runs.run.status().device === 'webgpu', undefined, { timeout: TIMEOUT });
    const { reason, speeds, state } = await call(page, 'status');
    assert.equal(reason, 'gpu-faster', JSON.stringify(speeds));
    assert.equal(state, 'running');
    const next = await page.evaluate(async () => (await window.runs.run.metrics().next()).value);
    assert.equal(next.device, 'webgpu');
    assert.ok(next.step > 1);
  }).finally(() => site.faults.clear());
});

test('without an adapter a run that wants WebGPU trains on the CPU, and says so', () =>
  open(
    async (page) => {
      assert.equal(await startRun(page, { ...SMALL, device: 'webgpu' }), null);
      const { device, reason, message } = await call(page, 'status');
      assert.deepEqual([device, reason], ['cpu', 'no-webgpu']);
      assert.match(message, /CPU/);
      assert.equal((await steps(page, 1))[0].device, 'cpu');
    },
    { from: plain },
  ));

test('a WebGPU bundle that cannot be loaded leaves the run on the CPU', async () => {
  site.faults.set('wasm-webgpu/halfdrawn_web_bg.wasm', 404);
  await open(
    async (page) => {
      assert.equal(await startRun(page, { ...SMALL, device: 'auto', paused: false }), null);
      await waitForStatus(page, { reason: 'no-webgpu' });
      assert.equal((await call(page, 'status')).device, 'cpu');
      await call(page, 'pause');
    },
    { expectErrors: true },
  ).finally(() => site.faults.clear());
});
