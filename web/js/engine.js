// @ts-check
/**
 * The public engine: finishes, scores and explains 28×28 binary pictures with the pretrained models.
 *
 * Pictures are row-major, one byte a pixel, 0 (paper) or 1 (ink). All work happens in a worker, so
 * the page never waits. docs/api.md has the reference.
 */

/** Pixels on a side of a picture. */
export const SIDE = 28;
/** Pixels in a picture. */
export const PIXELS = SIDE * SIDE;
/** The most completions of one request. */
export const MOST_COMPLETIONS = 64;

/**
 * @typedef {'length' | 'value' | 'count' | 'temperature' | 'option' | 'model' | 'weights' | 'memory'
 *   | 'fetch' | 'wasm' | 'simd' | 'aborted' | 'stopped'} ErrorCode
 */

/**
 * @typedef {object} ModelInfo
 * @property {string} name what `model` options take
 * @property {'completion' | 'pixelcnn'} kind whether it sees known pixels anywhere, or only earlier ones
 * @property {number} parameters
 * @property {number} bytes size of its weight file
 * @property {boolean} default true for the model used where none is named
 */

/**
 * @typedef {object} Progress
 * @property {'wasm' | 'weights'} stage
 * @property {string | null} model the model whose weights are loading
 * @property {number} loaded bytes so far
 * @property {number | null} total bytes in all, where known
 */

/**
 * @typedef {object} PixelEvent
 * @property {number} index raster index of the pixel
 * @property {Uint8Array} values what it came out as, one a completion
 * @property {Float32Array} probabilities p(ink | known and earlier pixels) at temperature 1, one a completion
 */

/**
 * @typedef {object} StartOptions
 * @property {string | URL} [base] folder that holds wasm/ and pretrained/; by default the one above this file's
 * @property {(progress: Progress) => void} [onProgress]
 */

/**
 * @typedef {object} LoadOptions
 * @property {(progress: Progress) => void} [onProgress]
 * @property {AbortSignal} [signal]
 */

/**
 * @typedef {object} CompleteOptions
 * @property {string} [model]
 * @property {Uint8Array} pixels 784 values; those of hidden pixels do not matter
 * @property {Uint8Array} known 784 values: 1 where the pixel is given, 0 where it is hidden
 * @property {number} count completions, 1 to 64
 * @property {number} seed 0 to 2³² − 1; completion i depends on seed and i, not on count
 * @property {number} [temperature] above 0, by default 1; below 1 keeps closer to the likeliest
 * @property {(pixel: PixelEvent) => void} [onPixel] called for each hidden pixel in raster order
 * @property {AbortSignal} [signal]
 */

/**
 * @typedef {object} Completions
 * @property {Uint8Array} images count × 784
 * @property {Float64Array} logLikelihood nats of the hidden pixels at temperature 1, one a completion
 */

/**
 * @typedef {object} LikelihoodOptions
 * @property {string} [model]
 * @property {Uint8Array} images n × 784 values
 * @property {Uint8Array} [known] n × 784 values: with it, the nats of the hidden pixels alone
 * @property {AbortSignal} [signal]
 */

/**
 * @typedef {object} ProbabilityOptions
 * @property {string} [model]
 * @property {Uint8Array} pixels 784 values, hidden pixels too
 * @property {Uint8Array} known 784 values
 * @property {AbortSignal} [signal]
 */

/**
 * A request that the worker has not finished.
 * @typedef {object} Pending
 * @property {(value: any) => void} resolve
 * @property {(error: unknown) => void} reject
 * @property {(progress: Progress) => void} [onProgress]
 * @property {(pixel: PixelEvent) => void} [onPixel]
 * @property {() => void} release
 */

/** What every rejected promise of the engine holds. */
export class EngineError extends Error {
  /**
   * @param {ErrorCode} code
   * @param {string} message
   * @param {unknown} [cause]
   */
  constructor(code, message, cause) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = code === 'aborted' ? 'AbortError' : 'EngineError';
    /** @type {ErrorCode} */
    this.code = code;
  }
}

/** A function that returns a 128-bit vector: browsers without SIMD call it invalid. */
const SIMD_PROBE = Uint8Array.of(
  0,
  97,
  115,
  109,
  1,
  0,
  0,
  0,
  1,
  5,
  1,
  96,
  0,
  1,
  123,
  3,
  2,
  1,
  0,
  10,
  10,
  1,
  8,
  0,
  65,
  0,
  253,
  15,
  253,
  98,
  11,
);

