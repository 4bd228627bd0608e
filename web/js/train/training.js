// @ts-check
/**
 * The run of a page: opened, stepped, rewound, kept. It knows the engine and the database, and
 * nothing of what is shown; what it trains is its craft's affair.
 */

import { isFull } from './keep.js';
import { Marks } from './marks.js';
import { Turns } from './turns.js';

/** @typedef {Omit<import('../engine.js').RunStatus, 'state'> & { state: 'none' | import('../engine.js').RunStatus['state'] }} Status */

/** @typedef {import('./craft.js').AnyRun} AnyRun */
/** @typedef {import('./craft.js').AnyCurve} AnyCurve */
/**
 * @template S, R, C
 * @typedef {import('./craft.js').Craft<S, R, C>} Craft
 */
/**
 * @template C
 * @typedef {import('./craft.js').Beginning<C>} Beginning
 */
/**
 * @template R
 * @typedef {import('./craft.js').Hooks<R>} Hooks
 */

/** Milliseconds of work that a crash may cost, at most. */
const KEEP_EVERY = 10_000;

/** @type {Status} */
const NOTHING = { state: 'none', device: null, adapter: null, speeds: {} };

/**
 * @template S
 * @template {AnyRun} R
 * @template {AnyCurve} C
 */
export class Training {
  /** @type {Craft<S, R, C>} */
  #craft;
  /** @type {() => Promise<import('../engine.js').Engine>} */
  #engine;
  /** @type {import('./keep.js').Keep} */
  #keep;
  /** @type {Hooks<R>} */
  #hooks;
  /** @type {R | null} */
  #run = null;
  /** The opening under way or done. */
  /** @type {Promise<R> | null} */
  #opening = null;
  /** Counts openings: what a run that was left still says is not heard. */
  #generation = 0;
  #id = '';
  /** @type {S | null} */
  #settings = null;
  /** @type {Status} */
  #status = NOTHING;
  #marks = new Marks();
  #keptStep = -1;
  #actions = new Turns();
  #keepings = new Turns();
  #timer = 0;
  /** @type {C} */
  curve;
  /** Milliseconds that steps have taken. */
  trained = 0;
  /** Whether an epoch has ended, and with it a look at all held-out pictures. */
  validated = false;
  /** When the training under way began, for the share of time that views take. */
  playingSince = 0;

  /**
   * @param {() => Promise<import('../engine.js').Engine>} engine
   * @param {import('./keep.js').Keep} keep
   * @param {Hooks<R>} hooks
   * @param {Craft<S, R, C>} craft
   */
  constructor(engine, keep, hooks, craft) {
    this.#craft = craft;
    this.curve = craft.newCurve();
    this.#engine = engine;
    this.#keep = keep;
    this.#hooks = hooks;
  }

  get run() {
    return this.#run;
  }

  get id() {
    return this.#id;
  }

