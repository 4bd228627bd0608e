// A training run in the page, on the processor: stepped, saved, restored, broken and mended.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PIXELS, serveSite, setUp } from './harness.mjs';
import { call, keep, restore, SMALL, startRun, steps, waitForStatus } from './train-page.mjs';

const { site, browser } = await setUp();

/** A blank page with a run in it. */
function runTest(name, run, options = SMALL) {
  test(name, () =>
    browser.visit(`${site.url}blank.html`, { timeout: 240_000 }, async (page) => {
      assert.equal(await startRun(page, options), null);
      await run(page);
    }),
  );
}

runTest('a run restored goes on with the same bits as one that never stopped', async (page) => {
  await steps(page, 3);
  await keep(page, 'snapshot', 'third');
  const first = await steps(page, 4);
  const weights = await keep(page, 'weights', 'end');
  assert.equal(await restore(page, 'third'), null);
  assert.deepEqual(values(await steps(page, 4)), values(first));
  assert.equal(await keep(page, 'weights', 'again'), weights);
  assert.equal(await startRun(page, { ...SMALL, snapshot: 'third' }, 'other'), null);
  await steps(page, 4, 'other');
  assert.equal(await keep(page, 'weights', 'other', 'other'), weights, 'in a worker of its own');
});

/** Of metrics what must not depend on the clock. */
const values = (metrics) => metrics.map(({ step, epoch, loss, reconstruction, kl, gradientNorm }) => ({ step, epoch, loss, reconstruction, kl, gradientNorm }));

runTest('metrics tell every step, and the parts of the loss add up', async (page) => {
  const metrics = await steps(page, 5);
  assert.deepEqual(metrics.map(({ step }) => step), [1, 2, 3, 4, 5]);
  for (const { loss, reconstruction, kl, gradientNorm, milliseconds, picturesPerSecond, device, learningRate } of metrics) {
    assert.ok(Math.abs(loss - reconstruction - kl) < 1e-3 * loss);
    assert.ok(gradientNorm > 0 && milliseconds > 0 && picturesPerSecond > 0);
    assert.equal(device, 'cpu');
    assert.equal(learningRate, 0.001);
  }
  assert.ok(metrics[4].loss < metrics[0].loss, 'it learns');
  const status = await call(page, 'status');
  assert.equal(status.state, 'paused');
  assert.ok(status.speeds.cpu > 0);
});

runTest('play trains until pause, and an epoch ends with held-out pictures', async (page) => {
  await call(page, 'play');
  await page.waitForFunction(() => window.runs.run.status().speeds.cpu > 0);
  await call(page, 'pause');
  const { state } = await call(page, 'status');
  assert.equal(state, 'paused');
  const validated = page.evaluate(async () => {
    for await (const metrics of window.runs.run.metrics({ every: 1000 })) {
      if (metrics.validation) return metrics;
    }
    return null;
  });
  await call(page, 'epoch');
  const { step, validation } = await validated;
  assert.equal(step, 9);
  assert.ok(Math.abs(validation.loss - validation.reconstruction - validation.kl) < 1e-6 * validation.loss);
  await call(page, 'play');
  await waitForStatus(page, { state: 'finished' });
}, { ...SMALL, dataset: 'fashion-mnist', options: { batch: 1000, epochs: 2 } });