function checkSupport() {
  if (typeof WebAssembly !== 'object' || typeof Worker !== 'function') {
    throw new EngineError(
      'wasm',
      'This browser has no WebAssembly or no workers (or they are switched off). Switch them on or use a current browser.',
    );
  }
  if (!WebAssembly.validate(SIMD_PROBE)) {
    throw new EngineError(
      'simd',
      'This browser has no WebAssembly SIMD. Use Chrome or Edge 91, Firefox 89, Safari 16.4 or newer.',
    );
  }
}

/**
 * @param {unknown} options
 * @param {string} method
 * @param {string[]} allowed
 */
function checkOptions(options, method, allowed) {
  if (typeof options !== 'object' || options === null) {
    throw new EngineError('option', `${method} takes an object of options.`);
  }
  for (const key of Object.keys(options)) {
    if (!allowed.includes(key)) {
      throw new EngineError(
        'option',
        `${method} has no option '${key}'; it has ${allowed.join(', ')}.`,
      );
    }
  }
}

/**
 * A copy of the array, so that the caller may change it at once.
 * @param {unknown} array
 * @param {string} name
 * @param {number | null} length null: any positive multiple of a picture
 * @returns {Uint8Array<ArrayBuffer>}
 */
function checkBits(array, name, length) {
  const size = length ?? `a positive multiple of ${PIXELS}`;
  if (Object.prototype.toString.call(array) !== '[object Uint8Array]') {
    throw new EngineError('length', `${name} must be a Uint8Array of length ${size}.`);
  }
  const copy = Uint8Array.from(/** @type {Uint8Array} */ (array));
  const fits =
    length === null ? copy.length > 0 && copy.length % PIXELS === 0 : copy.length === length;
  if (!fits) {
    throw new EngineError('length', `${name} has length ${copy.length}; it must be ${size}.`);
  }
  const wrong = copy.findIndex((value) => value > 1);
  if (wrong >= 0) {
    throw new EngineError(
      'value',
      `${name}[${wrong}] is ${copy[wrong]}; each value must be 0 or 1.`,
    );
  }
  return copy;
}

/**
 * @param {unknown} count
 * @returns {number}
 */
function checkCount(count) {
  if (!Number.isInteger(count) || Number(count) < 1 || Number(count) > MOST_COMPLETIONS) {
    throw new EngineError(
      'count',
      `count is ${String(count)}; it must be a whole number from 1 to ${MOST_COMPLETIONS}.`,
    );
  }
  return Number(count);
}

/**
 * @param {unknown} seed
 * @returns {number}
 */
function checkSeed(seed) {
  if (!Number.isInteger(seed) || Number(seed) < 0 || Number(seed) > 0xffffffff) {
    throw new EngineError(
      'value',
      `seed is ${String(seed)}; it must be a whole number from 0 to 4294967295.`,
    );
  }
  return Number(seed);
}

/**
 * @param {unknown} temperature
 * @returns {number}
 */
function checkTemperature(temperature) {
  if (typeof temperature !== 'number' || !Number.isFinite(temperature) || temperature <= 0) {
    throw new EngineError(
      'temperature',
      `temperature is ${String(temperature)}; it must be a finite number above 0.`,
    );
  }
  return temperature;
}

/**
 * @template T
 * @param {T | undefined} callback
 * @param {string} name
 * @returns {T | undefined}
 */
function checkCallback(callback, name) {
  if (callback !== undefined && typeof callback !== 'function') {
    throw new EngineError('option', `${name} must be a function.`);
  }
  return callback;
}

/**
 * @param {unknown} signal
 * @returns {AbortSignal | undefined}
 */
function checkSignal(signal) {
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new EngineError('option', 'signal must be an AbortSignal.');
  }
  return signal;
}

/**
 * @param {unknown} base
 * @returns {string}
 */
function checkBase(base) {
  if (base === undefined) {
    return new URL('../', import.meta.url).href;
  }
  try {
    const url = new URL(String(base), globalThis.location?.href ?? import.meta.url);
    if (!url.pathname.endsWith('/')) {
      url.pathname += '/';
    }
    return url.href;
  } catch (cause) {
    throw new EngineError('option', `base is '${String(base)}', which is not a URL.`, cause);
  }
}

