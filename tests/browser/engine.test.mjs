// The engine's public API, as another page would embed it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { ask, startEngine } from './engine-page.mjs';
import { DIST, HALF_SEVEN, mask, PIXELS, setUp } from './harness.mjs';

const { site, browser } = await setUp();

/** A test on an empty page with a started engine. */
const engineTest = (name, run) =>
  test(name, () =>
    browser.visit(`${site.url}blank.html`, async (page) => {
      assert.equal(await startEngine(page), null);
      await run(page);
    }),
  );

const request = { ...HALF_SEVEN, count: 3, seed: 7 };
const nothing = { pixels: mask(() => false), known: mask(() => false) };
const close = (a, b, tolerance, what) =>
  assert.ok(Math.abs(a - b) <= tolerance, `${what}: ${a} and ${b} differ by more than ${tolerance}`);

describe('models', () => {
  engineTest('models lists what pretrained/index.json lists, one of them the default', async (page) => {
    const listed = JSON.parse(await readFile(`${DIST}pretrained/index.json`, 'utf8'));
    const { result } = await ask(page, 'models');
    assert.deepEqual(
      result.map(({ name, kind, parameters }) => ({ name, kind, parameters })),
      listed.map(({ name, kind, parameters }) => ({ name, kind, parameters })),
    );
    assert.equal(result.filter((model) => model.default).length, 1);
  });
});

describe('complete', () => {
  engineTest('a completion fills every hidden pixel and changes no known one', async (page) => {
    const { images, logLikelihood } = await ask(page, 'complete', request);
    assert.equal(images.length, request.count * PIXELS);
    assert.equal(logLikelihood.length, request.count);
    assert.ok(images.every((value) => value === 0 || value === 1));
    for (let i = 0; i < images.length; i++) {
      const pixel = i % PIXELS;
      if (request.known[pixel]) assert.equal(images[i], request.pixels[pixel], `pixel ${pixel}`);
    }
    assert.ok(logLikelihood.every((nats) => Number.isFinite(nats) && nats < 0));
  });

  engineTest('one seed gives one answer, whatever the count, and another seed another', async (page) => {
    const three = await ask(page, 'complete', request);
    const again = await ask(page, 'complete', request);
    assert.deepEqual(again.images, three.images);
    assert.deepEqual(again.logLikelihood, three.logLikelihood);
    const one = await ask(page, 'complete', { ...request, count: 1 });
    assert.deepEqual(one.images, three.images.slice(0, PIXELS));
    assert.equal(one.logLikelihood[0], three.logLikelihood[0]);
    const other = await ask(page, 'complete', { ...request, seed: 8 });
    assert.notDeepEqual(other.images, three.images);
  });

  engineTest('pixels are reported once each, in raster order, as they end up', async (page) => {
    const { images, events } = await ask(page, 'complete', { ...request, onPixel: true });
    const hidden = [...request.known.keys()].filter((pixel) => !request.known[pixel]);
    assert.deepEqual(events.map((event) => event.index), hidden);
    for (const { index, values, probabilities } of events) {
      assert.equal(probabilities.length, request.count);
      values.forEach((value, i) => assert.equal(value, images[i * PIXELS + index]));
      assert.ok(probabilities.every((p) => p >= 0 && p <= 1));
    }
  });

  engineTest('warmer draws differ more from each other', async (page) => {
    const spread = [];
    for (const temperature of [0.05, 1]) {
      const { images } = await ask(page, 'complete', { ...request, temperature });
      const second = images.slice(PIXELS, 2 * PIXELS);
      spread.push(second.filter((value, i) => value !== images[i]).length);
    }
    assert.ok(spread[0] < spread[1], String(spread));
  });

  engineTest('nothing known is a new digit, everything known is the drawing itself', async (page) => {
    const fresh = await ask(page, 'complete', { ...nothing, count: 1, seed: 1 });
    assert.equal(fresh.images.length, PIXELS);
    const known = mask(() => true);
    const whole = await ask(page, 'complete', { ...request, known });
    assert.deepEqual(whole.images.slice(0, PIXELS), request.pixels);
    assert.deepEqual(whole.logLikelihood, [0, 0, 0]);
  });

  engineTest('sixty-four completions are one request', async (page) => {
    const { images, logLikelihood } = await ask(page, 'complete', { ...request, count: 64 });
    assert.equal(images.length, 64 * PIXELS);
    assert.equal(logLikelihood.length, 64);
  });

  engineTest('requests made at once are answered each with its own', async (page) => {
    const seeds = [1, 2, 3, 4];
    const apart = [];
    for (const seed of seeds) apart.push((await ask(page, 'complete', { ...request, seed })).images);
    const together = await Promise.all(seeds.map((seed) => ask(page, 'complete', { ...request, seed })));
    assert.deepEqual(together.map((answer) => answer.images), apart);
  });
});

