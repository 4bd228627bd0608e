// @ts-check
/**
 * The workers behind a training run or a game: the one that trains, the one that replaces it when it
 * has crashed, and the GPU that is got ready beside it.
 */

import { EngineError, OF_THE_DEVICE } from './error.js';
import { Ledger } from './ledger.js';
import { Member } from './member.js';
import { Standing } from './standing.js';
import { Waiters } from './waiters.js';

/** @typedef {import('./stream.js').Told} Told */
/** @typedef {import('./wishes.js').Wishes} Wishes */

/** Steps that a device is timed by. */
const TRIAL = 5;
/** A GPU whose step takes so many times as long as the CPU's is not tried any further. */
const HOPELESS = 4;
/** Crashes without a step between them after which the run is given up. */
const MOST_CRASHES = 3;

export class Crew {
  #wishes;
  #base;
  #onEnd;
  /** @type {Member | null} */
  #member = null;
  /** The GPU that is being got ready. */
  /** @type {Member | null} */
  #rival = null;
  #raced = false;
  /** Kind and sizes of the model, steps of an epoch. */
  /** @type {any} */
  facts = {};
  step = 0;
  /** The last wish to train until a step. */
  /** @type {import('../worker/session.js').Goal} */
  #goal = { turn: 0, target: 0 };
  /** Those who wait for its end. */
  #waiting = new Waiters();
  /** What a new worker goes on from. */
  /** @type {Uint8Array | undefined} */
  #kept;
  #crashes = 0;
  /** What the caller has set. */
  #settings;
  /** @type {'slow' | 'normal' | 'full'} */
  #speed = 'full';
  #ledger = new Ledger();
  #standing;
  #stopped = false;

  /**
   * @param {Wishes} wishes
   * @param {string} base
   * @param {() => void} onEnd
   */
  constructor(wishes, base, onEnd) {
    this.#wishes = wishes;
    this.#base = base;
    this.#onEnd = onEnd;
    this.#kept = wishes.snapshot;
    this.#settings = wishes.settings;
    this.#standing = new Standing(wishes.onStatus);
  }

  /** The state of the run. */
  status() {
    return this.#standing.now;
  }

  /** Whether the run is to train. */
  get hasGoal() {
    return this.#goal.target > 0;
  }

  /**
   * What each step did, from now on.
   * @param {number} every
   * @returns {AsyncIterableIterator<any>}
   */
  stream(every) {
    return this.#ledger.stream(every);
  }

  /** @param {'slow' | 'normal' | 'full'} speed */
  pace(speed) {
    this.#speed = speed;
    this.#member?.tell('speed', { speed });
  }

  /** @param {Record<string, unknown>} changes */
  async set(changes) {
    const { finished } = await this.ask('set', { settings: changes });
    this.#settings = { ...this.#settings, ...changes };
    if (this.status().state === 'finished' && !finished) {
      this.#standing.change({ state: 'paused' });
    }
  }

  /** @param {Uint8Array} snapshot */
  async restore(snapshot) {
    this.#goBack(await this.ask('restore', { snapshot }), snapshot);
  }

  /** Takes the last step of a game back. */
  async undo() {
    const snapshot = await this.ask('undo');
    this.#goBack(await this.ask('facts'), snapshot);
    return this.facts;
  }