/** @param {unknown} cause */
const aborted = (cause) => new EngineError('aborted', 'The request was aborted.', cause);

/** Finishes, scores and explains pictures in a worker of its own. Made by `Engine.start`. */
export class Engine {
  /** @type {string} */
  #base;
  /** @type {Worker | null} */
  #worker = null;
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  /** @type {ModelInfo[]} */
  #models = [];
  #lastId = 0;
  #stopped = false;
  /** Whether the worker of the moment has answered: tells a script that failed to load from a crash. */
  #answered = false;

  /** @param {string} base */
  constructor(base) {
    this.#base = base;
  }

  /**
   * Loads the CPU bundle and the list of models in a worker, and begins to load the default model.
   * @param {StartOptions} [options]
   * @returns {Promise<Engine>}
   */
  static async start(options = {}) {
    checkOptions(options, 'Engine.start', ['base', 'onProgress']);
    const onProgress = checkCallback(options.onProgress, 'onProgress');
    const engine = new Engine(checkBase(options.base));
    checkSupport();
    try {
      engine.#models = await engine.#spawn(onProgress);
    } catch (error) {
      engine.stop();
      throw error;
    }
    return engine;
  }

  /**
   * The models there are.
   * @returns {Promise<ModelInfo[]>}
   */
  async models() {
    this.#checkRunning();
    return this.#models.map((model) => ({ ...model }));
  }

  /**
   * Loads a model's weights ahead of the first request that needs them.
   * @param {string} [model]
   * @param {LoadOptions} [options]
   * @returns {Promise<void>}
   */
  async load(model, options = {}) {
    checkOptions(options, 'load', ['onProgress', 'signal']);
    const onProgress = checkCallback(options.onProgress, 'onProgress');
    await this.#request('load', { model: this.#checkModel(model) }, options.signal, { onProgress });
  }

  /**
   * Draws `count` completions from p(hidden | known).
   * @param {CompleteOptions} options
   * @returns {Promise<Completions>}
   */
  async complete(options) {
    checkOptions(options, 'complete', [
      'model',
      'pixels',
      'known',
      'count',
      'seed',
      'temperature',
      'onPixel',
      'signal',
    ]);
    const onPixel = checkCallback(options.onPixel, 'onPixel');
    const body = {
      model: this.#checkModel(options.model),
      pixels: checkBits(options.pixels, 'pixels', PIXELS),
      known: checkBits(options.known, 'known', PIXELS),
      count: checkCount(options.count),
      seed: checkSeed(options.seed),
      temperature: checkTemperature(options.temperature ?? 1),
      report: onPixel !== undefined,
    };
    return this.#request('complete', body, options.signal, { onPixel });
  }

  /**
   * Exact log-likelihoods in nats.
   * @param {LikelihoodOptions} options
   * @returns {Promise<Float64Array>}
   */
  async logLikelihood(options) {
    checkOptions(options, 'logLikelihood', ['model', 'images', 'known', 'signal']);
    const images = checkBits(options.images, 'images', null);
    const known =
      options.known === undefined ? undefined : checkBits(options.known, 'known', images.length);
    const body = { model: this.#checkModel(options.model), images, known };
    return this.#request('logLikelihood', body, options.signal, {});
  }

  /**
   * p(ink) of each pixel given the known pixels and the earlier ones.
   * @param {ProbabilityOptions} options
   * @returns {Promise<Float32Array>}
   */
  async probabilities(options) {
    checkOptions(options, 'probabilities', ['model', 'pixels', 'known', 'signal']);
    const body = {
      model: this.#checkModel(options.model),
      pixels: checkBits(options.pixels, 'pixels', PIXELS),
      known: checkBits(options.known, 'known', PIXELS),
    };
    return this.#request('probabilities', body, options.signal, {});
  }

  /** Ends the worker at once. What is pending, and every later request, is rejected with 'stopped'. */
  stop() {
    this.#stopped = true;
    this.#discard(new EngineError('stopped', 'The engine was stopped.'));
  }

  #checkRunning() {
    if (this.#stopped) {
      throw new EngineError('stopped', 'The engine was stopped; start a new one.');
    }
  }

