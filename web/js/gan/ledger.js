// @ts-check
/** The record of a game: what each half-step gave, and pictures of the same noise along the way. */

import { PIXELS } from '../engine.js';
import { mean } from './maths.js';

/** @typedef {'critic' | 'generator'} Player */

/**
 * What a half-step gave, as the engine tells it.
 * @typedef {object} GameMetrics
 * @property {number} step half-steps done
 * @property {number} round
 * @property {number} epoch
 * @property {Player} player who moved
 * @property {number | null} [criticLoss]
 * @property {number | null} [generatorLoss]
 * @property {number | null} [criticNorm] of its gradient
 * @property {number | null} [generatorNorm]
 * @property {ArrayLike<number>} [real] the critic's raw outputs on real pictures
 * @property {ArrayLike<number>} [fake] and on forgeries
 * @property {number} milliseconds
 */

const COLUMNS = /** @type {const} */ ([
  'step',
  'round',
  'epoch',
  'player',
  'criticLoss',
  'generatorLoss',
  'criticNorm',
  'generatorNorm',
  'real',
  'fake',
  'milliseconds',
]);
/** More half-steps than this are kept one in two, then one in four, and so on. */
const MOST = 20_000;
/** Frames of the film that are kept; beyond it every second one goes. */
const MOST_FRAMES = 64;

/** Half-steps that can be taken back. */
const MOST_UNDONE = 50;

/** @typedef {{ step: number, images: Uint8Array, census: import('./maths.js').Census | null }} Frame */
/** @typedef {Record<typeof COLUMNS[number], number>} Row */

/** @param {unknown} value */
const numeric = (value) => (typeof value === 'number' ? value : NaN);

export class Ledger {
  /** @type {Record<typeof COLUMNS[number], number[]>} */
  #columns = /** @type {any} */ (Object.fromEntries(COLUMNS.map((name) => [name, []])));
  #stride = 1;
  /** @type {Frame[]} */
  #film = [];
  /** The latest outputs of the critic on both kinds of pictures. */
  /** @type {{ real: number[], fake: number[] }} */
  outputs = { real: [], fake: [] };
  /** @type {Row | null} */
  #last = null;
  /** Critic steps since the generator last moved. */
  #ahead = 0;
  /** Half-steps that the engine can take back: it remembers some of those since the game was opened. */
  undoable = 0;

  get columns() {
    return this.#columns;
  }

  get length() {
    return this.#columns.step.length;
  }

  /** @returns {Row | null} */
  get last() {
    return this.#last;
  }

  get film() {
    return this.#film;
  }

  /**
   * Who moves next in a round of k critic steps.
   * @param {number} k
   * @returns {Player}
   */
  next(k) {
    return this.#ahead >= k ? 'generator' : 'critic';
  }

  /** Critic steps since the generator last moved. */
  get ahead() {
    return this.#ahead;
  }

  /** The player of the last half-step. @returns {Player | null} */
  get player() {
    return this.#last ? (this.#last.player === 1 ? 'generator' : 'critic') : null;
  }

