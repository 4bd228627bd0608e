// @ts-check
/** The game on the plane that the section shows: begun, played, stepped, looked at. */

import { cloudOf, liveOf } from './settings.js';

/** @typedef {import('../../engine.js').Plane} Plane */
/** @typedef {import('./settings.js').PlaneSettings} PlaneSettings */

/**
 * @typedef {object} Hooks
 * @property {() => void} changed there is something new to be seen
 * @property {(error: unknown) => void} failed
 */

/** Milliseconds between two figures of a game that is played: they take longer than a look. */
const FIGURES_EVERY = 300;
/** Milliseconds between two looks at full speed: more often costs the game time and shows no more. */
const LOOK_EVERY = 30;
/** Distances that are remembered; of more, every other one is dropped. */
const MOST = 600;

export class Match {
  #engine;
  #hooks;
  /** @type {Plane | null} */
  #plane = null;
  /** Which beginning is the last. */
  #turn = 0;
  /** @type {'slow' | 'normal' | 'full'} */
  #speed = 'full';
  #figured = 0;
  #looked = 0;
  #seen = -1;
  playing = false;
  /** Whether it is on the screen. */
  inSight = true;
  /** @type {import('../../engine/plane-types.js').PlaneView | null} */
  view = null;
  /** @type {import('../../engine/plane-types.js').PlaneFigures | null} */
  figures = null;
  /** Where the game is when nothing is told of its last half-step: at the start, or taken back. */
  #back = { step: 0, round: 0 };
  /** What the last half-step told. */
  /** @type {import('../../engine/plane-types.js').PlaneMetrics | null} */
  last = null;
  /** How far the generator was from the cloud. */
  /** @type {{ round: number, distance: number }[]} */
  history = [];

  /**
   * @param {() => Promise<import('../../engine.js').Engine>} engine
   * @param {Hooks} hooks
   */
  constructor(engine, hooks) {
    this.#engine = engine;
    this.#hooks = hooks;
  }

  /** Whether there is a game. */
  get isOpen() {
    return this.#plane !== null;
  }

  get step() {
    return (this.last ?? this.#back).step;
  }

  get round() {
    return (this.last ?? this.#back).round;
  }

  /**
   * A fresh game in place of the one there is, played if that was; none where there is no cloud.
   * @param {PlaneSettings} settings
   */
  async open(settings) {
    const turn = ++this.#turn;
    const { playing } = this;
    this.#plane?.stop();
    this.#plane = null;
    this.playing = false;
    this.#back = { step: 0, round: 0 };
    Object.assign(this, { view: null, figures: null, last: null, history: [] });
    const cloud = cloudOf(settings);
    if (!cloud) {
      this.#hooks.changed();
      return;
    }
    const engine = await this.#engine();
    const plane = await engine.plane({
      cloud,
      seed: settings.planeSeed,
      options: liveOf(settings),
      paused: true,
    });
    if (turn !== this.#turn) {
      plane.stop();
      return;
    }
    this.#plane = plane;
    this.#follow(plane);
    await this.pace(settings.planeSpeed);
    await this.look();
    if (playing) {
      await this.play();
    }
  }

  /** @param {PlaneSettings} settings whose changes a game takes up while it is played */
  async adjust(settings) {
    await this.#plane?.set(liveOf(settings));
    await this.look();
  }

  /** @param {PlaneSettings} settings with another cloud to go on with */
  async learn(settings) {
    const cloud = cloudOf(settings);
    if (!this.#plane || !cloud) {
      await this.open(settings);
      return;
    }
    await this.#plane.learn(cloud);
    await this.look();
  }

  /** @param {'slow' | 'normal' | 'full'} speed */
  async pace(speed) {
    this.#speed = speed;
    await this.#plane?.set({ speed });
  }

  async play() {
    const plane = this.#plane;
    if (!plane || this.playing) {
      return;
    }
    this.playing = true;
    await plane.play();
    this.#watch(plane).catch((error) => this.#fail(plane, error));
  }

  async pause() {
    this.playing = false;
    await this.#plane?.pause();
    await this.look();
  }

  /** @param {'critic' | 'generator' | 'round'} what */
  async make(what) {
    this.playing = false;
    await this.#plane?.step(what);
    await this.look();
  }

  /** Takes the last half-step back. */
  async undo() {
    const plane = this.#plane;
    if (!plane || this.step === 0) {
      return;
    }
    this.playing = false;
    const { step, round } = await plane.undo();
    this.last = null;
    this.#back = { step, round };
    this.history = this.history.filter((each) => each.round <= round);
    await this.look();
  }

  stop() {
    this.#turn++;
    this.playing = false;
    this.#plane?.stop();
    this.#plane = null;
  }

  /**
   * Asks for what is to be seen.
   * @param {boolean} [figures] and for the figures
   */
  async look(figures = true) {
    const plane = this.#plane;
    if (!plane) {
      return;
    }
    const [view, found] = await Promise.all([plane.view(), figures ? plane.figures() : null]);
    if (plane !== this.#plane) {
      return;
    }
    this.view = view;
    if (found) {
      this.figures = found;
      this.#remember(found.distance);
    }
    this.#hooks.changed();
  }

  /** @param {number} distance */
  #remember(distance) {
    const { round } = this;
    if (this.history.at(-1)?.round === round) {
      this.history.pop();
    }
    this.history.push({ round, distance });
    if (this.history.length > MOST) {
      this.history = this.history.filter((_, index) => index % 2 === 0);
    }
  }

  /**
   * Looks again and again while the game is played: in slow motion at each step, else at each frame.
   * @param {Plane} plane
   */
  async #watch(plane) {
    while (this.playing && plane === this.#plane) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = performance.now();
      const news = this.#speed === 'full' ? now - this.#looked > LOOK_EVERY : this.#seen !== this.step;
      if (!this.inSight || !news) {
        continue;
      }
      this.#looked = now;
      this.#seen = this.step;
      const due = now - this.#figured > FIGURES_EVERY;
      this.#figured = due ? now : this.#figured;
      await this.look(due);
    }
  }

  /**
   * Hears what each half-step did; a game that diverged can be gone on with.
   * @param {Plane} plane
   */
  async #follow(plane) {
    try {
      for await (const metrics of plane.metrics()) {
        this.last = metrics;
      }
    } catch (error) {
      this.#fail(plane, error);
      if (/** @type {any} */ (error)?.code === 'diverged') {
        this.#follow(plane);
        this.look().catch(() => {});
      }
    }
  }

  /**
   * @param {Plane} plane
   * @param {unknown} error
   */
  #fail(plane, error) {
    if (plane === this.#plane) {
      this.playing = false;
      this.#hooks.failed(error);
      this.#hooks.changed();
    }
  }
}
