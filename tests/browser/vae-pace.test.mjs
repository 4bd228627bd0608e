// What looking costs: steps that the page's run makes with nothing drawn, with its views, and with the
// explorer on the weights of the run, each second that its worker computes. Seconds on the clock would
// tell what else the machine does.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { setUp } from './harness.mjs';
import { ready, stepIs, stepOf } from './vae-train.mjs';

/** Seconds of each look, and how often each is taken, in turn. */
const WINDOW = 8;
const ROUNDS = 4;
/** The most that looking may cost, and what steps that are not all alike make of it. */
const MOST = 0.1;
const NOISE = 0.03;
/** Clock ticks of Linux in a second. */
const TICKS = 100;

const { site, browser } = await setUp();

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const sum = (values) => values.reduce((total, value) => total + value, 0);

/** The processes that a process has begun, and theirs. */
async function descendants(root) {
  const parents = new Map();
  for (const name of (await readdir('/proc')).filter((each) => /^\d+$/.test(each))) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => null);
    if (stat) parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const isOurs = (pid) => pid === root || (parents.has(pid) && isOurs(parents.get(pid)));
  return [...parents.keys()].filter((pid) => pid !== root && isOurs(pid));
}

/** Seconds that each worker of the browser has computed, by its thread. */
async function workerSeconds() {
  const seconds = new Map();
  for (const pid of await descendants(process.pid)) {
    for (const thread of await readdir(`/proc/${pid}/task`).catch(() => [])) {
      const stat = await readFile(`/proc/${pid}/task/${thread}/stat`, 'utf8').catch(() => '');
      if (stat.includes('(DedicatedWorker')) {
        const [user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ').slice(11, 13).map(Number);
        seconds.set(thread, (user + system) / TICKS);
      }
    }
  }
  return seconds;
}

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
  browser.visit(`${site.url}vae.html#model=vae&preset=mlp-20&dev=cpu&epochs=500`, { timeout: 400_000 }, async (page) => {
    await ready(page);
    await page.waitForSelector('#x-map');
    await page.click('#play');
    await stepIs(page, 100);
    await LOOKS.explorer(page);
    await page.waitForSelector('#x-weights option[value=run]', { state: 'attached' });
    await page.selectOption('#x-weights', 'run');
    // The first epoch's end is behind, and with it the frequent looks of a run that is young.
    page.setDefaultTimeout(200_000);
    await stepIs(page, 420);
    const rates = { nothing: [], views: [], explorer: [] };
    for (let round = 0; round < ROUNDS; round++) {
      for (const [look, begin] of Object.entries(LOOKS)) {
        await begin(page);
        await page.waitForTimeout(1000);
        const [from, since] = [await stepOf(page), await workerSeconds()];
        await page.waitForTimeout(WINDOW * 1000);
        const [to, until] = [await stepOf(page), await workerSeconds()];
        const spent = Math.max(...[...until].map(([thread, seconds]) => seconds - (since.get(thread) ?? 0)));
        rates[look].push({ steps: to - from, spent });
      }
    }
    const rate = (look) => sum(rates[look].map(({ steps }) => steps)) / sum(rates[look].map(({ spent }) => spent));
    const cost = (look) => 1 - rate(look) / rate('nothing');
    for (const look of Object.keys(rates)) {
      const wall = median(rates[look].map(({ steps }) => steps / WINDOW));
      console.log(`${look}: ${rate(look).toFixed(1)} steps a second of the worker, ${(100 * cost(look)).toFixed(1)} % fewer; ${wall.toFixed(1)} a second on the clock`);
    }
    assert.ok(cost('views') <= MOST + NOISE, `the views cost ${cost('views')}`);
    assert.ok(cost('explorer') <= MOST + NOISE, `the explorer costs ${cost('explorer')}`);
  }));
