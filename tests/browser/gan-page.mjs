// What the tests of the page that plays share: a visitor's hands and eyes.
import { saved } from './vae-train.mjs';

export { saved, says, stepIs, stepOf } from './vae-train.mjs';

/** A small game on the CPU, so that a test takes seconds. */
export const SMALL = '#preset=tiny&loss=non-saturating&dev=cpu&batch=16&seed=7';

/** Goes to the game and waits until it is open and its pictures are shown. */
export async function ready(page) {
  await page.waitForFunction(() => 'ready' in document.documentElement.dataset);
  await page.evaluate(() => document.querySelector('#game').scrollIntoView());
  // The engine and the pictures are loaded now.
  await page.waitForFunction(() => document.querySelector('#film canvas').hasAttribute('aria-label'));
}

/** Scrolls to a section and lets it begin its work. */
export async function goTo(page, id) {
  await page.waitForSelector(`#${id}`, { state: 'attached' });
  await page.locator(`#${id}`).scrollIntoViewIfNeeded();
  await page.evaluate((name) => document.querySelector(`#${name}`).scrollIntoView(), id);
}

/** The record of the game: a row a half-step. */
export async function record(page) {
  const { bytes } = await saved(page, 'losses');
  const [head, ...rows] = bytes.toString().trim().split('\n').map((row) => row.split(','));
  return rows.map((row) => Object.fromEntries(head.map((name, at) => [name, name === 'player' ? row[at] : row[at] === '' ? NaN : Number(row[at])])));
}
