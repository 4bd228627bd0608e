// @ts-check
/**
 * The worker behind engine.js, and the only file that touches the wasm bundle.
 *
 * A message in carries an id and ends exactly once: done, aborted or failed. Work is done in slices
 * of a few milliseconds, one job after the other, and between slices messages get through, so that
 * an abort is heard at once and several jobs share the time fairly.
 */

/**
 * The exports of crates/web.
 * @typedef {object} Wasm
 * @property {(options: { module_or_path: WebAssembly.Module }) => Promise<unknown>} default
 * @property {(config: Uint8Array, weights: Uint8Array) => Model} loadModel
 */

/**
 * @typedef {object} Model
 * @property {(pixels: Uint8Array, known: Uint8Array, count: number, seed: number, temperature: number) => Completion} startCompletion
 * @property {(images: Uint8Array, known?: Uint8Array) => LikelihoodJob} logLikelihood
 * @property {(pixels: Uint8Array, known: Uint8Array) => Float32Array} probabilities
 * @property {() => void} free
 */

/**
 * @typedef {object} Completion
 * @property {(pixels: number) => number} advance samples that many hidden pixels; returns those left
 * @property {() => Uint8Array} images
 * @property {() => Float32Array} probabilities
 * @property {() => Float64Array} logLikelihood
 * @property {() => void} free
 */

/**
 * @typedef {object} LikelihoodJob
 * @property {(pictures: number) => number} advance scores that many pictures; returns those left
 * @property {() => Float64Array} values
 * @property {() => void} free
 */

/** @typedef {import('./engine.js').ModelInfo} ModelInfo */
/** @typedef {import('./engine.js').Progress} Progress */

/**
 * Work under way.
 * @typedef {object} Job
 * @property {number} id
 * @property {boolean} ended
 * @property {((until: number) => unknown) | null} slice works until the given time; returns the result once done
 * @property {(() => void) | null} free
 */

/** How long a slice works, in milliseconds: a step may overrun it by STEP. */
const SLICE = 6;
/** How long one call into wasm should take. */
const STEP = 2;

