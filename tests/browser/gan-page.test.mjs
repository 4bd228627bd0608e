// The page that plays: samples by seed and by digit, moves, undo, the film, files, reload, the judge.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { DIST, setUp } from './harness.mjs';
import { SMALL, goTo, ready, record, saved, says, stepIs, stepOf } from './gan-page.mjs';

const { site, browser } = await setUp();

const visit = (run, hash = SMALL, options = {}) => browser.visit(`${site.url}gan.html${hash}`, options, run);
const attribute = (page, name) => page.getAttribute('#stage', name);
/** The pictures of the grid of samples as they are painted. */
const samples = (page) => page.$$eval('#s-grid canvas', (all) => all.map((each) => each.toDataURL()));
const sampled = (page) =>
  page.waitForFunction(() => /\d/.test(document.querySelector('#s-status').textContent));

test('a critic step, a generator step and a round do what they say, and light up their line', () =>
  visit(async (page) => {
    await ready(page);
    await page.click('#critic');
    await says(page, /^Paused at step 1\b/);
    assert.equal(await attribute(page, 'data-line'), 'critic-update');
    await page.click('#generator');
    await says(page, /^Paused at step 2\b/);
    assert.equal(await attribute(page, 'data-line'), 'generator-update');
    assert.equal(await attribute(page, 'data-turn'), 'generator');
    await page.selectOption('#knob-criticSteps', '3');
    await page.click('#round');
    await says(page, /^Paused at step 6\b/);
    const players = (await record(page)).map(({ player }) => player);
    assert.deepEqual(players, ['critic', 'generator', 'critic', 'critic', 'critic', 'generator']);
  }));

test('an undone step is as if it had never been', () =>
  visit(async (page) => {
    await ready(page);
    for (let round = 1; round <= 2; round++) {
      await page.click('#round');
      await stepIs(page, 2 * round);
    }
    await says(page, /^Paused at step 4/);
    const before = await record(page);
    await page.click('#undo');
    await says(page, /^Paused at step 3/);
    await page.click('#undo');
    await says(page, /^Paused at step 2/);
    await page.click('#round');
    await says(page, /^Paused at step 4/);
    const values = (rows) => rows.map(({ step, criticLoss, generatorLoss, criticNorm, generatorNorm }) => [step, criticLoss, generatorLoss, criticNorm, generatorNorm]);
    assert.deepEqual(values(await record(page)), values(before));
  }));

test('slow motion lights up line after line, and pauses', () =>
  visit(async (page) => {
    await ready(page);
    await page.click('#stage-pace');
    assert.equal(await page.inputValue('#knob-speed'), 'slow');
    await page.click('#play');
    for (const line of ['critic-noise', 'critic-data', 'critic-update', 'generator-noise', 'generator-update']) {
      await page.waitForSelector(`#stage[data-line="${line}"]`);
    }
    await page.click('#play');
    await says(page, /^Paused/);
    const step = await stepOf(page);
    await page.waitForTimeout(1500);
    assert.equal(await stepOf(page), step);
  }));

test('the film goes back through the game', () =>
  visit(async (page) => {
    await ready(page);
    const first = await page.$eval('#film canvas', (canvas) => canvas.toDataURL());
    await page.click('#play');
    await stepIs(page, 12);
    await page.click('#play');
    await says(page, /^Paused/);
    await page.waitForFunction(() => Number(document.querySelector('#film-at').max) > 0);
    await page.focus('#film-at');
    await page.keyboard.press('Home');
    assert.match(await page.textContent('#film-told'), /^step 0 of/);
    assert.equal(await page.$eval('#film canvas', (canvas) => canvas.toDataURL()), first);
    await page.keyboard.press('End');
    assert.match(await page.textContent('#film-told'), /^now/);
  }));

test('a reload finds the game, its losses and its film', () =>
  visit(async (page) => {
    await ready(page);
    await page.click('#play');
    await stepIs(page, 10);
    await page.click('#play');
    await says(page, /^Paused/);
    await page.waitForFunction(() => /Kept/.test(document.querySelector('#shares').textContent));
    const step = await stepOf(page);
    const before = await record(page);
    await page.reload();
    await ready(page);
    await says(page, /here again/);
    assert.equal(await stepOf(page), step);
    assert.deepEqual(await record(page), before);
    await page.waitForFunction(() => Number(document.querySelector('#film-at').max) > 0);
    await page.click('#critic');
    await stepIs(page, step + 1);
  }));

test('weights are saved and brought in again, losses are a table, pictures a PNG', () =>
  visit(async (page) => {
    await ready(page);
    await page.click('#round');
    await says(page, /^Paused at step 2/);
    const weights = await saved(page, 'weights');
    assert.match(weights.name, /^halfdrawn-gan-non-saturating-tiny-mnist-seed-7-step-2\.safetensors$/);
    const pictures = await saved(page, 'pictures');
    assert.equal(pictures.bytes.subarray(1, 4).toString(), 'PNG');
    await page.click('#round');
    await says(page, /^Paused at step 4/);
    await page.setInputFiles('#file', { name: 'mine.safetensors', mimeType: '', buffer: weights.bytes });
    await says(page, /mine\.safetensors are in place/);
    assert.equal(await stepOf(page), 0);
    assert.deepEqual((await saved(page, 'weights')).bytes.length, weights.bytes.length);
  }));