runTest('weights go out and come back, and damaged ones are refused', async (page) => {
  await steps(page, 2);
  const exported = await keep(page, 'weights', 'good');
  await page.evaluate(() => {
    const { good } = window.kept;
    const damaged = (change) => {
      const copy = good.slice();
      change(copy, new DataView(copy.buffer));
      return copy;
    };
    window.kept.cut = good.slice(0, good.length - 5);
    window.kept.infinite = damaged((copy, view) => view.setFloat32(copy.length - 4, Infinity, true));
    window.kept.renamed = damaged((copy) => {
      copy[new TextDecoder().decode(copy.slice(0, 4000)).indexOf('decoder.')] = 68;
    });
    window.kept.text = new TextEncoder().encode('these are no weights');
  });
  for (const damage of ['cut', 'infinite', 'renamed', 'text']) {
    const error = await startRun(page, { ...SMALL, weights: damage }, 'refused');
    assert.equal(error?.code, 'weights', damage);
    assert.ok(error.message.length > 20, error.message);
  }
  const other = await startRun(page, { ...SMALL, preset: 'mlp-20', weights: 'good' }, 'refused');
  assert.equal(other?.code, 'weights');
  assert.match(other.message, /another model/);
  assert.equal(await startRun(page, { ...SMALL, weights: 'good' }, 'imported'), null);
  assert.equal(await keep(page, 'weights', 'again', 'imported'), exported);
});

runTest('a damaged snapshot is refused and the run goes on', async (page) => {
  await steps(page, 1);
  await keep(page, 'snapshot', 'good');
  await page.evaluate(() => {
    const flipped = window.kept.good.slice();
    flipped[flipped.length >> 1] ^= 1;
    Object.assign(window.kept, { flipped, cut: window.kept.good.slice(0, 5000) });
  });
  for (const damage of ['flipped', 'cut']) {
    assert.equal((await restore(page, damage))?.code, 'snapshot', damage);
    assert.equal((await startRun(page, { ...SMALL, snapshot: damage }, 'refused'))?.code, 'snapshot', damage);
  }
  const [metrics] = await steps(page, 1);
  assert.equal(metrics.step, 2);
});

runTest('a run that diverges says so, keeps its last good weights and goes on with a lower rate', async (page) => {
  const { error } = await call(page, 'step', 200);
  assert.equal(error?.code, 'diverged', JSON.stringify(error));
  assert.match(error.message, /learning rate/);
  const { state, code } = await call(page, 'status');
  assert.deepEqual([state, code], ['failed', 'diverged']);
  await call(page, 'set', { learningRate: 0.0001 });
  const [metrics] = await steps(page, 1);
  assert.ok(Number.isFinite(metrics.loss));
}, { ...SMALL, options: { batch: 16, learningRate: 1 } });

runTest('a worker that is killed is replaced, and training goes on from the last snapshot', async (page) => {
  const killed = trainer(page);
  await call(page, 'play');
  await page.waitForTimeout(6000);
  const begin = performance.now();
  await killed.evaluate(() => self.close());
  await page.waitForFunction(() => window.runs.run.status().state !== 'running', undefined, { polling: 10 });
  const noticed = performance.now() - begin;
  console.log(`noticed after ${noticed.toFixed(0)} ms`);
  assert.ok(noticed < 2000, `noticed after ${noticed} ms`);
  await waitForStatus(page, { reason: 'restarted' });
  const step = await page.evaluate(async () => (await window.runs.run.metrics().next()).value.step);
  assert.ok(step > 1, `went on at step ${step}, not from the beginning`);
  await call(page, 'pause');
});

/** The worker of the only run. */
const trainer = (page) => page.workers().find((worker) => worker.url().endsWith('train-worker.js'));

runTest('the model of a run encodes, decodes and samples between steps', async (page) => {
  await call(page, 'play');
  const images = Array.from({ length: 2 * PIXELS }, (_, i) => (i % 28 > 12 && i % 28 < 16 ? 1 : 0));
  const { mean, logVariance } = await call(page, 'encode', { images });
  assert.deepEqual([mean.length, logVariance.length], [4, 4]);
  const decoded = Object.values(await call(page, 'decode', { latents: mean }));
  assert.equal(decoded.length, 2 * PIXELS);
  assert.ok(decoded.every((value) => value >= 0 && value <= 1));
  await call(page, 'pause');
  const draw = async (options) => (await call(page, 'sample', { count: 3, seed: 2, ...options })).images;
  const first = await draw({});
  assert.equal(first.length, 3 * PIXELS);
  assert.deepEqual(await draw({}), first);
  assert.ok((await draw({ binary: true })).every((value) => value === 0 || value === 1));
  assert.equal((await call(page, 'sample', { count: 3, seed: 2, label: 4 })).error.code, 'option');
});

