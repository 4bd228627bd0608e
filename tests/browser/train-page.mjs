// Drives training runs inside a page.
import { startEngine } from './engine-page.mjs';

/** The smallest run that is still a VAE: little to load on a busy machine. */
export const SMALL = { model: 'vae', preset: 'mlp-2d', device: 'cpu', seed: 5, paused: true, options: { batch: 16 } };

/**
 * Starts an engine and a run, which stays in the page as `runs[name]`, with all that its status said
 * in `statuses[name]`.
 * @param {import('playwright-core').Page} page
 * @param {object} options for engine.train; `weights` and `snapshot` name bytes that `keep` has kept
 * @returns {Promise<null | { code: string, message: string }>} the error, or null
 */
export async function startRun(page, options = SMALL, name = 'run') {
  if (!(await page.evaluate(() => window.engines?.engine !== undefined))) {
    const error = await startEngine(page);
    if (error) return error;
  }
  return page.evaluate(
    async ([key, given]) => {
      const said = [];
      window.runs ??= {};
      window.statuses ??= {};
      window.statuses[key] = said;
      for (const bytes of ['weights', 'snapshot']) {
        if (given[bytes]) given[bytes] = window.kept[given[bytes]];
      }
      try {
        window.runs[key] = await window.engines.engine.train({ ...given, onStatus: (status) => said.push(status) });
        return null;
      } catch ({ code, message }) {
        return { code, message };
      }
    },
    [name, options],
  );
}

/**
 * Calls a method of the run.
 * @returns what it resolved to, typed arrays as plain ones, or `{ error: { code, message } }`
 */
export function call(page, method, argument, name = 'run') {
  return page.evaluate(
    async ([key, what, given]) => {
      const plain = (value) =>
        ArrayBuffer.isView(value)
          ? [...value]
          : value && typeof value === 'object'
            ? Object.fromEntries(Object.entries(value).map(([field, each]) => [field, plain(each)]))
            : value;
      if (given?.images) given.images = Float32Array.from(given.images);
      if (given?.latents) given.latents = Float32Array.from(given.latents);
      try {
        return plain(await window.runs[key][what](given));
      } catch ({ code, message }) {
        return { error: { code, message } };
      }
    },
    [name, method, argument],
  );
}

/** Keeps what `method` gives, 'snapshot' or 'weights', as `kept[as]`; returns its SHA-256. */
export function keep(page, method, as, name = 'run') {
  return page.evaluate(
    async ([key, what, place]) => {
      window.kept ??= {};
      const bytes = await window.runs[key][what]();
      window.kept[place] = bytes;
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    },
    [name, method, as],
  );
}

/** Restores the run from `kept[as]`; returns the error, or null. */
export function restore(page, as, name = 'run') {
  return page.evaluate(
    async ([key, place]) => {
      try {
        await window.runs[key].restore(window.kept[place]);
        return null;
      } catch ({ code, message }) {
        return { code, message };
      }
    },
    [name, as],
  );
}

/** The metrics of the next `count` steps, which the run is made to do. */
export function steps(page, count, name = 'run') {
  return page.evaluate(
    async ([key, number]) => {
      const run = window.runs[key];
      const metrics = run.metrics();
      const done = run.step(number);
      const taken = [];
      while (taken.length < number) taken.push((await metrics.next()).value);
      await done;
      await metrics.return();
      return taken;
    },
    [name, count],
  );
}

/** Waits for a status of the run in which these fields have these values. */
export async function waitForStatus(page, wanted, { name = 'run', timeout = 60_000 } = {}) {
  await page.waitForFunction(
    ([key, fields]) =>
      window.statuses[key].some((status) => Object.entries(fields).every(([field, value]) => status[field] === value)),
    [name, wanted],
    { timeout },
  );
}
