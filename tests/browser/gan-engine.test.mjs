// A game in the page, on the processor: played, stepped, taken back, saved, broken and mended.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertRounds, figures, goldenRounds, latents, startGame, TINY, turns } from './game-page.mjs';
import { PIXELS, setUp } from './harness.mjs';
import { call, keep, restore, startRun, waitForStatus } from './train-page.mjs';

const { site, browser } = await setUp();

/** A blank page with a game in it. */
function gameTest(name, run, options = TINY) {
  test(name, () =>
    browser.visit(`${site.url}blank.html`, { timeout: 240_000 }, async (page) => {
      assert.equal(await startGame(page, options), null);
      await run(page);
    }),
  );
}

const generate = async (page, name) => call(page, 'generate', { latents: latents(2) }, name);

gameTest('one seed plays one game, and another seed another', async (page) => {
  const first = figures(await turns(page, 'round', 3));
  assert.equal(await startGame(page, TINY, 'again'), null);
  assert.deepEqual(figures(await turns(page, 'round', 3, 'again')), first);
  assert.deepEqual(await generate(page, 'again'), await generate(page));
  assert.equal(await startGame(page, { ...TINY, seed: 6 }, 'other'), null);
  assert.notDeepEqual(figures(await turns(page, 'round', 3, 'other')), first);
});

gameTest('half-steps are made by whom one asks, and a round is k of the critic and one of the generator', async (page) => {
  const players = async (what, count) => (await turns(page, what, count)).map(({ player }) => player);
  assert.deepEqual(await players('round', 1), ['critic', 'critic', 'generator']);
  assert.deepEqual(await players('critic', 3), ['critic', 'critic', 'critic']);
  assert.deepEqual(await players('generator', 2), ['generator', 'generator']);
  assert.deepEqual(await players('critic', 1), ['critic']);
  const [rest, end] = await turns(page, 'round', 1);
  assert.deepEqual([rest.player, end.player], ['critic', 'generator']);
  assert.deepEqual([end.step, end.round], [11, 4]);
  for (const { criticLoss, criticNorm, generatorNorm, milliseconds, device, real, fake, picturesPerSecond } of [rest, end]) {
    assert.ok(criticLoss > 0 && criticNorm > 0 && generatorNorm > 0 && milliseconds > 0 && picturesPerSecond > 0);
    assert.deepEqual([real.length, fake.length, device], [16, 16, 'cpu']);
  }
  const { state, speeds } = await call(page, 'status');
  assert.equal(state, 'paused');
  assert.ok(speeds.cpu > 0);
}, { ...TINY, options: { batch: 16, criticSteps: 2 } });

gameTest('a half-step taken back leaves no trace, fifty of them, and no more', async (page) => {
  await turns(page, 'round', 1);
  const before = await keep(page, 'snapshot', 'before');
  const ahead = figures(await turns(page, 'round', 2));
  for (let step = 5; step >= 2; step--) {
    const place = await call(page, 'undo');
    assert.deepEqual([place.step, place.undoable], [step, step], JSON.stringify(place));
  }
  assert.equal(await keep(page, 'snapshot', 'after'), before);
  assert.deepEqual(figures(await turns(page, 'round', 2)), ahead);
  await turns(page, 'critic', 60);
  assert.equal((await call(page, 'undo')).undoable, 49);
  const error = await page.evaluate(async () => {
    for (let left = 49; left > 0; left--) await window.runs.run.undo();
    return window.runs.run.undo().then(() => null, ({ code, message }) => ({ code, message }));
  });
  assert.equal(error?.code, 'undo');
  assert.match(error.message, /50/);
  assert.equal((await turns(page, 'critic', 1))[0].step, 17);
});

gameTest('undo pauses a game that is played, and takes back its last half-step', async (page) => {
  await call(page, 'play');
  await page.waitForFunction(() => window.runs.run.status().speeds.cpu > 0);
  const { step } = await call(page, 'undo');
  assert.equal((await call(page, 'status')).state, 'paused');
  const [next] = await turns(page, 'critic', 1);
  assert.equal(next.step, step + 1);
});

