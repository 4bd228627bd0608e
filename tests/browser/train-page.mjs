// Drives training runs inside a page.
import { startEngine } from './engine-page.mjs';

/** The smallest run that is still a VAE: little to load on a busy machine. */
export const SMALL = { model: 'vae', preset: 'mlp-2d', device: 'cpu', seed: 5, paused: true, options: { batch: 16 } };

/**
 * Starts an engine and a run, which stays in the page as `runs[name]`, with all that its status said
 * in `statuses[name]`.
 * @param {import('playwright-core').Page} page
 * @param {object} options for engine.train; `weights` and `snapshot` name bytes that `keep` has kept
 * @param {'train' | 'play'} method of the engine
 * @returns {Promise<null | { code: string, message: string }>} the error, or null
 */
export async function startRun(page, options = SMALL, name = 'run', method = 'train') {
  if (!(await page.evaluate(() => window.engines?.engine !== undefined))) {
    const error = await startEngine(page);
    if (error) return error;
  }
  return page.evaluate(
    async ([key, given, begin]) => {
      const said = [];
      window.runs ??= {};
      window.statuses ??= {};
      window.statuses[key] = said;
      for (const bytes of ['weights', 'snapshot']) {
        if (given[bytes]) given[bytes] = window.kept[given[bytes]];
      }
      try {
        window.runs[key] = await window.engines.engine[begin]({ ...given, onStatus: (status) => said.push(status) });
        return null;
      } catch ({ code, message }) {
        return { code, message };
      }
    },
    [name, options, method],
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
      if (given?.labels) given.labels = Uint8Array.from(given.labels);
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
export async function waitForStatus(page, wanted, { name = 'run', timeout = 120_000 } = {}) {
  await page.waitForFunction(
    ([key, fields]) =>
      window.statuses[key].some((status) => Object.entries(fields).every(([field, value]) => status[field] === value)),
    [name, wanted],
    { timeout },
  );
}

/** A worker's device is its own affair: workers keep it as `self.device`, where it is made. */
export const exposeDevice = (site) =>
  site.faults.set('js/train-worker.js', (bytes) =>
    Buffer.concat([
      bytes,
      Buffer.from(`
        if (globalThis.GPUAdapter) {
          const { requestDevice } = GPUAdapter.prototype;
          GPUAdapter.prototype.requestDevice = async function (...options) {
            return (self.device = await requestDevice.apply(this, options));
          };
        }`),
    ]),
  );

/** No software adapter is faster than the CPU: the clock of the CPU's steps goes wrong. */
export const slowDownCpu = (site) =>
  site.faults.set('js/worker/session.js', (bytes) =>
    Buffer.from(
      String(bytes).replace(
        /(const milliseconds\s*=\s*performance\.now\(\)\s*-\s*this\.#began)/,
        "$1 + (this.#parts.device === 'cpu' ? 1e6 : 0)",
      ),
    ),
  );

/** Destroys the device of the worker that has one; such a worker may not outlive it. */
export async function destroyDevice(page) {
  for (const worker of page.workers()) {
    if (await worker.evaluate(() => self.device !== undefined).catch(() => false)) {
      await worker.evaluate(() => self.device.destroy()).catch(() => {});
      return;
    }
  }
  throw new Error('no worker has a GPU');
}
