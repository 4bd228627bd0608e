// What the tests of the page that trains share: a visitor's hands and eyes.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

/** A small run on the CPU, so that a test takes seconds. */
export const SMALL = '#model=vae&preset=mlp-2d&dev=cpu&batch=32';

/** Waits until a run is open, or a trained model is shown. */
export const ready = (page) =>
  page.waitForFunction(() => {
    const samples = document.querySelector('#samples canvas');
    return 'ready' in document.documentElement.dataset && samples?.hasAttribute('aria-label');
  });

/** The step that the page tells. */
export const stepOf = (page) =>
  page.textContent('#meter-step').then((text) => Number(text.replace(/\D/g, '')));

/** Waits until the run has come at least so far. */
export const stepIs = (page, least) =>
  page.waitForFunction(
    (wanted) => Number(document.querySelector('#meter-step').textContent.replace(/\D/g, '')) >= wanted,
    least,
  );

/** Waits until what the page says of the run matches. */
export const says = (page, words) =>
  page.waitForFunction((source) => new RegExp(source).test(document.querySelector('#status').textContent), words.source);

/** Opens a paused run whose weights are untrained, whatever trained model is shown first. */
export async function begin(page) {
  await ready(page);
  await page.click('#step');
  await stepIs(page, 1);
  await says(page, /^Paused at step 1/);
}

/** Chooses what to save and reads the file. */
export async function saved(page, kind) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.selectOption('#save', kind)]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** The losses of the run: rows of numbers by column. */
export async function losses(page) {
  const { bytes } = await saved(page, 'losses');
  const [head, ...rows] = bytes.toString().trim().split('\n').map((row) => row.split(','));
  assert.equal(head[1], 'step');
  return rows.filter(([kind]) => kind === 'train').map((row) => ({ step: Number(row[1]), loss: Number(row[3]) }));
}
