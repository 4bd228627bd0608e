// @ts-check
/** The losses of a run: what each step and each look at held-out digits gave. */

/**
 * @typedef {object} Point
 * @property {number} step
 * @property {number} epoch
 * @property {number} loss
 * @property {number} reconstruction
 * @property {number} kl
 * @property {number} gradientNorm
 * @property {number} learningRate
 * @property {number} milliseconds
 */

/** @typedef {{ step: number, loss: number, reconstruction: number, kl: number }} HeldOut */

/** @type {(keyof Point)[]} */
const COLUMNS = [
  'step',
  'epoch',
  'loss',
  'reconstruction',
  'kl',
  'gradientNorm',
  'learningRate',
  'milliseconds',
];
/** @type {(keyof HeldOut)[]} */
const HELD_OUT = ['step', 'loss', 'reconstruction', 'kl'];

/** More steps than this are kept one in two, then one in four, and so on. */
const MOST = 20_000;
/** Steps that the smoothed loss is about the mean of. */
const WINDOW = 25;

export class Curve {
  /** @type {Record<string, number[]>} */
  #train = Object.fromEntries(
    [...COLUMNS, 'smooth', 'smoothReconstruction', 'smoothKl'].map((name) => [name, []]),
  );
  /** @type {Record<string, number[]>} */
  #heldOut = Object.fromEntries(HELD_OUT.map((name) => [name, []]));
  /** One step in so many is kept. */
  #stride = 1;
  #seen = 0;
  #pushed = 0;
  /** Exponential means. */
  #means = { loss: 0, reconstruction: 0, kl: 0 };

  get stride() {
    return this.#stride;
  }

  get length() {
    return this.#train.step.length;
  }

  /** Columns of the steps; with them the smoothed losses. */
  get train() {
    return this.#train;
  }

  get heldOut() {
    return this.#heldOut;
  }

  /** @returns {(Point & { smooth: number, smoothReconstruction: number, smoothKl: number }) | null} */
  get last() {
    const at = this.length - 1;
    return at < 0
      ? null
      : /** @type {any} */ (
          Object.fromEntries(
            Object.entries(this.#train).map(([name, values]) => [name, values[at]]),
          )
        );
  }

  /** @returns {HeldOut | null} */
  get lastHeldOut() {
    const at = this.#heldOut.step.length - 1;
    return at < 0
      ? null
      : /** @type {any} */ (
          Object.fromEntries(HELD_OUT.map((name) => [name, this.#heldOut[name][at]]))
        );
  }

  /** @param {Point} point */
  push(point) {
    const means = this.#means;
    // Short at first, where the loss falls steeply and a long mean would lag behind.
    const share = 1 / Math.min(WINDOW, 1 + this.#pushed++ / 8);
    for (const name of /** @type {const} */ (['loss', 'reconstruction', 'kl'])) {
      means[name] += ((point[name] ?? 0) - means[name]) * share;
    }
    if (this.#seen++ % this.#stride !== 0) {
      return;
    }
    COLUMNS.forEach((name) => this.#train[name].push(point[name] ?? NaN));
    this.#train.smooth.push(means.loss);
    this.#train.smoothReconstruction.push(means.reconstruction);
    this.#train.smoothKl.push(means.kl);
    if (this.length >= MOST) {
      this.#stride *= 2;
      this.#seen = 0;
      for (const [name, values] of Object.entries(this.#train)) {
        this.#train[name] = values.filter((_, index) => index % 2 === 0);
      }
    }
  }

  /** @param {HeldOut} point a second look at the same step replaces the first */
  pushHeldOut(point) {
    if (this.#heldOut.step.at(-1) === point.step) {
      HELD_OUT.forEach((name) => this.#heldOut[name].pop());
    }
    HELD_OUT.forEach((name) => this.#heldOut[name].push(point[name] ?? NaN));
  }

  /**
   * Forgets what came after a step: the run went back to it.
   * @param {number} step
   */
  cutAfter(step) {
    for (const columns of [this.#train, this.#heldOut]) {
      const found = columns.step.findIndex((each) => each > step);
      const left = found < 0 ? columns.step.length : found;
      Object.values(columns).forEach((values) => values.splice(left));
    }
    const last = this.last;
    this.#pushed = last?.step ?? 0;
    this.#means = last
      ? { loss: last.smooth, reconstruction: last.smoothReconstruction, kl: last.smoothKl }
      : { loss: 0, reconstruction: 0, kl: 0 };
  }

  /** What a database can hold. */
  toRecord() {
    const packed = (/** @type {Record<string, number[]>} */ columns) =>
      Object.fromEntries(
        Object.entries(columns).map(([name, values]) => [name, Float64Array.from(values)]),
      );
    return { train: packed(this.#train), heldOut: packed(this.#heldOut), stride: this.#stride };
  }

  /** @param {ReturnType<Curve['toRecord']>} record */
  static fromRecord({ train, heldOut, stride }) {
    const curve = new Curve();
    const unpack = (
      /** @type {Record<string, number[]>} */ into,
      /** @type {Record<string, Float64Array>} */ from,
    ) =>
      Object.keys(into).forEach((name) => {
        into[name] = Array.from(from[name] ?? []);
      });
    unpack(curve.#train, train);
    unpack(curve.#heldOut, heldOut);
    curve.#stride = stride;
    curve.cutAfter(Infinity);
    return curve;
  }

  /** All losses as a table: comma-separated, a row a step, then those of held-out digits. */
  toCsv() {
    const rows = [['kind', ...COLUMNS].join(',')];
    const row = (
      /** @type {string} */ kind,
      /** @type {Record<string, number[]>} */ columns,
      /** @type {number} */ at,
    ) =>
      [
        kind,
        ...COLUMNS.map((name) => columns[name]?.[at] ?? '').map((value) =>
          Number.isNaN(value) ? '' : value,
        ),
      ].join(',');
    this.#train.step.forEach((_, at) => rows.push(row('train', this.#train, at)));
    this.#heldOut.step.forEach((_, at) => rows.push(row('held-out', this.#heldOut, at)));
    return `${rows.join('\n')}\n`;
  }
}
