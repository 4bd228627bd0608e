// What the tests of the page that plays share: a visitor's hands and eyes.
import { readFile } from 'node:fs/promises';

/** A small game on the CPU, so that a test takes seconds. */
export const SMALL = '#preset=tiny&loss=non-saturating&dev=cpu&batch=16&seed=7';

/** Goes to the game and waits until it is open and its pictures are shown. */
export async function ready(page) {
  await page.waitForFunction(() => 'ready' in document.documentElement.dataset);
  await page.evaluate(() => document.querySelector('#game').scrollIntoView());
  await page.waitForFunction(() => document.querySelector('#film canvas').hasAttribute('aria-label'));
}

/** The half-steps that the page tells. */
export const stepOf = (page) =>
  page.textContent('#meter-step').then((text) => Number(text.replace(/\D/g, '')));

/** Waits until the game has come at least so far. */
export const stepIs = (page, least, options) =>
  page.waitForFunction(
    (wanted) => Number(document.querySelector('#meter-step').textContent.replace(/\D/g, '')) >= wanted,
    least,
    options,
  );

/** Waits until what the page says of the game matches. */
export const says = (page, words) =>
  page.waitForFunction((source) => new RegExp(source).test(document.querySelector('#status').textContent), words.source);

/** Scrolls to a section and lets it begin its work. */
export async function goTo(page, id) {
  await page.waitForSelector(`#${id}`, { state: 'attached' });
  await page.locator(`#${id}`).scrollIntoViewIfNeeded();
  await page.evaluate((name) => document.querySelector(`#${name}`).scrollIntoView(), id);
}

/** Chooses what to save and reads the file. */
export async function saved(page, kind) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.selectOption('#save', kind)]);
  const path = await download.path();
  return { name: download.suggestedFilename(), bytes: await readFile(path), path };
}

/** The record of the game: a row a half-step. */
export async function record(page) {
  const { bytes } = await saved(page, 'losses');
  const [head, ...rows] = bytes.toString().trim().split('\n').map((row) => row.split(','));
  return rows.map((row) => Object.fromEntries(head.map((name, at) => [name, name === 'player' ? row[at] : row[at] === '' ? NaN : Number(row[at])])));
}
