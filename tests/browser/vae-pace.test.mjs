// What looking costs: steps a second of the page's run with nothing drawn, with its views, and with the
// explorer on the weights of the run.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp } from './harness.mjs';
import { ready, stepIs, stepOf } from './vae-train.mjs';

/** Seconds of each look, and how often each is taken: in turn, so that what else the machine does falls on all. */
const WINDOW = 6;
const ROUNDS = 5;
/** The most that looking may cost, and what two cores that do other things too make of it. */
const MOST = 0.1;
const NOISE = 0.03;

const { site, browser } = await setUp();

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Has the page believe that nobody looks, or that somebody does. */
const hide = (page, hidden) =>
  page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { configurable: true, value });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);

const LOOKS = {
  nothing: (page) => hide(page, true),
  async views(page) {
    await hide(page, false);
    await page.evaluate(() => scrollTo(0, 0));
  },
  async explorer(page) {
    await hide(page, false);
    await page.evaluate(() => document.querySelector('#x-map').scrollIntoView());
  },
};

test('the views, and the explorer of the run, slow training by at most a tenth', () =>
  browser.visit(`${site.url}vae.html#model=vae&preset=mlp-20&dev=cpu&epochs=500`, { timeout: 300_000 }, async (page) => {
    await ready(page);
    await page.waitForSelector('#x-map');
    await page.click('#play');
    await stepIs(page, 100);
    await page.waitForSelector('#x-weights option[value=run]', { state: 'attached' });
    await page.selectOption('#x-weights', 'run');
    // The first epoch's end is behind, and with it the frequent looks of a run that is young.
    await stepIs(page, 420);
    const rates = { nothing: [], views: [], explorer: [] };
    for (let round = 0; round < ROUNDS; round++) {
      for (const [look, begin] of Object.entries(LOOKS)) {
        await begin(page);
        await page.waitForTimeout(1000);
        const [from, since] = [await stepOf(page), performance.now()];
        await page.waitForTimeout(WINDOW * 1000);
        rates[look].push(((await stepOf(page)) - from) / (performance.now() - since) * 1000);
      }
    }
    // Each round beside itself: the machine is the same for a while, not for minutes.
    const cost = (look) => median(rates[look].map((rate, round) => 1 - rate / rates.nothing[round]));
    for (const [look, each] of Object.entries(rates)) {
      console.log(`${look}: ${median(each).toFixed(1)} steps a second, ${(100 * cost(look)).toFixed(1)} % slower`);
    }
    assert.ok(cost('views') <= MOST + NOISE, `the views cost ${cost('views')}`);
    assert.ok(cost('explorer') <= MOST + NOISE, `the explorer costs ${cost('explorer')}`);
  }));
