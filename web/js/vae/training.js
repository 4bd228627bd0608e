// @ts-check
/**
 * The run of the page: opened, stepped, rewound, kept. It knows the engine and the database, and
 * nothing of what is shown.
 */

import { Curve } from './curve.js';
import { isFull } from './keep.js';
import { identityOf, optionsOf, printSettings } from './state.js';

/** @typedef {import('./state.js').Settings} Settings */
/** @typedef {import('./keep.js').Kept} Kept */
/** @typedef {import('../engine.js').Run} Run */
/** @typedef {Omit<import('../engine.js').RunStatus, 'state'> & { state: 'none' | import('../engine.js').RunStatus['state'] }} Status */

/**
 * @typedef {object} Beginning
 * @property {Uint8Array} [snapshot]
 * @property {Uint8Array} [weights]
 * @property {Curve} [curve]
 * @property {string} [id]
 */

/**
 * @typedef {object} Hooks
 * @property {() => void} changed state, step or losses
 * @property {(run: Run | null) => void} opened another run, or none
 * @property {(error: unknown) => void} failed
 * @property {(problem: 'full' | 'none') => void} notKept
 * @property {(progress: import('../engine.js').Progress) => void} progress
 */

/** Milliseconds of work that a crash may cost, at most. */
const KEEP_EVERY = 10_000;
/** Snapshots to go back to. */
const MOST_MARKS = 8;

/** @type {Status} */
const NOTHING = { state: 'none', device: null, adapter: null, speeds: {} };

export class Training {
  /** @type {() => Promise<import('../engine.js').Engine>} */
  #engine;
  /** @type {import('./keep.js').Keep} */
  #keep;
  /** @type {Hooks} */
  #hooks;
  /** @type {Run | null} */
  #run = null;
  /** The opening under way or done. */
  /** @type {Promise<Run> | null} */
  #opening = null;
  /** Counts openings: what a run that was left still says is not heard. */
  #generation = 0;
  #id = '';
  /** @type {Settings | null} */
  #settings = null;
  /** @type {Status} */
  #status = NOTHING;
  /** @type {{ step: number, snapshot: Uint8Array }[]} */
  #marks = [];
  #keptStep = -1;
  /** The last of the actions that take turns. */
  /** @type {Promise<void>} */
  #turn = Promise.resolve();
  /** @type {Promise<void>} */
  #keeping = Promise.resolve();
  #timer = 0;
  curve = new Curve();
  /** Milliseconds that steps have taken. */
  trained = 0;
  /** Whether an epoch has ended, and with it a look at all held-out pictures. */
  validated = false;
  /** When the training under way began, for the share of time that views take. */
  playingSince = 0;

  /**
   * @param {() => Promise<import('../engine.js').Engine>} engine
   * @param {import('./keep.js').Keep} keep
   * @param {Hooks} hooks
   */
  constructor(engine, keep, hooks) {
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
    return this.#marks.some(({ step }) => step < this.step);
  }

