// @ts-check
/** A run inside its worker: stepped in slices, saved now and then, asked between steps. */

import { pipelineCount } from './gpu.js';

/**
 * The Run of crates/web.
 * @typedef {object} WasmRun
 * @property {() => any} facts
 * @property {() => boolean} finished
 * @property {(change: object) => void} set
 * @property {() => Promise<any>} step
 * @property {(count: number) => Promise<any>} validate
 * @property {() => Promise<Uint8Array>} snapshot
 * @property {() => Promise<Uint8Array>} weights
 * @property {(images: Float32Array, labels?: Uint8Array) => Promise<any>} encode
 * @property {(latents: Float32Array, labels?: Uint8Array) => Promise<Float32Array>} decode
 * @property {(count: number, seed: number, labels: Uint8Array | undefined, binary: boolean) => Promise<Float32Array>} sample
 * @property {() => void} free
 */

/**
 * What a session is made of.
 * @typedef {object} Parts
 * @property {any} wasm exports of the bundle
 * @property {any} data the pictures
 * @property {any} compute the device
 * @property {object} spec model, preset, seed, options
 * @property {Uint8Array} [weights] to begin with
 * @property {Uint8Array} [snapshot] to go on from
 * @property {object} settings what may change while it goes on, as the caller has set it
 * @property {'cpu' | 'webgpu'} device
 * @property {(message: unknown, transfer?: Transferable[]) => void} post
 */

/** How long a slice works, in milliseconds. */
const SLICE = 40;
/** Milliseconds between two batches of metrics. */
const REPORT_EVERY = 100;
/** Milliseconds between two snapshots: more where a snapshot takes longer, so that few are lost to it. */
const KEEP = { least: 4000, most: 8000, times: 40 };
/** Held-out pictures that an epoch ends with. */
const HELD_OUT = 1000;
/** Steps a second at each speed. */
const SPEEDS = { slow: 2, normal: 10, full: Infinity };

export class Session {
  #parts;
  /** @type {WasmRun} */
  #run;
  #facts;
  /** Until which step to train, and which wish that is; a turn that is over is never taken up again. */
  #goal = { turn: 0, target: 0 };
  /** @type {keyof typeof SPEEDS} */
  #speed = 'full';
  /** When the last step began. */
  #began = 0;
  /** @type {any[]} */
  #metrics = [];
  #reported = 0;
  #kept = performance.now();
  #keepEvery = KEEP.least;

  /**
   * @param {Parts} parts
   * @param {WasmRun} run
   */
  constructor(parts, run) {
    this.#parts = parts;
    this.#run = run;
    run.set(parts.settings);
    this.#facts = run.facts();
  }

  /** @param {Parts} parts */
  static async open(parts) {
    const { wasm, spec, weights, snapshot, data, compute } = parts;
    const run = snapshot
      ? wasm.Run.restore(spec, snapshot, data, compute)
      : wasm.Run.begin(spec, weights, data, compute);
    return new Session(parts, run);
  }

  /** Kind, sizes and place of the run. */
  facts() {
    this.#facts = this.#run.facts();
    return this.#facts;
  }

  /** Whether there is a step to do. */
  hasGoal() {
    return this.#goal.target > this.#facts.step;
  }

  /** Milliseconds that the speed asks to wait for the next step. */
  pause() {
    const rate = SPEEDS[this.#speed];
    return this.hasGoal() ? Math.max(0, this.#began + 1000 / rate - performance.now()) : 0;
  }

  /**
   * Trains for some milliseconds, or until `interrupted`.
   * @param {() => boolean} interrupted
   */
  async slice(interrupted) {
    if (!this.hasGoal() || this.pause() > 1) {
      return;
    }
    const until = performance.now() + SLICE;
    do {
      await this.#step();
    } while (
      this.hasGoal() &&
      this.#speed === 'full' &&
      performance.now() < until &&
      !interrupted()
    );
    const now = performance.now();
    if (!this.hasGoal()) {
      this.#halt(false);
    } else if (now - this.#reported > REPORT_EVERY) {
      this.#report();
    }
    if (now - this.#kept > this.#keepEvery) {
      await this.#keep();
    }
  }

  async #step() {
    this.#began = performance.now();
    let metrics;
    try {
      metrics = await this.#run.step();
    } catch (error) {
      const { code, message } = /** @type {any} */ (error) ?? {};
      if (code !== 'diverged') {
        throw error;
      }
      this.#goal.target = 0;
      this.#report();
      this.#parts.post({ type: 'diverged', message, step: this.facts().step });
      return;
    }
    const milliseconds = performance.now() - this.#began;
    const { pictures, ...rest } = metrics;
    const picturesPerSecond = (pictures / milliseconds) * 1000;
    const { device } = this.#parts;
    this.#metrics.push({ ...rest, milliseconds, picturesPerSecond, device });
    this.#facts.step = metrics.step;
    if (metrics.step % this.#facts.stepsPerEpoch === 0) {
      this.#metrics[this.#metrics.length - 1].validation = await this.#run.validate(HELD_OUT);
    }
    if (this.#goal.target === Infinity && this.#run.finished()) {
      this.#halt(true);
    }
  }

  #report() {
    if (this.#metrics.length > 0) {
      this.#parts.post({ type: 'metrics', metrics: this.#metrics });
      this.#metrics = [];
    }
    this.#reported = performance.now();
  }