describe('logLikelihood and probabilities', () => {
  engineTest('the likelihood of a completion is what complete said of it', async (page) => {
    for (const model of ['completion-base', 'pixelcnn-small']) {
      const { images, logLikelihood } = await ask(page, 'complete', { ...request, model });
      const known = Array.from({ length: request.count }, () => request.known).flat();
      const { values } = await ask(page, 'logLikelihood', { model, images, known });
      values.forEach((nats, i) => close(nats, logLikelihood[i], 1e-6, `${model}, completion ${i}`));
    }
  });

  engineTest('the likelihood of a whole picture is the sum over its pixels', async (page) => {
    for (const model of ['completion-base', 'pixelcnn-small']) {
      const pixels = (await ask(page, 'complete', { ...nothing, model, count: 1, seed: 5 })).images;
      const { values: ink } = await ask(page, 'probabilities', { model, pixels, known: nothing.known });
      const sum = ink.reduce((nats, p, i) => nats + Math.log(pixels[i] ? p : 1 - p), 0);
      const { values } = await ask(page, 'logLikelihood', { model, images: pixels });
      assert.equal(values.length, 1);
      close(values[0], sum, 0.01, model);
    }
  });

  engineTest('the probabilities of a completion are those it was drawn with', async (page) => {
    const { images, events } = await ask(page, 'complete', { ...request, count: 1, onPixel: true });
    const { values } = await ask(page, 'probabilities', { pixels: images, known: request.known });
    assert.equal(values.length, PIXELS);
    for (const { index, probabilities } of events) {
      close(values[index], probabilities[0], 1e-5, `pixel ${index}`);
    }
  });

  engineTest('the completion model sees what is drawn below, the plain one does not', async (page) => {
    const known = mask((row) => row >= 20);
    const empty = mask(() => false);
    const drawn = mask((row, column) => row >= 20 && column >= 10 && column <= 18);
    for (const [model, sees] of [['completion-base', true], ['pixelcnn-small', false]]) {
      const one = (await ask(page, 'probabilities', { model, pixels: empty, known })).values;
      const two = (await ask(page, 'probabilities', { model, pixels: drawn, known })).values;
      const differ = one.slice(0, 20 * 28).some((p, i) => p !== two[i]);
      assert.equal(differ, sees, model);
    }
  });
});

describe('what is refused', () => {
  const short = request.pixels.slice(1);
  const two = request.pixels.map((value, i) => (i === 400 ? 2 : value));
  const cases = [
    ['complete', { pixels: short }, 'length', 'pixels'],
    ['complete', { known: short }, 'length', 'known'],
    ['complete', { pixels: 'a drawing' }, 'length', 'pixels'],
    ['complete', { pixels: two }, 'value', 'pixels'],
    ['complete', { known: two }, 'value', 'known'],
    ['complete', { count: 0 }, 'count', 'count'],
    ['complete', { count: 65 }, 'count', 'count'],
    ['complete', { count: 1.5 }, 'count', 'count'],
    ['complete', { seed: -1 }, 'value', 'seed'],
    ['complete', { seed: 2 ** 32 }, 'value', 'seed'],
    ['complete', { temperature: 0 }, 'temperature', 'temperature'],
    ['complete', { temperature: Infinity }, 'temperature', 'temperature'],
    ['complete', { model: 'pixelrnn' }, 'model', 'pixelrnn'],
    ['complete', { colour: 'blue' }, 'option', 'colour'],
    ['complete', { onPixel: 'yes' }, 'option', 'onPixel'],
    ['complete', { signal: 'stop' }, 'option', 'signal'],
    ['logLikelihood', { images: short }, 'length', 'images'],
    ['logLikelihood', { images: two }, 'value', 'images'],
    ['logLikelihood', { images: request.pixels, known: short }, 'length', 'known'],
    ['logLikelihood', { images: request.pixels, seed: 3 }, 'option', 'seed'],
    ['probabilities', { pixels: short, known: request.known }, 'length', 'pixels'],
    ['probabilities', { pixels: request.pixels, known: two }, 'value', 'known'],
    ['probabilities', { ...HALF_SEVEN, model: '' }, 'model', 'model'],
    ['probabilities', { ...HALF_SEVEN, count: 1 }, 'option', 'count'],
  ];
  engineTest('each is a rejection with a code and a message that names the argument', async (page) => {
    for (const [method, wrong, code, named] of cases) {
      const options = method === 'complete' ? { ...request, ...wrong } : wrong;
      const { error } = await ask(page, method, options);
      const what = `${method} with ${Object.keys(wrong)}`;
      assert.equal(error?.code, code, what);
      assert.ok(error.message.includes(named), `${what}: ${error.message}`);
    }
    const { images } = await ask(page, 'complete', request);
    assert.equal(images.length, request.count * PIXELS, 'a refusal leaves the engine usable');
  });

  engineTest('an unknown option of start is refused too', async (page) => {
    const error = await startEngine(page, 'second', { threads: 4 });
    assert.equal(error.code, 'option');
    assert.ok(error.message.includes('threads'));
  });
});