gameTest('a game restored goes on with the same bits as one that never stopped', async (page) => {
  await turns(page, 'critic', 2);
  await keep(page, 'snapshot', 'middle');
  const first = figures(await turns(page, 'round', 2));
  const weights = await keep(page, 'weights', 'end');
  assert.equal(await restore(page, 'middle'), null);
  assert.deepEqual(figures(await turns(page, 'round', 2)), first);
  assert.equal(await keep(page, 'weights', 'again'), weights);
  assert.equal(await startGame(page, { ...TINY, snapshot: 'middle' }, 'other'), null);
  assert.deepEqual(figures(await turns(page, 'round', 2, 'other')), first, 'in a worker of its own');
  await page.evaluate(() => {
    const flipped = window.kept.middle.slice();
    flipped[flipped.length >> 1] ^= 1;
    Object.assign(window.kept, { flipped, cut: window.kept.middle.slice(0, 5000) });
  });
  for (const damage of ['flipped', 'cut']) {
    assert.equal((await restore(page, damage))?.code, 'snapshot', damage);
    assert.equal((await startGame(page, { ...TINY, snapshot: damage }, 'refused'))?.code, 'snapshot', damage);
  }
}, { ...TINY, options: { batch: 16, criticSteps: 3, regulariser: 'spectral' } });

gameTest('a page that is loaded anew goes on from a snapshot that it kept', async (page) => {
  await turns(page, 'round', 1);
  const kept = await page.evaluate(async () => {
    const snapshot = await window.runs.run.snapshot();
    const cache = await caches.open('kept');
    await cache.put('snapshot', new Response(snapshot));
    return snapshot.length;
  });
  const ahead = figures(await turns(page, 'round', 2));
  await page.reload();
  const length = await page.evaluate(async () => {
    const answer = await (await caches.open('kept')).match('snapshot');
    window.kept = { snapshot: new Uint8Array(await answer.arrayBuffer()) };
    return window.kept.snapshot.length;
  });
  assert.equal(length, kept);
  assert.equal(await startGame(page, { ...TINY, snapshot: 'snapshot' }), null);
  assert.deepEqual(figures(await turns(page, 'round', 2)), ahead);
});

gameTest('weights go out and come back, and others are refused', async (page) => {
  await turns(page, 'round', 2);
  await keep(page, 'weights', 'good');
  const average = { latents: latents(1), average: true };
  const pictures = await call(page, 'generate', average);
  assert.equal(await startGame(page, { ...TINY, weights: 'good' }, 'imported'), null);
  assert.deepEqual(await call(page, 'generate', { latents: latents(1) }, 'imported'), pictures);
  assert.equal(await startRun(page, { model: 'vae', preset: 'mlp-2d', device: 'cpu', paused: true }, 'vae'), null);
  await keep(page, 'weights', 'vae', 'vae');
  for (const [options, named] of [
    [{ ...TINY, weights: 'vae' }, /another model/],
    [{ ...TINY, conditional: true, weights: 'good' }, /another model/],
    [{ ...TINY, preset: 'full', weights: 'good' }, /another model/],
  ]) {
    const error = await startGame(page, options, 'refused');
    assert.equal(error?.code, 'weights');
    assert.match(error.message, named);
  }
});

gameTest('settings change while a game goes on, and wrong ones are refused', async (page) => {
  await turns(page, 'round', 1);
  await call(page, 'set', { loss: 'wasserstein', regulariser: 'clip', clip: 0.02, criticSteps: 4, criticRate: 1e-4, speed: 'full' });
  const told = await turns(page, 'round', 1);
  assert.equal(told.length, 5);
  assert.equal((await call(page, 'judge', { images: Array(PIXELS).fill(0) })).loss, 'wasserstein');
  for (const [wrong, code, named] of [
    [{ criticSteps: 0 }, 'option', /criticSteps/],
    [{ criticRate: 2 }, 'option', /criticRate/],
    [{ generatorRate: -1 }, 'option', /generatorRate/],
    [{ smoothing: 0.9 }, 'option', /smoothing/],
    [{ clip: -1 }, 'option', /clip/],
    [{ loss: 'hinge' }, 'option', /hinge/],
    [{ regulariser: 'dropout' }, 'option', /dropout/],
    [{ batch: 32 }, 'option', /batch/],
  ]) {
    const { error } = await call(page, 'set', wrong);
    assert.equal(error?.code, code, JSON.stringify([wrong, error]));
    assert.match(error.message, named);
  }
  assert.equal((await turns(page, 'round', 1)).length, 5, 'none of them was taken up');
});

gameTest('pictures are made and judged while a game goes on', async (page) => {
  await call(page, 'play');
  const made = Object.values(await generate(page));
  assert.equal(made.length, 2 * PIXELS);
  assert.ok(made.every((value) => value >= 0 && value <= 1));
  const { outputs, loss } = await call(page, 'judge', { images: made });
  assert.equal(outputs.length, 2);
  assert.ok(outputs.every(Number.isFinite));
  assert.equal(loss, 'non-saturating');
  await call(page, 'pause');
  for (const [method, wrong, code] of [
    ['generate', { latents: [1, 2, 3] }, 'length'],
    ['generate', { latents: latents(1), labels: [3] }, 'option'],
    ['judge', { images: [0, 1] }, 'length'],
    ['judge', { images: Array(PIXELS).fill(2) }, 'value'],
    ['step', 'both', 'option'],
  ]) {
    assert.equal((await call(page, method, wrong)).error?.code, code, method);
  }
});