  /** @param {boolean} finished */
  #halt(finished) {
    this.#report();
    const { turn } = this.#goal;
    this.#goal.target = 0;
    if (turn > 0) {
      this.#parts.post({ type: 'halted', turn, step: this.#facts.step, finished });
    }
    this.#goal.turn = 0;
  }

  async #keep() {
    const begin = performance.now();
    const snapshot = await this.#run.snapshot();
    this.#kept = performance.now();
    this.#keepEvery = Math.min(
      KEEP.most,
      Math.max(KEEP.least, KEEP.times * (this.#kept - begin)),
    );
    this.#report();
    this.#parts.post({ type: 'kept', step: this.#facts.step, snapshot }, [snapshot.buffer]);
  }

  /**
   * @param {any} message
   * @returns {Promise<unknown>}
   */
  async answer(message) {
    const run = this.#run;
    const { labels } = message;
    switch (message.type) {
      case 'go':
        return this.#go(message);
      case 'set':
        this.#set(message.settings);
        return this.facts();
      case 'speed':
        this.#speed = message.speed;
        return null;
      case 'trial':
        return this.#trial(message);
      case 'restore':
        return this.#restore(message);
      case 'snapshot':
        this.#report();
        return run.snapshot();
      case 'weights':
        return run.weights();
      case 'validate':
        return run.validate(message.count);
      case 'encode':
        return run.encode(message.images, labels);
      case 'decode':
        return run.decode(message.latents, labels);
      case 'sample':
        return { images: await run.sample(message.count, message.seed, labels, message.binary) };
      default:
        throw new Error(`A run cannot '${message.type}'.`);
    }
  }

  /** @param {{ turn: number, target: number }} goal */
  #go({ turn, target }) {
    this.#goal = { turn, target };
    if (target === Infinity && this.#run.finished()) {
      this.#halt(true);
    } else if (!this.hasGoal()) {
      this.#halt(false);
    }
    return null;
  }

  /** @param {object} settings */
  #set(settings) {
    this.#run.set(settings);
    this.#parts.settings = { ...this.#parts.settings, ...settings };
  }

  /** @param {{ snapshot: Uint8Array }} message */
  #restore({ snapshot }) {
    const { wasm, spec, data, compute, settings } = this.#parts;
    const restored = wasm.Run.restore(spec, snapshot, data, compute);
    restored.set(settings);
    this.#run.free();
    this.#run = restored;
    this.#metrics = [];
    return this.facts();
  }

  /**
   * The time that real steps take, the first left out: it makes shaders, reserves memory. A device
   * whose second step takes longer than `limit` is not tried any longer. The run is afterwards as it was.
   * @param {{ steps: number, limit: number }} trial
   */
  async #trial({ steps, limit }) {
    const snapshot = await this.#run.snapshot();
    /** @type {number[]} */
    const times = [];
    while (times.length <= steps && !(times[1] > limit)) {
      const begin = performance.now();
      await this.#run.step();
      times.push(performance.now() - begin);
      this.#parts.post({ type: 'trial', done: times.length, pipelines: pipelineCount() });
    }
    this.#restore({ snapshot });
    const rest = times.slice(1);
    return { milliseconds: rest.toSorted((a, b) => a - b)[rest.length >> 1] };
  }
}
