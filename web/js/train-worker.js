// @ts-check
/**
 * The worker of one training run or game, on the processor or on the GPU. It steps in slices; between steps
 * messages get through. No timer sets the pace, so a tab in the background trains on.
 */

import { showsLife } from './worker/alive.js';
import { crashOf, download, loadBundle } from './worker/files.js';
import { openAdapter } from './worker/gpu.js';
import { Session } from './worker/session.js';

/** @typedef {import('./engine/types.js').Progress} Progress */

/** The files of a data set that a run learns from: pictures and classes. */
const FILES = ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz'];

/** Messages that wait for their turn: none overtakes a step or another. */
/** @type {any[]} */
const inbox = [];
let working = false;
/** @type {Session | null} */
let session = null;
/** Ends a pause between steps early. */
let wake = () => {};

/** Lets messages in, and returns at once. */
const door = new MessageChannel();
let opened = () => {};
door.port1.onmessage = () => opened();
const breathe = () =>
  new Promise((resolve) => {
    opened = () => resolve(undefined);
    door.port2.postMessage(null);
  });

/**
 * @param {unknown} message
 * @param {Transferable[]} [transfer]
 */
const post = (message, transfer = []) => self.postMessage(message, { transfer });

/**
 * Loads the bundle and the data, and begins or restores the run.
 * @param {any} message
 */
async function start({ base, kind, device, dataset, spec, weights, snapshot, settings }) {
  const report = (/** @type {Progress} */ progress) => post({ type: 'progress', progress });
  const adapter = device === 'webgpu' ? await openAdapter(post) : null;
  const names = dataset === null ? [] : FILES;
  const loaded = names.map(() => 0);
  const [wasm, ...files] = await Promise.all([
    loadBundle(base, device === 'webgpu' ? 'wasm-webgpu' : 'wasm-train', (bytes, total) =>
      report({ stage: 'wasm', model: null, loaded: bytes, total }),
    ),
    ...names.map((name, index) => {
      const path = `data/${dataset}/${name}`;
      return download(new URL(path, base), path, 'default', (bytes) => {
        loaded[index] = bytes;
        const sum = loaded.reduce((all, each) => all + each, 0);
        report({ stage: 'data', model: null, loaded: sum, total: null });
      });
    }),
  ]);
  const data = dataset === null ? null : new wasm.Data(dataset, ...files);
  const compute = await wasm.openDevice();
  const parts = { kind, wasm, data, compute, spec, weights, snapshot, settings, device, post };
  session = await Session.open(parts);
  return { ...session.facts(), adapter };
}

/**
 * @param {any} message
 * @returns {Promise<unknown>}
 */
async function answer(message) {
  if (message.type === 'start') {
    return start(message);
  }
  if (!session) {
    throw new Error('The run has not begun.');
  }
  return session.answer(message);
}

/** @param {any} message */
async function handle(message) {
  const { id } = message;
  try {
    const result = await answer(message);
    if (id !== undefined) {
      post({ id, type: 'done', result });
    }
  } catch (error) {
    fail(error, id);
  }
}

/**
 * Fails a request, or, where there is none or the bundle is broken, the whole worker.
 * @param {unknown} error
 * @param {number} [id]
 */
function fail(error, id) {
  const crash = crashOf(error);
  const { code = 'wasm', message = String(error) } = crash ?? /** @type {any} */ (error) ?? {};
  const broken = crash !== null || id === undefined;
  post(broken ? { type: 'crashed', code, message } : { id, type: 'failed', code, message });
}

/** Answers what waits, trains while there is a goal, and ends when there is nothing to do. */
async function work() {
  working = true;
  while (inbox.length > 0 || session?.hasGoal()) {
    while (inbox.length > 0) {
      await handle(inbox.shift());
    }
    try {
      await session?.slice(() => inbox.length > 0);
    } catch (error) {
      fail(error);
    }
    const pause = session?.pause() ?? 0;
    if (pause > 0 && inbox.length === 0) {
      await new Promise((resolve) => {
        wake = () => resolve(undefined);
        setTimeout(wake, pause);
      });
    }
    await breathe();
  }
  working = false;
}

self.onmessage = ({ data }) => {
  if (showsLife(data)) {
    return;
  }
  inbox.push(data);
  wake();
  if (!working) {
    work();
  }
};