runTest('a PixelCNN trains too, and is sampled pixel by pixel', async (page) => {
  const metrics = await steps(page, 3);
  assert.ok(metrics[2].loss < metrics[0].loss);
  const { images } = await call(page, 'sample', { count: 2, seed: 1 });
  assert.equal(images.length, 2 * PIXELS);
  assert.ok(images.every((value) => value === 0 || value === 1));
}, { ...SMALL, model: 'pixelcnn', preset: 'tiny' });

runTest('a conditional model wants its classes', async (page) => {
  const [metrics] = await steps(page, 1);
  assert.ok(metrics.loss > 0);
  assert.equal((await call(page, 'sample', { count: 1, seed: 1 })).error.code, 'length');
  assert.equal((await call(page, 'sample', { count: 1, seed: 1, label: 11 })).error.code, 'length');
  assert.equal((await call(page, 'sample', { count: 2, seed: 1, label: 3 })).images.length, 2 * PIXELS);
}, { ...SMALL, options: { batch: 16, conditional: true } });

test('what cannot be trained is refused with its reason', () =>
  browser.visit(`${site.url}blank.html`, { expectErrors: true }, async (page) => {
    for (const [wrong, code, named] of [
      [{ model: 'gan' }, 'option', 'model'],
      [{ preset: 'mlp-3' }, 'option', 'mlp-3'],
      [{ dataset: 'letters' }, 'option', 'dataset'],
      [{ device: 'npu' }, 'option', 'device'],
      [{ seed: -1 }, 'value', 'seed'],
      [{ options: { batch: 0 } }, 'option', 'batch'],
      [{ options: { learningRate: 3 } }, 'option', 'learning rate'],
      [{ options: { latent: 65 } }, 'option', 'latent'],
      [{ options: { momentum: 1 } }, 'option', 'momentum'],
      [{ speed: 3 }, 'option', 'speed'],
    ]) {
      const error = await startRun(page, { ...SMALL, ...wrong });
      assert.equal(error?.code, code, JSON.stringify([wrong, error]));
      assert.ok(error.message.includes(named), error.message);
    }
  }));

const IMAGES = 'data/mnist/train-images-idx3-ubyte.gz';
for (const [what, path, fault, code] of [
  ['the data is missing', IMAGES, 404, 'fetch'],
  ['the data is cut short', IMAGES, (bytes) => bytes.subarray(0, 1_000_000), 'data'],
  ['the data is something else', IMAGES, () => 'nothing', 'data'],
  ['the bundle is missing', 'wasm-train/halfdrawn_web_bg.wasm', 404, 'fetch'],
  ['the worker is missing', 'js/train-worker.js', 404, 'fetch'],
]) {
  test(`train says so when ${what}, and works once it is mended`, async () => {
    site.faults.set(path, fault);
    await browser
      .visit(`${site.url}blank.html`, { expectErrors: true }, async (page) => {
        const error = await startRun(page);
        assert.equal(error?.code, code, JSON.stringify(error));
        site.faults.clear();
        assert.equal(await startRun(page), null);
      })
      .finally(() => site.faults.clear());
  });
}

test('who has trained once can train with no server', async () => {
  const own = await serveSite();
  try {
    await browser.visit(own.url, { expectErrors: true }, async (page) => {
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
      await page.reload();
      await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
      assert.equal(await startRun(page), null);
      await page.waitForFunction(async () => {
        const cache = await caches.open((await caches.keys())[0]);
        return (await cache.keys()).filter(({ url }) => /wasm-train|train-/.test(url)).length >= 4;
      });
      await own.close();
      await page.reload();
      assert.equal(await startRun(page), null);
      assert.equal((await steps(page, 1))[0].step, 1);
    });
  } finally {
    await own.close();
  }
});
