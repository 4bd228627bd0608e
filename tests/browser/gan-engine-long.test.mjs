// What a game of the page's own settings reaches in three minutes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { initialSettings, optionsOf } from '../../web/js/gan/state.js';
import { startEngine } from './engine-page.mjs';
import { LATENT, startGame } from './game-page.mjs';
import { setUp } from './harness.mjs';
import { call } from './train-page.mjs';

const { site, browser } = await setUp();

const SECONDS = 180;
/** Share of pictures in which the classifier must see some digit, surer than this. */
const SHARE = 0.5;
const SURE = 0.9;
const PICTURES = 200;

test(`what the page begins with makes digits within ${SECONDS} seconds of training on the CPU`, (context) =>
  browser.visit(`${site.url}blank.html`, { timeout: (SECONDS + 60) * 1000 }, async (page) => {
    assert.equal(await startEngine(page), null);
    const models = await page.evaluate(() => window.engines.engine.models());
    if (!models.some(({ kind, dataset }) => kind === 'classifier' && dataset === 'mnist')) {
      context.skip('no classifier is shipped');
      return;
    }
    const settings = optionsOf({ ...initialSettings(), device: 'cpu' });
    assert.equal(await startGame(page, { ...settings, paused: true }), null);
    const begin = performance.now();
    const seconds = () => (performance.now() - begin) / 1000;
    await call(page, 'play');
    let share = 0;
    while (share <= SHARE && seconds() < SECONDS) {
      await page.waitForTimeout(10_000);
      share = await page.evaluate(shareOfDigits, [PICTURES, LATENT, SURE]);
      console.log(`after ${seconds().toFixed(0)} s: ${(100 * share).toFixed(0)} % digits`);
    }
    assert.ok(share > SHARE, `${share} after ${seconds()} s`);
  }));

/** Runs in the page: the share of pictures, of the same noise each time, in which a digit is seen. */
async function shareOfDigits([count, latent, sure]) {
  const noise = (index) => {
    // Two uniform numbers of a counter make a normal one.
    const uniform = (place) => (Math.imul(place + 1, 2_654_435_761) >>> 0) / 2 ** 32 || 0.5;
    return Math.sqrt(-2 * Math.log(uniform(2 * index))) * Math.cos(2 * Math.PI * uniform(2 * index + 1));
  };
  const latents = Float32Array.from({ length: count * latent }, (_, index) => noise(index));
  const images = await window.runs.run.generate({ latents, average: true });
  const { probabilities } = await window.engines.engine.classify({ images });
  const best = Array.from({ length: count }, (_, one) => Math.max(...probabilities.subarray(10 * one, 10 * one + 10)));
  return best.filter((each) => each > sure).length / count;
}