/** An error that engine.js passes on as it is. */
class Failure extends Error {
  /**
   * @param {import('./engine.js').ErrorCode} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** @type {Map<number, Job>} */
const jobs = new Map();
/** Jobs that wait for their next slice, in turn. */
/** @type {Job[]} */
const turns = [];
const clock = new MessageChannel();
clock.port1.onmessage = turn;

let base = '';
/** @type {Promise<Wasm> | undefined} */
let wasm;
/** @type {Promise<ModelInfo[]> | undefined} */
let index;
/** @type {Map<string, Promise<Model>>} */
const models = new Map();
/** Models whose first download failed: the next one goes past the cache. */
/** @type {Set<string>} */
const suspect = new Set();
/** Who hears how a model's download gets on. */
/** @type {Map<string, Set<(progress: Progress) => void>>} */
const listeners = new Map();

/**
 * @param {unknown} message
 * @param {Transferable[]} [transfer]
 */
function post(message, transfer = []) {
  self.postMessage(message, { transfer });
}

/**
 * @param {string} path relative to the base
 * @param {RequestCache} [cache]
 * @param {(loaded: number, total: number | null) => void} [onProgress]
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
async function download(path, cache = 'default', onProgress) {
  const advice = 'Check the connection and try again.';
  try {
    const response = await fetch(new URL(path, base), { cache });
    if (!response.ok) {
      throw new Failure('fetch', `${path}: the server answered ${response.status}. ${advice}`);
    }
    if (!onProgress || !response.body) {
      return new Uint8Array(await response.arrayBuffer());
    }
    // A compressed body's length says nothing about the bytes that come out of it.
    const encoded = response.headers.has('content-encoding');
    const total = encoded ? null : Number(response.headers.get('content-length')) || null;
    const parts = [];
    let loaded = 0;
    const reader = response.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      loaded += part.value.length;
      onProgress(loaded, total);
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  } catch (error) {
    if (error instanceof Failure) {
      throw error;
    }
    throw new Failure('fetch', `${path} could not be loaded: ${String(error)}. ${advice}`);
  }
}

/**
 * @param {(progress: Progress) => void} onProgress
 * @returns {Promise<Wasm>}
 */
async function loadWasm(onProgress) {
  const script = new URL('wasm/halfdrawn_web.js', base).href;
  const [module, bytes] = await Promise.all([
    import(script).catch((error) => {
      throw new Failure(
        'fetch',
        `wasm/halfdrawn_web.js could not be loaded: ${String(error)}. Check the connection and try again.`,
      );
    }),
    download('wasm/halfdrawn_web_bg.wasm', 'default', (loaded, total) =>
      onProgress({ stage: 'wasm', model: null, loaded, total }),
    ),
  ]);
  try {
    await module.default({ module_or_path: await WebAssembly.compile(bytes) });
    onProgress({ stage: 'wasm', model: null, loaded: bytes.length, total: bytes.length });
  } catch (error) {
    const code = error instanceof RangeError ? 'memory' : 'wasm';
    throw new Failure(code, `The WebAssembly bundle could not be started: ${String(error)}`);
  }
  return module;
}

/** @returns {Promise<ModelInfo[]>} */
async function loadIndex() {
  const bytes = await download('pretrained/index.json');
  try {
    return JSON.parse(new TextDecoder().decode(bytes)).map((/** @type {any} */ entry) => ({
      name: String(entry.name),
      kind: entry.kind,
      parameters: Number(entry.parameters),
      bytes: Number(entry.bytes),
      default: entry.default === true,
    }));
  } catch (error) {
    throw new Failure('weights', `pretrained/index.json is damaged: ${String(error)}`);
  }
}

/**
 * @param {string} name
 * @returns {Promise<Model>}
 */
async function fetchModel(name) {
  const cache = suspect.has(name) ? 'reload' : 'default';
  suspect.add(name);
  const total = (await index)?.find((entry) => entry.name === name)?.bytes ?? null;
  const [config, weights, { loadModel }] = await Promise.all([
    download(`pretrained/${name}/config.json`, cache),
    download(`pretrained/${name}/model.safetensors`, cache, (loaded) => {
      for (const listener of listeners.get(name) ?? []) {
        listener({ stage: 'weights', model: name, loaded, total });
      }
    }),
    /** @type {Promise<Wasm>} */ (wasm),
  ]);
  const model = loadModel(config, weights);
  suspect.delete(name);
  return model;
}

/**
 * The model, loaded once. A failed download is told to the first who asks and then forgotten, so
 * that asking again tries again.
 * @param {string} name
 * @param {(progress: Progress) => void} [onProgress]
 * @returns {Promise<Model>}
 */
async function modelNamed(name, onProgress) {
  const heard = listeners.get(name) ?? new Set();
  listeners.set(name, heard);
  if (onProgress) {
    heard.add(onProgress);
  }
  const loading = models.get(name) ?? fetchModel(name);
  models.set(name, loading);
  try {
    return await loading;
  } catch (error) {
    if (models.get(name) === loading) {
      models.delete(name);
    }
    throw error;
  } finally {
    if (onProgress) {
      heard.delete(onProgress);
    }
  }
}

/**
 * A promise whose failure is told to whoever awaits it later, and to the console never.
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
function quietly(promise) {
  promise.catch(() => {});
  return promise;
}

/**
 * Loads bundle and index side by side, then the default model's weights without being asked.
 * @param {number} id
 * @param {string} folder
 */
async function start(id, folder) {
  base = folder;
  const report = (/** @type {Progress} */ progress) => post({ id, type: 'progress', progress });
  wasm = quietly(loadWasm(report));
  index = quietly(loadIndex());
  const found = await index;
  const first = (found.find((entry) => entry.default) ?? found[0])?.name;
  if (first && !models.has(first)) {
    listeners.set(first, new Set([report]));
    models.set(first, quietly(fetchModel(first)));
  }
  await wasm;
  return found;
}

/**
 * @param {any} message
 * @returns {Promise<Pick<Job, 'slice' | 'free'>>}
 */
async function prepare(message) {
  const { id, type, pixels, known } = message;
  const model = await modelNamed(message.model, (progress) => {
    post({ id, type: 'progress', progress });
  });
  if (!jobs.has(id) || type === 'load') {
    return { slice: () => null, free: null };
  }
  if (type === 'complete') {
    return completion(model, message);
  }
  if (type === 'logLikelihood') {
    const job = model.logLikelihood(message.images, message.known);
    return {
      slice: (until) => {
        let left;
        do {
          left = job.advance(1);
        } while (left > 0 && performance.now() < until);
        return left > 0 ? undefined : job.values();
      },
      free: () => job.free(),
    };
  }
  return { slice: () => model.probabilities(pixels, known), free: null };
}

/**
 * @param {Model} model
 * @param {any} message
 * @returns {Pick<Job, 'slice' | 'free'>}
 */
function completion(model, { id, pixels, known, count, seed, temperature, report }) {
  const hidden = Uint16Array.from([...known.keys()].filter((pixel) => known[pixel] === 0));
  const job = model.startCompletion(pixels, known, count, seed, temperature);
  let told = 0;
  let stride = 1;
  /** @param {number} left */
  const tell = (left) => {
    const indices = hidden.slice(told, hidden.length - left);
    if (!report || indices.length === 0) {
      return;
    }
    told += indices.length;
    const [images, chances] = [job.images(), job.probabilities()];
    const values = new Uint8Array(indices.length * count);
    const probabilities = new Float32Array(indices.length * count);
    indices.forEach((pixel, step) => {
      for (let one = 0; one < count; one++) {
        values[step * count + one] = images[one * known.length + pixel];
        probabilities[step * count + one] = chances[one * known.length + pixel];
      }
    });
    post({ id, type: 'pixels', indices, values, probabilities }, [
      indices.buffer,
      values.buffer,
      probabilities.buffer,
    ]);
  };
  return {
    slice: (until) => {
      let left;
      let now = performance.now();
      do {
        left = job.advance(stride);
        const took = performance.now() - now;
        now += took;
        if (took > STEP) {
          stride = Math.max(1, stride >> 1);
        } else if (took < STEP / 2) {
          stride = Math.min(known.length, stride * 2);
        }
      } while (left > 0 && now < until);
      tell(left);
      return left > 0 ? undefined : { images: job.images(), logLikelihood: job.logLikelihood() };
    },
    free: () => job.free(),
  };
}

/**
 * Ends a job exactly once.
 * @param {Job} job
 * @param {Record<string, unknown>} ending
 */
function end(job, ending) {
  if (!job.ended) {
    job.ended = true;
    jobs.delete(job.id);
    job.free?.();
    post({ id: job.id, ...ending });
  }
}

/**
 * @param {Job} job
 * @param {unknown} error
 */
function fail(job, error) {
  if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
    // After a trap the bundle's memory is in no known state: engine.js starts a new worker.
    const memory = error instanceof RangeError || /memory|alloc/i.test(String(error));
    const what = memory ? 'ran out of memory' : `crashed (${String(error)})`;
    post({
      type: 'crashed',
      code: memory ? 'memory' : 'wasm',
      message: `The model ${what}. Try again.`,
    });
    return;
  }
  const { code = 'wasm', message = String(error) } = /** @type {any} */ (error) ?? {};
  end(job, { type: 'failed', code, message });
}

/** Gives the job whose turn it is one slice. */
function turn() {
  const job = turns.shift();
  if (job?.slice && !job.ended) {
    try {
      const result = job.slice(performance.now() + SLICE);
      if (result === undefined) {
        turns.push(job);
      } else {
        end(job, { type: 'done', result });
      }
    } catch (error) {
      fail(job, error);
    }
  }
  if (turns.length > 0) {
    clock.port2.postMessage(null);
  }
}

/** @param {any} message */
async function begin(message) {
  /** @type {Job} */
  const job = { id: message.id, ended: false, slice: null, free: null };
  jobs.set(job.id, job);
  try {
    if (message.type === 'start') {
      end(job, { type: 'done', result: await start(job.id, message.base) });
      return;
    }
    Object.assign(job, await prepare(message));
    if (job.ended) {
      job.free?.();
      return;
    }
    turns.push(job);
    if (turns.length === 1) {
      clock.port2.postMessage(null);
    }
  } catch (error) {
    fail(job, error);
  }
}

self.onmessage = ({ data }) => {
  if (data.type === 'abort') {
    const job = jobs.get(data.id);
    if (job) {
      end(job, { type: 'aborted' });
    }
  } else {
    begin(data);
  }
};
