// One seed gives the same bits natively, in Chromium and in Firefox.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import puppeteer from 'puppeteer-core';
import { ask, startEngine } from './engine-page.mjs';
import { bits, DIST, HALF_SEVEN, launch, mask, serveSite } from './harness.mjs';

const listed = JSON.parse(await readFile(`${DIST}pretrained/index.json`, 'utf8'));
const models = listed.filter(({ kind }) => kind === 'pixelcnn' || kind === 'completion');

let site;
let chromium;
let firefox;
before(async () => {
  site = await serveSite();
  chromium = await launch();
  firefox = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.HALFDRAWN_FIREFOX ?? '/usr/bin/firefox-esr',
  });
});
after(async () => {
  await firefox?.close();
  await chromium?.close();
  await site?.close();
});

const inChromium = (run) =>
  chromium.visit(`${site.url}blank.html`, async (page) => {
    assert.equal(await startEngine(page), null);
    return run(page);
  });

const inFirefox = async (run) => {
  const page = await firefox.newPage();
  try {
    await page.goto(`${site.url}blank.html`);
    assert.equal(await startEngine(page), null);
    return await run(page);
  } finally {
    await page.close();
  }
};

/** Everything that the engine computes for a model, as exact numbers. */
const everything = (model) => async (page) => {
  const halves = await ask(page, 'complete', { ...HALF_SEVEN, model, count: 5, seed: 20_26, onPixel: true });
  const scattered = {
    pixels: mask((row, column) => (row * 7 + column * 3) % 11 === 0),
    known: mask((row, column) => (row * 5 + column * 13) % 3 === 0),
  };
  const warm = await ask(page, 'complete', { ...scattered, model, count: 2, seed: 2 ** 32 - 1, temperature: 1.3 });
  const likelihood = await ask(page, 'logLikelihood', { model, images: warm.images });
  const chances = await ask(page, 'probabilities', { ...scattered, model });
  return {
    images: [halves.images, warm.images],
    nats: [halves.logLikelihood, warm.logLikelihood, likelihood.values],
    probabilities: [halves.events.map((event) => event.probabilities), chances.values],
  };
};

for (const { name } of models) {
  describe(name, () => {
    test('Chromium and Firefox compute the same bits', async () => {
      const one = await inChromium(everything(name));
      const two = await inFirefox(everything(name));
      assert.ok(one.images[0].length > 0);
      assert.deepEqual(two, one);
    });

    test('both reproduce the golden sample that was made natively', async () => {
      const golden = JSON.parse(await readFile(`${DIST}pretrained/${name}/golden.json`, 'utf8'));
      const { seed, count, temperature } = golden;
      const pixels = bits(golden.pixels);
      const known = bits(golden.known);
      const options = { model: name, pixels, known, seed, count, temperature };
      for (const visit of [inChromium, inFirefox]) {
        const { images, logLikelihood } = await visit((page) => ask(page, 'complete', options));
        assert.equal(images.join(''), golden.images.join(''));
        assert.deepEqual(logLikelihood, golden.logLikelihood);
      }
    });
  });
}
