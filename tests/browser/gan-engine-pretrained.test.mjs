// The engine's methods for pretrained GANs and the classifier.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { startEngine } from './engine-page.mjs';
import { DIST, PIXELS, setUp } from './harness.mjs';

const { site, browser } = await setUp();
const listed = JSON.parse(await readFile(`${DIST}pretrained/index.json`, 'utf8'));
const gans = listed.filter(({ kind }) => kind === 'gan');
const classifier = listed.find(({ kind, dataset }) => kind === 'classifier' && dataset === 'mnist');

/** A page with an engine; skipped, visibly, where what it needs is not shipped. */
function engineTest(name, needed, run) {
  test(name, { skip: needed ? false : 'no such model is shipped' }, () =>
    browser.visit(`${site.url}blank.html`, { timeout: 240_000 }, async (page) => {
      assert.equal(await startEngine(page), null);
      await run(page);
    }),
  );
}

for (const { name, conditional } of gans) {
  engineTest(`${name} makes the pictures that were made natively, and judges them`, true, async (page) => {
    const golden = JSON.parse(await readFile(`${DIST}pretrained/${name}/golden.json`, 'utf8'));
    const { seed, count, labels } = golden;
    const { levels, again, outputs, loss, info } = await page.evaluate(
      async ([model, drawn, number, told]) => {
        const { engine } = window.engines;
        const label = told.length > 0 ? { label: Uint8Array.from(told) } : {};
        const draw = async () => (await engine.sample({ model, count: number, seed: drawn, ...label })).images;
        const images = await draw();
        const verdict = await engine.judge({ model, images, ...(label.label && { labels: label.label }) });
        return {
          levels: [...images].map((value) => Math.round(255 * value)),
          again: (await draw()).every((value, pixel) => value === images[pixel]),
          outputs: [...verdict.outputs],
          loss: verdict.loss,
          info: (await engine.models()).find((each) => each.name === model),
        };
      },
      [name, seed, count, labels],
    );
    const expected = golden.images.flatMap((hex) => hex.match(/../g).map((byte) => parseInt(byte, 16)));
    const far = levels.filter((level, pixel) => Math.abs(level - expected[pixel]) > 1).length;
    assert.equal(levels.length, count * PIXELS);
    assert.equal(far, 0, `${far} levels of grey differ by more than one`);
    assert.ok(again, 'one seed, the same pictures');
    assert.equal(outputs.length, count);
    assert.ok(outputs.every(Number.isFinite));
    assert.deepEqual([info.loss, info.conditional, info.latent > 0], [loss, conditional, true]);
  });
}

engineTest('a generator decodes latent variables, and what does not fit is refused', gans.length > 0, async (page) => {
  const { length, inside, refused } = await page.evaluate(async ([model, size, conditional]) => {
    const { engine } = window.engines;
    const labels = conditional ? { labels: Uint8Array.of(1, 2) } : {};
    const pictures = await engine.decode({ model, latents: new Float32Array(2 * size).fill(0.3), ...labels });
    const codes = [];
    for (const attempt of [
      () => engine.decode({ model, latents: new Float32Array(size + 1), ...labels }),
      () => engine.encode({ model, images: new Float32Array(784) }),
      () => engine.judge({ model, images: new Float32Array(783) }),
      () => engine.judge({ model, images: new Float32Array(1568).fill(1.5), ...labels }),
      () => engine.judge({ model: 'completion-base', images: new Float32Array(784) }),
      () => engine.classify({ images: new Float32Array(3) }),
      () => engine.classify({ model, images: new Float32Array(784) }),
      () => engine.classify({ dataset: 'letters', images: new Float32Array(784) }),
    ]) {
      codes.push(await attempt().then(() => 'accepted', ({ code }) => code));
    }
    return { length: pictures.length, inside: pictures.every((value) => value >= 0 && value <= 1), refused: codes };
  }, [gans[0]?.name, gans[0]?.latent, gans[0]?.conditional]);
  assert.equal(length, 2 * PIXELS);
  assert.ok(inside);
  const classify = classifier ? 'length' : 'model';
  assert.deepEqual(refused, ['length', 'model', 'length', 'value', 'model', classify, 'option', 'option']);
});

engineTest('the classifier tells digits, and its probabilities sum to one', classifier, async (page) => {
  const { right, sums, features } = await page.evaluate(async () => {
    const unpack = async (path) => {
      const body = (await fetch(path)).body.pipeThrough(new DecompressionStream('gzip'));
      return new Uint8Array(await new Response(body).arrayBuffer());
    };
    const COUNT = 200;
    const pixels = (await unpack('data/mnist/t10k-images-idx3-ubyte.gz')).subarray(16, 16 + COUNT * 784);
    const labels = (await unpack('data/mnist/t10k-labels-idx1-ubyte.gz')).subarray(8, 8 + COUNT);
    const images = Float32Array.from(pixels, (level) => level / 255);
    const told = await window.engines.engine.classify({ images });
    const of = (one) => [...told.probabilities.subarray(10 * one, 10 * one + 10)];
    const found = [...labels].filter((label, one) => of(one).indexOf(Math.max(...of(one))) === label);
    const total = [...labels].map((_, one) => of(one).reduce((sum, each) => sum + each, 0));
    return { right: found.length / COUNT, sums: total, features: told.features.length / COUNT };
  });
  assert.ok(right > 0.97, `${right} of the digits`);
  assert.ok(sums.every((sum) => Math.abs(sum - 1) < 1e-4));
  assert.ok(Number.isInteger(features) && features > 0);
});
