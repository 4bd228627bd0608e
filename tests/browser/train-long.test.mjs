// What a run reaches in a minute, and what it leaves behind in several.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HALF_SEVEN, setUp } from './harness.mjs';
import { ask } from './engine-page.mjs';
import { call, startRun } from './train-page.mjs';

/** Seconds of training and completing; an hour by hand: HALFDRAWN_SOAK=3600. */
const SOAK = Number(process.env.HALFDRAWN_SOAK ?? 300);
/** Seconds until everything has been used once, and caches are full. */
const WARM = Math.min(60, SOAK / 3);
/** The default preset's held-out ELBO, in nats, that a minute of training must pass. */
const FLOOR = -120;

const { site, browser } = await setUp();

const visit = (seconds, run) =>
  browser.visit(`${site.url}blank.html`, { timeout: (seconds + 120) * 1000 }, run);

test(`a VAE from scratch passes ${FLOOR} nats within a minute of training on the CPU`, () =>
  visit(60, async (page) => {
    assert.equal(await startRun(page, { model: 'vae', device: 'cpu', seed: 1, paused: true, options: {} }), null);
    const begin = performance.now();
    await call(page, 'play');
    let elbo = -Infinity;
    while (elbo <= FLOOR && performance.now() - begin < 60_000) {
      await page.waitForTimeout(5000);
      elbo = -(await call(page, 'validate', { count: 1000 })).loss;
    }
    const seconds = (performance.now() - begin) / 1000;
    console.log(`ELBO ${elbo.toFixed(1)} nats after ${seconds.toFixed(0)} s`);
    assert.ok(elbo > FLOOR, `${elbo} nats after ${seconds} s`);
  }));

test(`${SOAK} seconds of training and completing leave no memory behind`, async () => {
  // A bundle's memory is its worker's own affair: this test gets hold of it where it is made.
  site.faults.set('js/worker/files.js', (bytes) =>
    Buffer.from(String(bytes).replace('await module.default(', 'self.bundle = await module.default(')),
  );
  await visit(SOAK, async (page) => {
    assert.equal(await startRun(page, { model: 'vae', device: 'cpu', seed: 1, options: { epochs: 10_000 } }), null);
    const session = await page.context().newCDPSession(page);
    const heap = async () => {
      await session.send('HeapProfiler.collectGarbage');
      return (await session.send('Runtime.getHeapUsage')).usedSize;
    };
    const wasm = () =>
      Promise.all(page.workers().map((worker) => worker.evaluate(() => self.bundle.memory.buffer.byteLength)));
    const look = async () => ({ heap: await heap(), wasm: await wasm() });
    // Somebody follows the run, as the page does.
    await page.evaluate(() => {
      (async () => {
        for await (const { step } of window.runs.run.metrics()) window.step = step;
      })();
    });
    const begin = performance.now();
    const seconds = () => (performance.now() - begin) / 1000;
    const looks = [];
    let completions = 0;
    for (const until of [0, WARM, SOAK]) {
      while (looks.length === 0 ? completions === 0 : seconds() < until) {
        const { images } = await ask(page, 'complete', { ...HALF_SEVEN, count: 4, seed: completions++ });
        assert.equal(images.length, 4 * 784);
        await call(page, 'sample', { count: 16, seed: 1 });
      }
      looks.push(await look());
      const { heap: bytes, wasm: memories } = looks.at(-1);
      console.log(`after ${seconds().toFixed(0)} s: page ${bytes} bytes, wasm ${memories.join(' and ')}`);
    }
    console.log(`${await page.evaluate(() => window.step)} steps and ${completions} times four completions`);
    const [, first, last] = looks;
    assert.ok(last.heap < first.heap * 1.2 + 2_000_000, `the page's heap grew from ${first.heap} to ${last.heap} bytes`);
    last.wasm.forEach((bytes, index) => {
      assert.ok(bytes <= first.wasm[index] * 1.05, `a wasm memory grew from ${first.wasm[index]} to ${bytes} bytes`);
    });
  }).finally(() => site.faults.clear());
});