  /**
   * @param {unknown} name
   * @returns {string}
   */
  #checkModel(name) {
    this.#checkRunning();
    const found =
      name === undefined
        ? (this.#models.find((model) => model.default) ?? this.#models[0])
        : this.#models.find((model) => model.name === name);
    if (!found) {
      const names = this.#models.map((model) => model.name).join(', ');
      throw new EngineError('model', `There is no model '${String(name)}'; there are ${names}.`);
    }
    return found.name;
  }

  /**
   * A worker that is loading the bundle; resolves to the list of models.
   * @param {(progress: Progress) => void} [onProgress]
   * @returns {Promise<ModelInfo[]>}
   */
  #spawn(onProgress) {
    try {
      this.#worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    } catch (cause) {
      return Promise.reject(
        new EngineError('fetch', `The worker could not be started: ${String(cause)}`, cause),
      );
    }
    this.#answered = false;
    this.#worker.onmessage = (event) => this.#receive(event.data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#discard(
        this.#answered
          ? new EngineError('wasm', `The worker crashed: ${event.message}. Try again.`)
          : new EngineError(
              'fetch',
              'The worker script could not be loaded. Check the connection and try again.',
            ),
      );
    };
    return this.#post('start', { base: this.#base }, { onProgress });
  }

  /**
   * Posts a request to the worker, a new one where the last has crashed, and follows `signal`.
   * @param {string} type
   * @param {Record<string, unknown>} body
   * @param {unknown} signal
   * @param {Pick<Pending, 'onPixel' | 'onProgress'>} callbacks
   * @returns {Promise<any>}
   */
  #request(type, body, signal, callbacks) {
    const checked = checkSignal(signal);
    if (checked?.aborted) {
      return Promise.reject(aborted(checked.reason));
    }
    if (!this.#worker) {
      // Its failure reaches every request that waits for it.
      this.#spawn().catch(() => {});
    }
    return this.#post(type, body, callbacks, checked);
  }

  /**
   * @param {string} type
   * @param {Record<string, unknown>} body
   * @param {Pick<Pending, 'onPixel' | 'onProgress'>} callbacks
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  #post(type, body, callbacks, signal) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const abort = () => this.#abandon(id, aborted(signal?.reason));
      signal?.addEventListener('abort', abort, { once: true });
      const release = () => signal?.removeEventListener('abort', abort);
      this.#pending.set(id, { ...callbacks, resolve, reject, release });
      this.#worker?.postMessage({ id, type, ...body });
    });
  }

  /**
   * Rejects a request now and has the worker drop it; what it still sends about it is ignored.
   * @param {number} id
   * @param {unknown} error
   */
  #abandon(id, error) {
    this.#worker?.postMessage({ id, type: 'abort' });
    this.#settle(id)?.reject(error);
  }

  /**
   * Takes a request off the list.
   * @param {number} id
   * @returns {Pending | undefined}
   */
  #settle(id) {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.release();
    return pending;
  }

  /**
   * Ends the worker and rejects everything; the next request starts a new worker.
   * @param {EngineError} error
   */
  #discard(error) {
    this.#worker?.terminate();
    this.#worker = null;
    for (const id of [...this.#pending.keys()]) {
      this.#settle(id)?.reject(error);
    }
  }

  /** @param {any} message */
  #receive(message) {
    this.#answered = true;
    const { id, type } = message;
    if (type === 'crashed') {
      this.#discard(new EngineError(message.code, message.message));
    } else if (type === 'done') {
      this.#settle(id)?.resolve(message.result);
    } else if (type === 'failed') {
      this.#settle(id)?.reject(new EngineError(message.code, message.message));
    } else if (type === 'aborted') {
      this.#settle(id)?.reject(aborted(undefined));
    } else {
      this.#notify(id, message);
    }
  }

  /**
   * Hands news of a request to its callbacks; one that throws ends the request with what it threw.
   * @param {number} id
   * @param {any} message
   */
  #notify(id, message) {
    const pending = this.#pending.get(id);
    try {
      if (message.type === 'progress') {
        pending?.onProgress?.(message.progress);
      } else if (message.type === 'pixels') {
        const { indices, values, probabilities } = message;
        const count = values.length / indices.length;
        for (let step = 0; step < indices.length && this.#pending.has(id); step++) {
          const [from, to] = [step * count, (step + 1) * count];
          pending?.onPixel?.({
            index: indices[step],
            values: values.slice(from, to),
            probabilities: probabilities.slice(from, to),
          });
        }
      }
    } catch (error) {
      this.#abandon(id, error);
    }
  }
}