gameTest('players of a conditional game are told the digit', async (page) => {
  await turns(page, 'round', 1);
  const [one, two] = [3, 8];
  const ask = (labels) => call(page, 'generate', { latents: latents(1), labels });
  assert.notDeepEqual(await ask([one]), await ask([two]));
  assert.equal((await call(page, 'generate', { latents: latents(1) })).error?.code, 'length');
  assert.equal((await ask([10])).error?.code, 'value');
  const images = Array(PIXELS).fill(0.5);
  assert.notDeepEqual(await call(page, 'judge', { images, labels: [one] }), await call(page, 'judge', { images, labels: [two] }));
}, { ...TINY, conditional: true, dataset: 'fashion-mnist' });

gameTest('a game is finished after its epochs, and goes on when it is given more', async (page) => {
  await call(page, 'play');
  await waitForStatus(page, { state: 'finished' }, { timeout: 120_000 });
  await call(page, 'set', { epochs: 2 });
  assert.equal((await call(page, 'status')).state, 'paused');
  const [next] = await turns(page, 'critic', 1);
  assert.equal(next.epoch, 1);
}, { ...TINY, dataset: 'fashion-mnist', options: { batch: 900, criticSteps: 10, epochs: 1 } });

gameTest('a game that diverges says which rate to lower, and goes on with it', async (page) => {
  const { error } = await page.evaluate(() =>
    window.runs.run.step('round', 400).then(() => ({}), ({ code, message }) => ({ error: { code, message } })),
  );
  assert.equal(error?.code, 'diverged', JSON.stringify(error));
  assert.match(error.message, /lower the (critic|generator)'s learning rate/);
  const { state, code, from } = await call(page, 'status');
  assert.deepEqual([state, code], ['failed', 'diverged']);
  await call(page, 'set', { criticRate: 1e-4, generatorRate: 1e-4 });
  const [metrics] = await turns(page, 'critic', 1);
  assert.equal(metrics.step, from + 1);
  assert.ok(Number.isFinite(metrics.criticLoss));
}, { ...TINY, options: { batch: 16, criticRate: 1, generatorRate: 1 } });

gameTest('a worker that is killed is replaced, and the game goes on from the last snapshot', async (page) => {
  const killed = page.workers().find((worker) => worker.url().endsWith('train-worker.js'));
  await call(page, 'play');
  await page.waitForTimeout(6000);
  await killed.evaluate(() => self.close());
  await waitForStatus(page, { reason: 'restarted' });
  const { step } = await page.evaluate(async () => (await window.runs.run.metrics().next()).value);
  assert.ok(step > 1, `went on at step ${step}, not from the beginning`);
  await call(page, 'pause');
});

test('the same rounds agree with those played natively', async () => {
  const { spec, rounds } = await goldenRounds();
  await browser.visit(`${site.url}blank.html`, async (page) => {
    assert.equal(await startGame(page, { ...spec, device: 'cpu', paused: true }), null);
    assertRounds(await turns(page, 'round', rounds.length), rounds);
  });
});

test('what cannot be played is refused with its reason', () =>
  browser.visit(`${site.url}blank.html`, { expectErrors: true }, async (page) => {
    for (const [wrong, code, named] of [
      [{ preset: 'huge' }, 'option', 'preset'],
      [{ dataset: 'letters' }, 'option', 'dataset'],
      [{ device: 'npu' }, 'option', 'device'],
      [{ seed: 1.5 }, 'value', 'seed'],
      [{ speed: 3 }, 'option', 'speed'],
      [{ options: { momentum: 1 } }, 'option', 'momentum'],
      [{ options: { batch: 1 } }, 'option', 'batch'],
      [{ options: { batch: 60_000 } }, 'option', 'batch'],
      [{ options: { loss: 'hinge' } }, 'option', 'hinge'],
      [{ options: { beta1: 1 } }, 'option', 'beta1'],
      [{ options: { regulariser: 'clip', clip: 0 } }, 'option', 'clip'],
      [{ options: { criticRate: 0 } }, 'option', 'criticRate'],
    ]) {
      const error = await startGame(page, { ...TINY, ...wrong });
      assert.equal(error?.code, code, JSON.stringify([wrong, error]));
      assert.ok(error.message.includes(named), error.message);
    }
  }));
