// @ts-check
/** A run or a game inside its worker: stepped in slices, saved now and then, asked between steps. */

import { typical } from '../engine/speed.js';
import { CRAFTS } from './crafts.js';
import { pipelineCount } from './gpu.js';

/**
 * What a session is made of.
 * @typedef {object} Parts
 * @property {'run' | 'game' | 'plane'} kind
 * @property {any} wasm exports of the bundle
 * @property {any} data the pictures, where there are any
 * @property {any} compute the device
 * @property {object} spec what is trained
 * @property {Uint8Array} [weights] to begin with
 * @property {Uint8Array} [snapshot] to go on from
 * @property {object} settings what may change while it goes on, as the caller has set it
 * @property {'cpu' | 'webgpu'} device
 * @property {(message: unknown, transfer?: Transferable[]) => void} post
 */

/**
 * Until which step, or round, to train, and which wish that is; a turn that is over is never taken up
 * again.
 * @typedef {object} Goal
 * @property {number} turn
 * @property {number} target
 * @property {'step' | 'round'} [measure] what the target counts
 * @property {string} [player] whose steps alone are made
 */

/** How long a slice works, in milliseconds. */
const SLICE = 40;
/** Milliseconds between two batches of metrics. */
const REPORT_EVERY = 100;
/** Milliseconds between two snapshots: more where a snapshot takes longer, so that few are lost to it. */
const KEEP = { least: 4000, most: 8000, times: 40 };
/** Steps a second at each speed. */
const SPEEDS = { slow: 2, normal: 10, full: Infinity };

export class Session {
  #parts;
  #craft;
  /** A Run or a Game of crates/web. */
  /** @type {any} */
  #run;
  #facts;
  /** @type {Goal} */
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
   * @param {any} run
   */
  constructor(parts, run) {
    this.#parts = parts;
    this.#craft = CRAFTS[parts.kind];
    this.#run = run;
    run.set(parts.settings);
    this.#facts = run.facts();
  }

  /** @param {Parts} parts */
  static async open(parts) {
    const { kind, wasm, spec, weights, snapshot, data, compute } = parts;
    const made = wasm[CRAFTS[kind].type];
    const run = snapshot
      ? made.restore(spec, snapshot, data, compute)
      : made.begin(spec, weights, data, compute);
    return new Session(parts, run);
  }

  /** Kind, sizes and place of the run. */
  facts() {
    this.#facts = this.#run.facts();
    return this.#facts;
  }

  /** Whether there is a step to do. */
  hasGoal() {
    const { target, measure = 'step' } = this.#goal;
    return target > this.#facts[measure];
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
      metrics = await this.#run.step(this.#goal.player);
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
    this.#facts.round = metrics.round;
    await this.#craft.complete(this.#run, this.#metrics[this.#metrics.length - 1], this.#facts);
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
    switch (message.type) {
      case 'go':
        return this.#go(message);
      case 'set':
        this.#set(message.settings);
        return this.facts();
      case 'speed':
        this.#speed = message.speed;
        return null;
      case 'facts':
        return this.facts();
      case 'trial':
        return this.#trial(message);
      case 'restore':
        return this.#restore(message);
      case 'snapshot':
        this.#report();
        return this.#run.snapshot();
      case 'weights':
        return this.#run.weights();
      default:
        return this.#craft.answer(this.#run, message);
    }
  }

  /** @param {Goal} goal */
  #go({ turn, target, measure, player }) {
    this.#goal = { turn, target, measure, player };
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
    const restored = wasm[this.#craft.type].restore(spec, snapshot, data, compute);
    restored.set(settings);
    this.#run.free();
    this.#run = restored;
    this.#metrics = [];
    return this.facts();
  }

  /**
   * The time that real steps take, the first of each player left out: it makes shaders, reserves
   * memory. A device whose later step takes longer than `limit` is not tried any longer. The run is
   * afterwards as it was.
   * @param {{ steps: number, limit: number, players: (string | undefined)[] }} trial
   */
  async #trial({ steps, limit, players }) {
    const snapshot = await this.#run.snapshot();
    /** @type {import('../engine/speed.js').Timed[]} */
    const times = [];
    const first = players.length;
    while (times.length < steps + first && !(times[first]?.milliseconds > limit)) {
      const player = players[times.length % first];
      const begin = performance.now();
      await this.#run.step(player);
      times.push({ player, milliseconds: performance.now() - begin });
      this.#parts.post({ type: 'trial', done: times.length, pipelines: pipelineCount() });
    }
    this.#restore({ snapshot });
    return { milliseconds: typical(times.slice(first)) };
  }
}