describe('abort and stop', () => {
  const long = { ...nothing, count: 64, seed: 3 };

  engineTest('an abort is heard within 50 ms, and the work stops', async (page) => {
    await ask(page, 'complete', { ...request, count: 1 });
    for (const abortAfter of [0, 20, 60]) {
      const { error, lateBy } = await ask(page, 'complete', { ...long, abortAfter, onPixel: true });
      assert.equal(error?.name, 'AbortError');
      assert.equal(error.code, 'aborted');
      assert.ok(lateBy <= 50, `rejected ${lateBy} ms after the abort`);
    }
    const whole = await ask(page, 'complete', long);
    const start = performance.now();
    await ask(page, 'complete', { ...long, abortAfter: 0 });
    await ask(page, 'complete', { ...request, count: 1 });
    assert.ok(performance.now() - start < whole.took / 2 + 200, 'the aborted work went on');
  });

  engineTest('a signal that is aborted already rejects at once', async (page) => {
    const { error } = await ask(page, 'complete', { ...long, abortAfter: -1 });
    assert.equal(error?.code, 'aborted');
    for (const [method, options] of [
      ['logLikelihood', { images: request.pixels }],
      ['probabilities', HALF_SEVEN],
    ]) {
      assert.equal((await ask(page, method, { ...options, abortAfter: -1 })).error?.code, 'aborted');
    }
  });

  engineTest('two engines agree, and stopping one leaves the other', async (page) => {
    assert.equal(await startEngine(page, 'second'), null);
    const [one, two] = await Promise.all([
      ask(page, 'complete', request),
      ask(page, 'complete', request, 'second'),
    ]);
    assert.deepEqual(two.images, one.images);
    assert.deepEqual(two.logLikelihood, one.logLikelihood);
    const pending = ask(page, 'complete', long, 'second');
    await page.evaluate(() => window.engines.second.stop());
    assert.equal((await pending).error?.code, 'stopped');
    assert.equal((await ask(page, 'complete', request, 'second')).error?.code, 'stopped');
    assert.equal((await ask(page, 'models', {}, 'second')).error?.code, 'stopped');
    assert.deepEqual((await ask(page, 'complete', request)).images, one.images);
  });
});

test('progress counts up to the size of the bundle and of the weights', async () => {
  await browser.visit(`${site.url}blank.html`, async (page) => {
    const progress = await page.evaluate(async () => {
      const { Engine } = await import(new URL('js/engine.js', location.href).href);
      const seen = [];
      const engine = await Engine.start({ onProgress: (news) => seen.push(news) });
      await engine.load(undefined, { onProgress: (news) => seen.push(news) });
      engine.stop();
      return seen;
    });
    const stages = new Set(progress.map((news) => news.stage));
    assert.deepEqual([...stages].sort(), ['wasm', 'weights']);
    for (const stage of stages) {
      const loaded = progress.filter((news) => news.stage === stage).map((news) => news.loaded);
      assert.ok(loaded.every((bytes, i) => i === 0 || bytes >= loaded[i - 1]), stage);
      assert.ok(loaded.at(-1) > 0, stage);
    }
  });
});