  /** The state of the run, with the speeds of late. */
  get status() {
    return { ...this.#status, ...(this.#run && { speeds: this.#run.status().speeds }) };
  }

  get settings() {
    return this.#settings;
  }

  get playing() {
    return this.#status.state === 'running';
  }

  get step() {
    return this.curve.last?.step ?? 0;
  }

  /** The step that a reload would find. */
  get keptStep() {
    return this.#keptStep;
  }

  get canGoBack() {
    return this.#marks.before(this.step) !== undefined;
  }

  /**
   * Opens a run, paused, in place of the one there is.
   * @param {S} settings
   * @param {Beginning<C>} [from]
   * @returns {Promise<R>}
   */
  open(settings, from = {}) {
    this.close();
    const generation = ++this.#generation;
    this.#id = from.id ?? crypto.randomUUID();
    this.#settings = settings;
    this.curve = from.curve ?? this.#craft.newCurve();
    this.validated = (this.curve.last?.epoch ?? 0) >= 1;
    this.#marks = new Marks();
    this.#keptStep = this.step;
    this.#status = { ...NOTHING, state: 'loading' };
    this.#hooks.changed();
    this.#opening = this.#start(settings, from, generation);
    this.#opening.catch((error) => {
      if (generation === this.#generation) {
        this.#opening = null;
        this.#status = { ...NOTHING, state: 'failed' };
        this.#hooks.failed(error);
        this.#hooks.changed();
      }
    });
    return this.#opening;
  }

  /**
   * @param {S} settings
   * @param {Beginning<C>} from
   * @param {number} generation
   */
  async #start(settings, { snapshot, weights }, generation) {
    const engine = await this.#engine();
    const run = await this.#craft.begin(engine, settings, {
      ...(snapshot && { snapshot }),
      ...(weights && { weights }),
      paused: true,
      onProgress: this.#hooks.progress,
      onStatus: (status) => {
        if (generation === this.#generation) {
          this.#hear(status);
        }
      },
    });
    if (generation !== this.#generation) {
      run.stop();
      return run;
    }
    this.#run = run;
    this.#follow(run, generation);
    // It may have been asked for others meanwhile.
    await run.set(this.#craft.live(this.#settings ?? settings));
    this.#hear(run.status());
    this.#hooks.opened(run);
    const first = await run.snapshot();
    if (generation === this.#generation) {
      this.#marks.add(this.step, first);
    }
    return run;
  }

  /** @param {Status} status */
  #hear(status) {
    const wasPlaying = this.playing;
    this.#status = status;
    if (this.playing && !wasPlaying) {
      this.playingSince = performance.now();
      clearInterval(this.#timer);
      this.#timer = window.setInterval(() => this.keep(), KEEP_EVERY);
    } else if (!this.playing && wasPlaying) {
      clearInterval(this.#timer);
      this.keep();
    }
    if (status.state === 'failed') {
      this.cutAfter(status.from ?? this.step);
      this.#hooks.failed(status);
    }
    this.#hooks.changed();
  }

  /**
   * @param {R} run
   * @param {number} generation
   */
  async #follow(run, generation) {
    try {
      for await (const metrics of run.metrics({ every: 1 })) {
        if (generation !== this.#generation) {
          return;
        }
        this.trained += metrics.milliseconds;
        this.validated = this.#craft.record(this.curve, metrics) || this.validated;
        this.#hooks.changed();
      }
    } catch (error) {
      if (generation !== this.#generation) {
        return;
      }
      this.#hooks.failed(error);
      if (/** @type {any} */ (error)?.code === 'diverged') {
        // The run stands at its last good step and can go on with other settings.
        this.#follow(run, generation);
      }
    }
  }

  /**
   * What a look at the run gave; one that is no longer the run is not recorded.
   * @param {R} run
   * @param {(curve: C) => void} write
   */
  note(run, write) {
    if (run === this.#run) {
      write(this.curve);
      this.#hooks.changed();
    }
  }

  /**
   * The run of these settings, opened if need be.
   * @param {S} settings
   */
  #need(settings) {
    return this.#opening ?? this.open(settings);
  }

  /** @param {S} settings */
  async play(settings) {
    const run = await this.#need(settings);
    await run.play();
  }

  async pause() {
    await this.#run?.pause();
  }

  /**
   * Asks the run for steps, after all that was asked before.
   * @param {S} settings
   * @param {(run: R) => Promise<unknown>} work
   */
  walk(settings, work) {
    return this.#actions.take(async () => {
      await work(await this.#need(settings));
    });
  }

  /**
   * The same; then the run is kept.
   * @param {S} settings
   * @param {(run: R) => Promise<unknown>} work
   */
  act(settings, work) {
    return this.walk(settings, async (run) => {
      await work(run);
      await this.keep();
    });
  }

  /** Goes back to the snapshot before this step. */
  back() {
    return this.#actions.take(async () => {
      const run = this.#run;
      const mark = this.#marks.before(this.step);
      if (run && mark) {
        await run.restore(mark.snapshot);
        this.cutAfter(mark.step);
        await this.keep();
      }
    });
  }

  /**
   * The run went back to an earlier step by itself: what was recorded after it is forgotten.
   * @param {number} step
   */
  cutAfter(step) {
    this.#marks.cutAfter(step);
    this.curve.cutAfter(step);
    this.#hooks.changed();
  }

  /**
   * What a run takes up while it trains.
   * @param {S} settings
   */
  async adjust(settings) {
    this.#settings = settings;
    await this.#run?.set(this.#craft.live(settings));
  }

  /**
   * Opens the run with other settings of the device where it is now.
   * @param {S} settings
   */
  async move(settings) {
    const run = await this.#opening?.catch(() => null);
    if (run) {
      await run.pause();
      const snapshot = await run.snapshot();
      await this.open(settings, { snapshot, curve: this.curve, id: this.#id });
    }
  }

  /** Ends the run; its last snapshot is kept. */
  close() {
    this.#generation += 1;
    clearInterval(this.#timer);
    this.#run?.stop();
    this.#run = null;
    this.#opening = null;
    this.#status = NOTHING;
    this.#hooks.opened(null);
  }

  /** Keeps the run as it is now, if it has moved since the last time. */
  keep() {
    return this.#keepings.take(() => this.#keepNow());
  }

  async #keepNow() {
    // The metrics of the last step are on their way.
    await new Promise((resolve) => setTimeout(resolve));
    const run = this.#run;
    const generation = this.#generation;
    if (!run || this.step === this.#keptStep) {
      return;
    }
    // A run that is being restarted has no snapshot to give: the one before stays.
    const snapshot = await run.snapshot().catch(() => null);
    if (!snapshot || generation !== this.#generation) {
      return;
    }
    const { step } = this;
    this.#marks.add(step, snapshot);
    try {
      await this.#put(step, snapshot);
      this.#keptStep = step;
      this.#hooks.changed();
    } catch (error) {
      this.#hooks.notKept(isFull(error) ? 'full' : 'none');
    }
  }

  /** The last snapshot: all that a page that is being left can still write. */
  keepLast() {
    const mark = this.#marks.last;
    if (mark && mark.step > 0) {
      this.#put(mark.step, mark.snapshot).catch(() => {});
    }
  }

  /**
   * @param {number} step
   * @param {Uint8Array} snapshot
   */
  async #put(step, snapshot) {
    if (!this.#settings) {
      return;
    }
    const settings = this.#craft.print(this.#settings);
    const curve = this.curve.toRecord();
    await this.#keep.put({
      id: this.#id,
      savedAt: Date.now(),
      settings,
      step,
      snapshot,
      curve,
    });
    await this.#keep.prune();
  }
}