test('samples follow seed, digit and truncation, and the address', () =>
  visit(async (page) => {
    await sampled(page);
    const first = await samples(page);
    await page.fill('#s-seed', '8');
    await page.press('#s-seed', 'Enter');
    await page.waitForFunction((was) => document.querySelector('#s-grid canvas').toDataURL() !== was, first[0]);
    await page.fill('#s-text', '七');
    await page.waitForFunction(() => document.querySelector('#s-grid button').ariaLabel.endsWith(': 7'));
    assert.match(await page.textContent('#s-asked'), /7/);
    assert.ok((await page.$$eval('#s-grid button', (all) => all.map((each) => each.ariaLabel))).every((label) => label.endsWith(': 7')));
    await page.fill('#s-text', 'a red cat');
    assert.match(await page.textContent('#s-asked'), /ten digits/);
    await page.focus('#s-truncation');
    await page.keyboard.press('Home');
    await page.waitForFunction(() => new Set([...document.querySelectorAll('#s-grid canvas')].map((each) => each.toDataURL())).size === 1);
    await page.waitForFunction(() => /s-seed=8/.test(location.hash) && /s-y=7/.test(location.hash) && /s-t=0/.test(location.hash));
  }));

test('two pictures are walked between, from the first to the second', () =>
  visit(async (page) => {
    await sampled(page);
    await page.click('#s-grid button >> nth=3');
    await page.click('#s-grid button >> nth=25');
    await page.waitForFunction(() => document.querySelectorAll('#s-grid button')[25].dataset.marks === 'B');
    await page.focus('#x-along');
    await page.keyboard.press('Home');
    const same = (at) =>
      page.waitForFunction((index) => {
        // Pictures of other batches may differ by a rounding.
        const values = (canvas) => canvas.getContext('2d').getImageData(0, 0, 28, 28).data;
        const grid = values(document.querySelectorAll('#s-grid canvas')[index]);
        return ['#s-on-circle canvas', '#s-on-line canvas'].every((each) => values(document.querySelector(each)).every((value, at) => Math.abs(value - grid[at]) <= 2));
      }, at);
    await same(3);
    await page.keyboard.press('End');
    await same(25);
  }));

test('the trick is stronger where the forgery is found out, and weaker where it is not', () =>
  visit(async (page) => {
    await ready(page);
    await goTo(page, 'why');
    const at = async (value) => {
      await page.$eval('#w-at', (input, next) => {
        input.value = String(next);
        input.dispatchEvent(new Event('input'));
      }, value);
      return page.textContent('#w-verdict');
    };
    assert.match(await at(-4), /55 times as strong/);
    assert.match(await at(0), /equally strong/);
    assert.match(await at(4), /55 times as hard/);
  }));

test('the judge answers the pen, and so does the density', () =>
  visit(async (page) => {
    await ready(page);
    await goTo(page, 'judge');
    await page.waitForFunction(() => /\d/.test(document.querySelector('#j-output').textContent) && /\d/.test(document.querySelector('#j-nats').textContent));
    const before = await page.textContent('#j-nats');
    const verdict = await page.textContent('#j-output');
    await page.click('#j-noise');
    await page.waitForFunction((was) => document.querySelector('#j-nats').textContent !== was, before);
    await page.waitForFunction((was) => document.querySelector('#j-output').textContent !== was, verdict);
    assert.match(await page.textContent('#j-likely'), /Likelier than 0 %/);
    const noise = await page.textContent('#j-nats');
    await page.focus('#x-canvas canvas');
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+ArrowDown');
    await page.click('#j-clear');
    await page.waitForFunction((was) => document.querySelector('#j-nats').textContent !== was, noise);
  }));

test('the families stand side by side with figures', () =>
  visit(async (page) => {
    await ready(page);
    await goTo(page, 'side');
    await page.waitForFunction(() => document.querySelectorAll('#v-summary tbody tr').length === 4);
    const rows = await page.$$eval('#v-summary tbody tr', (all) => all.map((each) => each.innerText));
    assert.match(rows.find((row) => /GAN/.test(row)), /none/);
    assert.match(rows.find((row) => /VAE/.test(row)), /≥ −1?\d\d/);
    assert.match(rows.find((row) => /PixelCNN/.test(row)), /−\d\d/);
    const models = JSON.parse(await readFile(`${DIST}pretrained/index.json`, 'utf8'));
    const gans = models.filter(({ kind, dataset }) => kind === 'gan' && dataset === 'mnist');
    assert.equal((await page.$$('#v-gans figure')).length, gans.length);
  }));

test('two games run at once and stop', () =>
  visit(async (page) => {
    await ready(page);
    await goTo(page, 'side');
    await page.click('#v-race');
    await page.waitForFunction(() => [...document.querySelectorAll('#v-pair .readout')].filter((each) => /Round [1-9]/.test(each.textContent)).length === 2);
    await page.click('#v-race');
    const told = () => page.$$eval('#v-pair .readout', (all) => all.map((each) => each.textContent));
    await page.waitForTimeout(300);
    const before = await told();
    await page.waitForTimeout(1000);
    assert.deepEqual(await told(), before);
  }));