  /** @param {GameMetrics} metrics */
  push(metrics) {
    const { real, fake } = metrics;
    const generator = metrics.player === 'generator';
    this.#ahead = generator ? 0 : this.#ahead + 1;
    this.undoable = Math.min(MOST_UNDONE, this.undoable + 1);
    this.outputs = {
      real: real?.length ? Array.from(real) : this.outputs.real,
      fake: fake?.length ? Array.from(fake) : this.outputs.fake,
    };
    // The figures of who did not move are old ones.
    const idle = generator ? ['criticLoss', 'criticNorm'] : ['generatorLoss', 'generatorNorm'];
    const row = /** @type {Row} */ ({
      ...Object.fromEntries(
        COLUMNS.map((name) => [
          name,
          idle.includes(name) ? NaN : numeric(/** @type {any} */ (metrics)[name]),
        ]),
      ),
      player: Number(generator),
      real: real?.length && !generator ? mean(real) : NaN,
      fake: fake?.length ? mean(fake) : NaN,
    });
    this.#last = row;
    if (row.round % this.#stride !== 0) {
      return;
    }
    COLUMNS.forEach((name) => this.#columns[name].push(row[name]));
    if (this.length >= MOST) {
      this.#stride *= 2;
      const kept = this.#columns.round.map((round) => round % this.#stride === 0);
      COLUMNS.forEach((name) => {
        this.#columns[name] = this.#columns[name].filter((_, index) => kept[index]);
      });
    }
  }

  /**
   * Values of the half-steps that have them, and their steps.
   * @param {typeof COLUMNS[number]} name
   * @returns {{ x: number[], y: number[] }}
   */
  series(name) {
    const values = this.#columns[name];
    const places = [...values.keys()].filter((index) => Number.isFinite(values[index]));
    return {
      x: places.map((index) => this.#columns.step[index]),
      y: places.map((index) => values[index]),
    };
  }

  /**
   * The last value there is.
   * @param {typeof COLUMNS[number]} name
   */
  latest(name) {
    return this.#columns[name].findLast(Number.isFinite) ?? NaN;
  }

  /**
   * A frame of the film; one of the same step takes its place.
   * @param {number} step
   * @param {Float32Array} images
   * @param {Frame['census']} census
   */
  addFrame(step, images, census) {
    const kept = this.#film.filter((frame) => frame.step < step);
    const grey = Uint8Array.from(images, (value) => Math.round(value * 255));
    this.#film = [...kept, { step, images: grey, census }];
    if (this.#film.length > MOST_FRAMES) {
      // The first and the last stay.
      this.#film = this.#film.filter((_, index) => index % 2 === 0 || index === MOST_FRAMES);
    }
  }

  /**
   * Forgets what came after a step: the game went back to it.
   * @param {number} step
   */
  cutAfter(step) {
    const { step: steps } = this.#columns;
    const found = steps.findIndex((each) => each > step);
    const left = found < 0 ? steps.length : found;
    COLUMNS.forEach((name) => this.#columns[name].splice(left));
    this.#film = this.#film.filter((frame) => frame.step <= step);
    const at = this.length - 1;
    this.#last =
      at < 0
        ? null
        : /** @type {Row} */ (
            Object.fromEntries(COLUMNS.map((name) => [name, this.#columns[name][at]]))
          );
    const { player } = this.#columns;
    this.#ahead = player.length - 1 - player.lastIndexOf(1);
  }

  /** What a database can hold. */
  toRecord() {
    return {
      columns: Object.fromEntries(
        COLUMNS.map((name) => [name, Float64Array.from(this.#columns[name])]),
      ),
      stride: this.#stride,
      film: this.#film,
      outputs: this.outputs,
    };
  }

  /** @param {ReturnType<Ledger['toRecord']>} record */
  static fromRecord({ columns, stride, film, outputs }) {
    const ledger = new Ledger();
    COLUMNS.forEach((name) => {
      ledger.#columns[name] = Array.from(columns[name] ?? []);
    });
    ledger.#stride = stride;
    ledger.#film = film;
    ledger.outputs = outputs;
    ledger.cutAfter(Infinity);
    return ledger;
  }

  /** All as a table: comma-separated, a row a half-step. */
  toCsv() {
    const rows = this.#columns.step.map((_, at) =>
      COLUMNS.map((name) => {
        const value = this.#columns[name][at];
        return name === 'player' ? (value === 1 ? 'generator' : 'critic') : Number.isNaN(value) ? '' : value;
      }).join(','),
    );
    return `${[COLUMNS.join(','), ...rows].join('\n')}\n`;
  }
}

/**
 * Pictures of a frame as they were.
 * @param {Uint8Array} grey
 */
export const picturesOf = (grey) => Float32Array.from(grey, (value) => value / 255);

/** Pictures of a frame. */
export const FRAME = { count: 40, columns: 10, values: 40 * PIXELS };
