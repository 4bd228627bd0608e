// Games on WebGPU, on a software adapter: right results, meaningless speed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRounds, goldenRounds, latents, startGame, TINY, turns } from './game-page.mjs';
import { PIXELS, setUp, WEBGPU } from './harness.mjs';
import { call, destroyDevice, exposeDevice, keep, slowDownCpu, waitForStatus } from './train-page.mjs';

const { site, browser } = await setUp({ args: WEBGPU });

const TIMEOUT = 600_000;

/** A blank page, in a Chromium that has an adapter; where it has none the test is skipped, visibly. */
function gpuTest(name, run, { expectErrors = false } = {}) {
  test(name, (context) =>
    browser
      .visit(`${site.url}blank.html`, { timeout: TIMEOUT, expectErrors }, async (page) => {
        const there = await page.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter()));
        if (there) await run(page);
        else context.skip('this Chromium has no WebGPU adapter');
      })
      .finally(() => site.faults.clear()),
  );
}

/** Of a picture's pixel, after rounds in another order of sums. */
const CLOSE = 0.02;

gpuTest('the same rounds agree natively and on WebGPU, and so do pictures and verdicts', async (page) => {
  const { spec, rounds } = await goldenRounds();
  for (const device of ['cpu', 'webgpu']) {
    assert.equal(await startGame(page, { ...spec, device, paused: true }, device), null);
    assert.equal((await call(page, 'status', undefined, device)).device, device);
    assertRounds(await turns(page, 'round', rounds.length, device), rounds);
  }
  for (const average of [false, true]) {
    const [cpu, webgpu] = await Promise.all(
      ['cpu', 'webgpu'].map((name) => call(page, 'generate', { latents: latents(2), average }, name)),
    );
    Object.values(cpu).forEach((value, pixel) => {
      assert.ok(Math.abs(value - webgpu[pixel]) < CLOSE, `pixel ${pixel}: ${value} and ${webgpu[pixel]}`);
    });
  }
  const images = Array.from({ length: PIXELS }, (_, pixel) => Number(pixel % 28 > 12 && pixel % 28 < 16));
  const judged = await Promise.all(['cpu', 'webgpu'].map((name) => call(page, 'judge', { images }, name)));
  const [cpu, webgpu] = judged.map(({ outputs }) => outputs[0]);
  assert.ok(Math.abs(cpu - webgpu) < CLOSE * Math.max(1, Math.abs(cpu)), `${cpu} and ${webgpu}`);
});

gpuTest('half-steps on WebGPU are taken back, and a snapshot of it goes on on the CPU', async (page) => {
  assert.equal(await startGame(page, { ...TINY, device: 'webgpu', options: { batch: 16, regulariser: 'spectral' } }), null);
  await turns(page, 'critic', 1);
  const before = await keep(page, 'snapshot', 'before');
  await turns(page, 'critic', 1);
  await turns(page, 'generator', 1);
  await call(page, 'undo');
  const { step } = await call(page, 'undo');
  assert.equal(step, 1);
  assert.equal(await keep(page, 'snapshot', 'after'), before);
  assert.equal(await startGame(page, { ...TINY, device: 'cpu', snapshot: 'before' }, 'cpu'), null);
  const [next] = await turns(page, 'critic', 1, 'cpu');
  assert.deepEqual([next.step, next.device], [2, 'cpu']);
});

gpuTest(
  'a GPU that is lost in the middle of a game costs some steps: the CPU goes on by itself',
  async (page) => {
    exposeDevice(site);
    assert.equal(await startGame(page, { ...TINY, device: 'webgpu' }), null);
    await turns(page, 'round', 1);
    await call(page, 'play');
    await page.waitForTimeout(6000);
    await destroyDevice(page);
    await waitForStatus(page, { reason: 'lost', device: 'cpu' }, { timeout: 200_000 });
    const { device } = await page.evaluate(async () => (await window.runs.run.metrics().next()).value);
    assert.equal(device, 'cpu');
    await call(page, 'pause');
  },
  { expectErrors: true },
);

gpuTest('a game hands over to the GPU where that is faster', async (page) => {
  slowDownCpu(site);
  assert.equal(await startGame(page, { ...TINY, device: 'auto', paused: false }), null);
  await page.waitForFunction(() => window.runs.run.status().device === 'webgpu', undefined, { timeout: TIMEOUT });
  const { reason, speeds, state } = await call(page, 'status');
  assert.equal(reason, 'gpu-faster', JSON.stringify(speeds));
  assert.equal(state, 'running');
  const next = await page.evaluate(async () => (await window.runs.run.metrics().next()).value);
  assert.equal(next.device, 'webgpu');
  assert.ok(next.step > 1);
});
