// The engine's methods for pretrained models with latent variables.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEngine } from './engine-page.mjs';
import { PIXELS, setUp } from './harness.mjs';

const { site, browser } = await setUp();

/** Runs in the page with the first VAE there is; without one the test is skipped, visibly. */
function vaeTest(name, run) {
  test(name, (context) =>
    browser.visit(`${site.url}blank.html`, async (page) => {
      assert.equal(await startEngine(page), null);
      const vae = await page.evaluate(async () => {
        const models = await window.engines.engine.models();
        return models.find(({ kind, conditional }) => kind === 'vae' && !conditional) ?? null;
      });
      if (vae) await run(page, vae);
      else context.skip('no VAE is shipped');
    }),
  );
}

/** A thick vertical bar: the simplest one. */
const BAR = Array.from({ length: PIXELS }, (_, i) => (i % 28 >= 13 && i % 28 <= 15 && i >= 140 && i < 644 ? 1 : 0));

vaeTest('a picture survives encoding and decoding, and the ELBO is the sum of its parts', async (page, vae) => {
  const { mean, decoded, bound, again } = await page.evaluate(
    async ([model, bar]) => {
      const { engine } = window.engines;
      const images = Float32Array.from(bar);
      const codes = await engine.encode({ model, images });
      const pixels = await engine.decode({ model, latents: codes.mean });
      const elbo = () => engine.elbo({ model, images, seed: 3, samples: 8 });
      const plain = ({ elbo: value, reconstruction, kl }) => ({ elbo: value[0], reconstruction: reconstruction[0], kl: [...kl] });
      return { mean: [...codes.mean], decoded: [...pixels], bound: plain(await elbo()), again: plain(await elbo()) };
    },
    [vae.name, BAR],
  );
  assert.equal(mean.length, vae.latent);
  const wrong = decoded.filter((value, i) => Math.abs(value - BAR[i]) > 0.5).length;
  assert.ok(wrong < 80, `${wrong} pixels of the reconstruction are wrong`);
  const kl = bound.kl.reduce((sum, each) => sum + each, 0);
  assert.equal(bound.kl.length, vae.latent);
  assert.ok(Math.abs(bound.elbo + bound.reconstruction + kl) < 1e-6 * Math.abs(bound.elbo));
  assert.deepEqual(again, bound, 'one seed, one result');
});

vaeTest('samples follow the seed, and what does not fit is refused', async (page, vae) => {
  const answers = await page.evaluate(async (model) => {
    const { engine } = window.engines;
    const draw = async (options) => [...(await engine.sample({ model, count: 2, seed: 1, ...options })).images];
    const refused = [];
    for (const attempt of [
      () => engine.decode({ model: 'completion-base', latents: new Float32Array(2) }),
      () => engine.complete({ model, pixels: new Uint8Array(784), known: new Uint8Array(784), count: 1, seed: 1 }),
      () => engine.decode({ model, latents: new Float32Array(1) }),
      () => engine.decode({ model, latents: Float32Array.of(NaN, 0) }),
      () => engine.encode({ model, images: new Float32Array(783) }),
      () => engine.sample({ model, count: 0, seed: 1 }),
      () => engine.sample({ model, count: 1, seed: 1, label: 3 }),
    ]) {
      refused.push(await attempt().then(() => 'accepted', ({ code }) => code));
    }
    return { one: await draw({}), same: await draw({}), binary: await draw({ binary: true }), refused };
  }, vae.name);
  assert.equal(answers.one.length, 2 * PIXELS);
  assert.deepEqual(answers.same, answers.one);
  assert.ok(answers.binary.every((value) => value === 0 || value === 1));
  const latents = vae.latent === 1 ? 'accepted' : 'length';
  const infinite = vae.latent === 2 || vae.latent === 1 ? 'value' : 'length';
  assert.deepEqual(answers.refused, ['model', 'model', latents, infinite, 'length', 'count', 'option']);
});

test('an autoregressive model samples too', () =>
  browser.visit(`${site.url}blank.html`, async (page) => {
    assert.equal(await startEngine(page), null);
    const images = await page.evaluate(async () => [
      ...(await window.engines.engine.sample({ model: 'pixelcnn-small', count: 2, seed: 1 })).images,
    ]);
    assert.equal(images.length, 2 * PIXELS);
    assert.ok(images.every((value) => value === 0 || value === 1));
  }));