  /**
   * @param {any} facts
   * @param {Uint8Array} snapshot
   */
  #goBack(facts, snapshot) {
    this.facts = facts;
    this.step = facts.step;
    this.#kept = snapshot;
    this.#standing.renew('paused');
  }

  /** Ends all workers. */
  stop() {
    this.#finish(new EngineError('stopped', 'The run was stopped.'));
  }

  checkOpen() {
    if (this.#stopped) {
      throw new EngineError('stopped', 'The run was stopped; start a new one.');
    }
  }

  /**
   * @param {string} type
   * @param {Record<string, unknown>} [body]
   * @param {AbortSignal} [signal]
   */
  async ask(type, body, signal) {
    this.checkOpen();
    if (!this.#member) {
      throw new EngineError('wasm', 'The run is being restarted. Try again in a moment.');
    }
    return this.#member.ask(type, body, signal);
  }

  /**
   * Has the worker train until `target`; resolves when it has stopped there.
   * @param {number} target
   * @param {Pick<import('../worker/session.js').Goal, 'measure' | 'player'>} [how]
   */
  go(target, how = {}) {
    this.checkOpen();
    this.#goal = { turn: this.#goal.turn + 1, target, ...how };
    const ended = this.#waiting.wait();
    this.#member?.tell('go', this.#goal);
    if (target > 0) {
      this.#standing.renew('running');
      this.#race();
    }
    return ended;
  }

  /**
   * A worker that has begun or restored the run.
   * @param {'cpu' | 'webgpu'} device
   * @param {Uint8Array} [snapshot]
   * @param {(member: Member) => void} [onMade]
   */
  async #spawn(device, snapshot, onMade) {
    const member = new Member(
      device,
      (from, message) => this.#hear(from, message),
      (from, error) => from === this.#member && this.#recover(error),
    );
    onMade?.(member);
    const { kind, spec, dataset, weights } = this.#wishes;
    const begin = snapshot ? { snapshot } : { weights };
    const body = { base: this.#base, kind, device, dataset, spec, settings: this.#settings, ...begin };
    try {
      return { member, facts: await member.ask('start', body) };
    } catch (error) {
      member.end();
      throw error;
    }
  }

  /**
   * Makes a worker the run's own.
   * @param {Member} member
   * @param {any} facts
   */
  #adopt(member, facts) {
    if (this.#stopped) {
      member.end();
      return;
    }
    this.#member = member;
    this.facts = facts;
    this.step = facts.step;
    member.tell('speed', { speed: this.#speed });
    if (this.#waiting.any || this.hasGoal) {
      member.tell('go', this.#goal);
    }
    const state = this.hasGoal ? 'running' : facts.finished ? 'finished' : 'paused';
    const adapter = facts.adapter ?? this.status().adapter;
    this.#standing.change({ state, device: member.device, adapter, warmUp: undefined });
  }

  /** @param {'cpu' | 'webgpu'} device */
  async open(device) {
    this.#standing.change({ state: 'loading' });
    try {
      const { member, facts } = await this.#spawn(device, this.#kept);
      this.#adopt(member, facts);
    } catch (error) {
      const { code, message } = /** @type {EngineError} */ (error);
      if (device === 'cpu' || this.#stopped || !OF_THE_DEVICE.includes(code)) {
        throw error;
      }
      await this.open('cpu');
      this.#standing.tellNoGpu(code, message);
    }
  }

  /**
   * The worker is gone: another one goes on from the last snapshot, on the CPU.
   * @param {EngineError} error
   */
  async #recover(error) {
    const lost = this.#member?.device === 'webgpu';
    this.#member = null;
    this.#crashes += 1;
    if (this.#stopped || this.#crashes > MOST_CRASHES) {
      this.#finish(error);
      return;
    }
    this.#raced = true;
    this.#standing.change({ state: 'loading', device: null });
    try {
      const { member, facts } = await this.#spawn('cpu', this.#kept);
      this.#adopt(member, facts);
    } catch (cause) {
      this.#finish(/** @type {EngineError} */ (cause));
      return;
    }
    this.#standing.tellRecovered(lost, this.step, error.message);
  }

  /** @param {EngineError} error */
  #finish(error) {
    if (this.#stopped) {
      return;
    }
    this.#stopped = true;
    this.#member?.end(error);
    this.#rival?.end(error);
    const stopped = error.code === 'stopped';
    this.#waiting.settle(error);
    this.#ledger.end(stopped ? undefined : error);
    if (!stopped) {
      this.#standing.change({ state: 'failed', message: error.message, code: error.code });
    }
    this.#onEnd();
  }

  /**
   * @param {Member} member
   * @param {any} message
   */
  #hear(member, message) {
    const { type } = message;
    const mine = member === this.#member;
    if (type === 'metrics' && mine) {
      this.#take(message.metrics);
    } else if (type === 'kept' && mine) {
      this.#kept = message.snapshot;
    } else if (type === 'halted' && mine && message.turn === this.#goal.turn) {
      this.#goal = { ...this.#goal, target: 0 };
      this.step = message.step;
      this.#standing.change({ state: message.finished ? 'finished' : 'paused' });
      this.#waiting.settle();
    } else if (type === 'diverged' && mine) {
      this.#diverge(message);
    } else if (type === 'lost') {
      member.end(new EngineError('device', `The GPU was lost: ${message.message}`));
    } else if (type === 'progress') {
      const { stage, loaded } = message.progress;
      this.#wishes.onProgress?.(message.progress);
      if (stage === 'wasm') {
        this.#warm(member, { loaded });
      }
    } else if (type === 'trial') {
      const { done, pipelines } = message;
      this.#warm(member, { done, pipelines });
    }
  }

  /**
   * @param {Member} member
   * @param {Partial<import('./types.js').WarmUp>} news
   */
  #warm({ device }, news) {
    if (device === 'webgpu') {
      this.#standing.warm(TRIAL + this.#wishes.players.length, news);
    }
  }

  /** @param {Told[]} batch */
  #take(batch) {
    this.#crashes = 0;
    this.step = batch[batch.length - 1].step;
    this.#standing.time(this.#ledger.take(batch));
  }

  /**
   * The run has gone back to its last good step. It can go on with other settings.
   * @param {{ message: string, step: number }} news
   */
  #diverge({ message, step }) {
    const error = new EngineError('diverged', message);
    this.step = step;
    this.#goal = { turn: this.#goal.turn + 1, target: 0 };
    this.#standing.change({ state: 'failed', message, code: 'diverged', from: step });
    this.#waiting.settle(error);
    this.#ledger.end(error);
  }

  /** Gets the GPU ready beside the CPU that trains, times both, and keeps the faster. */
  async #race() {
    if (this.#raced || this.#wishes.device !== 'auto') {
      return;
    }
    this.#raced = true;
    const cpu = this.#member;
    try {
      if (!('gpu' in navigator)) {
        throw new EngineError('webgpu', 'This browser has no WebGPU.');
      }
      const { member, facts } = await this.#spawn('webgpu', await this.ask('snapshot'), (made) => {
        this.#rival = made;
      });
      const timed = this.status().speeds.cpu;
      const limit = timed ? HOPELESS * timed : Infinity;
      const webgpu = await this.#trial(member, limit);
      const own = this.status().speeds.cpu ?? (await this.#trial(cpu, Infinity));
      this.#standing.change({ speeds: { cpu: own, webgpu }, adapter: facts.adapter, warmUp: undefined });
      if (this.#member !== cpu || webgpu >= own) {
        this.#rival = null;
        member.end();
        this.#standing.change({ message: 'The CPU is faster: training on the CPU.', reason: 'cpu-faster' });
      } else {
        await this.#handOver(member, facts);
      }
    } catch (error) {
      this.#rival?.end();
      this.#rival = null;
      if (!this.#stopped) {
        const { code, message } = /** @type {EngineError} */ (error);
        this.#standing.tellNoGpu(code, message);
      }
    }
  }

  /**
   * @param {Member | null} member
   * @param {number} limit
   * @returns {Promise<number>} milliseconds of a step
   */
  async #trial(member, limit) {
    const { players } = this.#wishes;
    const trial = await member?.ask('trial', { steps: TRIAL, limit, players });
    return trial?.milliseconds ?? Infinity;
  }

  /**
   * The GPU goes on where the CPU is now.
   * @param {Member} rival
   * @param {any} facts
   */
  async #handOver(rival, facts) {
    const old = /** @type {Member} */ (this.#member);
    old.tell('go', { turn: 0, target: 0 });
    const snapshot = await old.ask('snapshot');
    const restored = rival.ask('restore', { snapshot });
    this.#rival = null;
    this.#member = rival;
    // What was asked of the old worker meanwhile is still answered.
    old.ask('speed', { speed: 'full' }).finally(() => old.end());
    this.#kept = snapshot;
    const now = await restored;
    if (this.#member === rival) {
      rival.tell('set', { settings: this.#settings });
      this.#adopt(rival, { ...now, adapter: facts.adapter });
      this.#standing.change({ message: 'The GPU is faster: training on the GPU.', reason: 'gpu-faster' });
    }
  }
}
