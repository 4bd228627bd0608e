// Each way to break the game fails in the way it says, measured on the run itself, and its cure cures it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp } from './harness.mjs';
import { goTo, says, stepIs, stepOf } from './gan-page.mjs';

const { site, browser } = await setUp();

/** Long enough for a slow machine that does something else as well. */
const TIMEOUT = 420_000;

/** Begins a broken game from its card; its evidence stands beside the game. */
const broken = (name, run) =>
  browser.visit(`${site.url}gan.html#dev=cpu`, { timeout: TIMEOUT }, async (page) => {
    page.setDefaultTimeout(TIMEOUT - 30_000);
    await goTo(page, 'break');
    await page.click(`[data-failure="${name}"] .spoil`);
    await page.waitForSelector('#symptom:not([hidden])');
    await stepIs(page, 20);
    await run(page);
  });

/** The numbers of the evidence, once they satisfy what is wanted. */
async function measured(page, wanted) {
  const read = () => page.textContent('#symptom-measured').then((text) => (text.match(/[−-]?\d[\d,]*(\.\d+)?(·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?/g) ?? []).map(numberOf));
  const until = Date.now() + TIMEOUT - 60_000;
  let numbers = await read();
  while (!wanted(...numbers) && Date.now() < until) {
    await page.waitForTimeout(500);
    numbers = await read();
  }
  assert.ok(wanted(...numbers), `measured ${numbers.join(', ')}`);
}

/** A number as the page writes it, with its own minus, commas and powers of ten. */
function numberOf(text) {
  const [value, power = ''] = text.split('·10');
  const exponent = [...power].map((sign) => (sign === '⁻' ? '-' : String('⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(sign)))).join('');
  return Number(value.replace('−', '-').replaceAll(',', '')) * 10 ** Number(exponent || 0);
}

test('a generator that outruns the critic draws one picture, and another again when cured', () =>
  broken('collapse', async (page) => {
    await measured(page, (variety) => variety < 15);
    await page.click('#symptom-cure');
    await page.waitForSelector('#symptom', { state: 'hidden' });
    // The broken game is among the earlier ones: the steps are the cured one's.
    await page.waitForSelector('#runs li');
    await stepIs(page, 120);
    await page.click('#play');
    await says(page, /^Paused/);
    // The film is of the cured game now: its pictures differ.
    const different = await page.$eval('#film canvas', (canvas) => {
      const { data, width } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const at = (picture, x, y) => data[((Math.floor(picture / 10) * 30 + y) * width + (picture % 10) * 30 + x) * 4] / 255;
      let [common, squares] = [0, 0];
      const paper = at(0, 0, 0);
      for (let y = 0; y < 28; y++) {
        for (let x = 0; x < 28; x++) {
          const values = Array.from({ length: 40 }, (_, picture) => at(picture, x, y) - paper);
          common += values.reduce((sum, each) => sum + each, 0) ** 2 / 40;
          squares += values.reduce((sum, each) => sum + each * each, 0);
        }
      }
      return 1 - common / squares;
    });
    assert.ok(different > 0.3, `pictures differ by ${different}`);
  }));

test('what is pressed while a game is being opened holds for that game', () =>
  broken('clip', async (page) => {
    const shown = await page.evaluate(async () => {
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      document.querySelector('#symptom-cure').click();
      await frame();
      await frame();
      const words = document.querySelector('#play-word').textContent;
      document.querySelector('#play').click();
      return words;
    });
    assert.equal(shown, 'Pause');
    await page.waitForSelector('#runs li');
    await says(page, /^(Ready|Paused)/);
    const step = await stepOf(page);
    assert.ok(step < 20, `the cured game is at step ${step}`);
    await page.waitForTimeout(2000);
    assert.equal(await stepOf(page), step);
    await page.click('#play');
    await stepIs(page, step + 1);
  }));

test('a critic that is sure leaves the minimax generator no gradient', () =>
  broken('saturated', (page) => measured(page, (gap, left) => gap > 8 && left < 1)));

test('players with memory swing', () =>
  broken('oscillation', (page) => measured(page, (spread, crossings) => spread > 2 && crossings >= 3)));

test('a critic whose weights are not held back explodes', () =>
  broken('clip', (page) => measured(page, (size, norm) => size > 200 && norm > 100)));