  /**
   * Opens a run, paused, in place of the one there is.
   * @param {Settings} settings
   * @param {Beginning} [from]
   * @returns {Promise<Run>}
   */
  open(settings, from = {}) {
    this.close();
    const generation = ++this.#generation;
    this.#id = from.id ?? crypto.randomUUID();
    this.#settings = settings;
    this.curve = from.curve ?? new Curve();
    this.validated = (this.curve.last?.epoch ?? 0) >= 1;
    this.#marks = [];
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
   * @param {Settings} settings
   * @param {Beginning} from
   * @param {number} generation
   */
  async #start(settings, { snapshot, weights }, generation) {
    const engine = await this.#engine();
    const run = await engine.train({
      ...optionsOf(settings),
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
    await run.set({ speed: settings.speed });
    this.#hear(run.status());
    this.#hooks.opened(run);
    const first = await run.snapshot();
    if (generation === this.#generation) {
      this.#marks.push({ step: this.step, snapshot: first });
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
      this.#hooks.failed(status);
    }
    this.#hooks.changed();
  }

  /**
   * @param {Run} run
   * @param {number} generation
   */
  async #follow(run, generation) {
    try {
      for await (const metrics of run.metrics({ every: 1 })) {
        if (generation !== this.#generation) {
          return;
        }
        this.trained += metrics.milliseconds;
        if (metrics.step > this.step) {
          this.curve.push(metrics);
        }
        if (metrics.validation) {
          this.validated = true;
          this.curve.pushHeldOut({ step: metrics.step, ...metrics.validation });
        }
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
   * What a quick look at held-out pictures gave; the thorough ones come with the metrics.
   * @param {Run} run
   * @param {number} step
   * @param {{ loss: number, reconstruction: number, kl: number }} parts
   */
  takeHeldOut(run, step, parts) {
    if (run === this.#run && !this.validated) {
      this.curve.pushHeldOut({ ...parts, step });
      this.#hooks.changed();
    }
  }

  /**
   * The run of these settings, opened if need be.
   * @param {Settings} settings
   */
  #need(settings) {
    return this.#opening ?? this.open(settings);
  }

  /** @param {Settings} settings */
  async play(settings) {
    const run = await this.#need(settings);
    await run.play();
  }

  async pause() {
    await this.#run?.pause();
  }

  /**
   * @param {Settings} settings
   * @param {number} count steps
   */
  advance(settings, count) {
    return this.#inTurn(async () => {
      const run = await this.#need(settings);
      await run.step(count);
      await this.keep();
    });
  }

  /** @param {Settings} settings */
  epoch(settings) {
    return this.#inTurn(async () => {
      const run = await this.#need(settings);
      await run.epoch();
      await this.keep();
    });
  }

  /** Goes back to the snapshot before this step. */
  back() {
    return this.#inTurn(async () => {
      const run = this.#run;
      const mark = this.#marks.findLast(({ step }) => step < this.step);
      if (run && mark) {
        await run.restore(mark.snapshot);
        this.#marks = this.#marks.filter(({ step }) => step <= mark.step);
        this.curve.cutAfter(mark.step);
        this.#hooks.changed();
        await this.keep();
      }
    });
  }

  /**
   * One after the other: each begins where the last one ended, and was kept.
   * @param {() => Promise<void>} work
   */
  #inTurn(work) {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  /**
   * What a run takes up while it trains.
   * @param {Settings} settings
   */
  async adjust(settings) {
    const { learningRate, beta, epochs, patience, speed } = settings;
    const own = settings.model === 'vae' ? { beta } : {};
    this.#settings = settings;
    await this.#run?.set({ learningRate, epochs, patience, speed, ...own });
  }

  /**
   * Goes on with other settings of the device from where the run is.
   * @param {Settings} settings
   */
  async move(settings) {
    const run = this.#run;
    if (run) {
      const wasPlaying = this.playing;
      await run.pause();
      const snapshot = await run.snapshot();
      const opened = await this.open(settings, { snapshot, curve: this.curve, id: this.#id });
      if (wasPlaying) {
        await opened.play();
      }
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
    this.#keeping = this.#keeping.then(() => this.#keepNow());
    return this.#keeping;
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
    this.#mark(step, snapshot);
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
    const mark = this.#marks.at(-1);
    if (mark && mark.step > 0) {
      this.#put(mark.step, mark.snapshot).catch(() => {});
    }
  }

  /**
   * @param {number} step
   * @param {Uint8Array} snapshot
   */
  #mark(step, snapshot) {
    this.#marks = [...this.#marks.filter((mark) => mark.step < step), { step, snapshot }];
    if (this.#marks.length > MOST_MARKS) {
      // The first stays, the others become sparser the older they are.
      const middle = Math.floor(MOST_MARKS / 2);
      this.#marks = this.#marks.filter((_, index) => index !== middle);
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
    const settings = printSettings(this.#settings);
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

  /**
   * The kept run that these settings would make.
   * @param {Settings} settings
   * @param {Kept[]} kept
   * @param {(text: string) => Settings} parse
   */
  static find(settings, kept, parse) {
    const identity = identityOf(settings);
    return kept.find((run) => run.snapshot && identityOf(parse(run.settings)) === identity);
  }
}
