// The game on the plane: learned in seconds, stepped, undone, drawn, in both languages and on every screen.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goTo } from './gan-page.mjs';
import { setUp } from './harness.mjs';
import { overflow } from './page.mjs';
import { call, startRun } from './train-page.mjs';

const { site, browser } = await setUp();

/** A busy machine takes its time to learn. */
const PATIENCE = 150_000;
const visit = (hash, run, context = {}) => browser.visit(`${site.url}gan.html#${hash}`, { context, timeout: PATIENCE }, run);
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const textOf = (page, id) => page.textContent(`#p-${id}`);
const status = (page, pattern) =>
  page.waitForFunction(
    (source) => new RegExp(source).test(document.querySelector('#p-status').textContent),
    pattern.source,
    { timeout: 30_000 },
  );

/** Goes to the section and waits until its game is open. */
async function open(page) {
  await page.waitForFunction(() => 'ready' in document.documentElement.dataset);
  await goTo(page, 'plane');
  await page.waitForFunction(() => /\d/.test(document.querySelector('#p-distance').textContent), null, {
    timeout: 60_000,
  });
}

test('the ring is learned while one watches, and no heap is left out', () =>
  visit('p-seed=7', async (page) => {
    await open(page);
    const before = Number(await textOf(page, 'distance'));
    await page.click('#p-play');
    await page.waitForFunction(() => document.querySelector('#p-covered').textContent === '8 of 8', null, {
      timeout: PATIENCE / 2,
    });
    await page.click('#p-play');
    await status(page, /^Step \d/);
    assert.ok(Number(await textOf(page, 'distance')) < before / 2);
  }));

test('one step is one step: the critic moves no point, the generator does, and undo takes both back', () =>
  visit('', async (page) => {
    await open(page);
    const distance = await textOf(page, 'distance');
    await page.click('#p-critic');
    await status(page, /^Step 1: the critic/);
    assert.equal(await textOf(page, 'distance'), distance);
    assert.equal(await textOf(page, 'at'), '0');
    await page.click('#p-generator');
    await status(page, /^Step 2: the generator/);
    assert.equal(await textOf(page, 'at'), '1');
    await page.focus('#p-round');
    await page.keyboard.press('.');
    await status(page, /^Step 4: the generator/);
    assert.notEqual(await textOf(page, 'distance'), distance);
    for (const at of [3, 2, 1]) {
      await page.click('#p-undo');
      await status(page, new RegExp(`^Step ${at}:`));
    }
    await page.click('#p-undo');
    await status(page, /^Ready/);
    assert.equal(await textOf(page, 'distance'), distance);
    assert.ok(await page.isDisabled('#p-undo'));
  }));

test('a cloud drawn by touch and by keys survives a reload, and is there at a later visit', () =>
  visit(
    'p-cloud=drawn',
    async (page) => {
      await page.waitForFunction(() => 'ready' in document.documentElement.dataset);
      await goTo(page, 'plane');
      await status(page, /^Draw some points/);
      const canvas = page.locator('#p-canvas canvas');
      await canvas.scrollIntoViewIfNeeded();
      const box = await canvas.boundingBox();
      for (const [x, y] of [[0.3, 0.4], [0.7, 0.4], [0.5, 0.7]]) {
        await page.touchscreen.tap(box.x + x * box.width, box.y + y * box.height);
      }
      await page.waitForFunction(() => location.hash.includes('p-d='));
      const tapped = new URLSearchParams(new URL(page.url()).hash.slice(1)).get('p-d');
      await canvas.focus();
      for (const key of ['ArrowRight', 'ArrowRight', 'ArrowUp', ' ']) {
        await page.keyboard.press(key);
      }
      await page.waitForFunction((before) => !location.hash.includes(`${before}&`) && !location.hash.endsWith(before), tapped);
      assert.match(await page.textContent('#p-cell'), /Column 41, row 29, drawn/);
      await page.waitForTimeout(400);
      const drawn = new URLSearchParams(new URL(page.url()).hash.slice(1)).get('p-d');
      await page.reload();
      await open(page);
      assert.equal(new URLSearchParams(new URL(page.url()).hash.slice(1)).get('p-d'), drawn);
      await status(page, /^Ready/);
      await page.goto('about:blank');
      await page.goto(`${site.url}gan.html`);
      // A distance is told of a cloud that has points.
      await open(page);
      await page.click('#p-clear');
      await status(page, /^Draw some points/);
    },
    PHONE,
  ));

test('nothing hangs over the edge and no word is missing, in both languages, on phone and projector', async () => {
  for (const [hash, context] of [
    ['lang=en', PHONE],
    ['lang=zh-CN&theme=dark&p-cloud=drawn', PHONE],
    ['lang=zh-CN&theme=presenter&p-loss=wasserstein&p-reg=clip', { viewport: { width: 1920, height: 1080 } }],
  ]) {
    await visit(hash, async (page) => {
      await page.waitForFunction(() => 'ready' in document.documentElement.dataset);
      await goTo(page, 'plane');
      await page.waitForFunction(() => document.querySelector('#p-status').textContent !== '');
      assert.ok((await overflow(page)) <= 0, hash);
      const empty = await page.$$eval('#plane [data-say]', (all) => all.filter((each) => /^$|^\w+\.\w/.test(each.textContent)).length);
      assert.equal(empty, 0, hash);
    }, context);
  }
});

test('the engine plays on the plane: the same seed gives the same points, a snapshot goes on, errors are named', () =>
  browser.visit(`${site.url}gan.html`, { expectErrors: true }, async (page) => {
    const options = { cloud: 'moons', seed: 5, paused: true, options: { batch: 32 } };
    for (const name of ['one', 'same']) {
      assert.equal(await startRun(page, { ...options }, name, 'plane'), null);
      await page.evaluate((key) => window.runs[key].step('round', 20), name);
    }
    const look = { points: 16, field: 8, cells: 4 };
    const [one, same] = [await call(page, 'view', look, 'one'), await call(page, 'view', look, 'same')];
    assert.deepEqual(one, same);
    assert.deepEqual([one.fake, one.pushes, one.field, one.manifold].map(({ length }) => length), [32, 32, 64, 50]);
    const went = await page.evaluate(async (shown) => {
      const { one, same } = window.runs;
      const snapshot = await one.snapshot();
      await same.step('generator');
      await same.restore(snapshot);
      await Promise.all([one.step('round', 3), same.step('round', 3)]);
      const [a, b] = await Promise.all([one.view(shown), same.view(shown)]);
      const { step, next, undoable } = await one.undo();
      const figures = await one.figures();
      return { equal: a.fake.every((x, at) => x === b.fake[at]), step, next, undoable, reached: figures.reached };
    }, look);
    assert.deepEqual({ ...went, reached: 0 }, { equal: true, step: 45, next: 'generator', undoable: 45, reached: 0 });
    assert.ok(went.reached > 0 && went.reached <= 1);
    for (const [wrong, code] of [[{ cloud: 'sun' }, 'option'], [{ options: { epochs: 3 } }, 'option'], [{ options: { clip: -1, regulariser: 'clip' } }, 'option'], [{ dataset: 'mnist' }, 'option']]) {
      assert.equal((await startRun(page, { paused: true, ...wrong }, 'wrong', 'plane'))?.code, code, JSON.stringify(wrong));
    }
  }));
