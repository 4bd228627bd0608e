// @ts-check
/**
 * Has the drawing finished again whenever it changes. Work that a change makes stale is aborted; the
 * completions that were stay in view and are overwritten pixel by pixel.
 */

import { EngineError, PIXELS } from './engine.js';

/** @typedef {'completion' | 'pixelcnn'} Kind */

/**
 * @typedef {object} Work
 * @property {Kind[]} kinds the models that are asked
 * @property {Uint8Array} pixels
 * @property {Uint8Array} known
 * @property {number} count
 * @property {number} seed
 * @property {number} temperature
 */

/**
 * What a model has made of the drawing so far.
 * @typedef {object} Result
 * @property {Kind} kind
 * @property {number} count
 * @property {Uint8Array} known
 * @property {Uint8Array} images count × 784
 * @property {(number | null)[]} nats log-likelihood of each completion; null while it is not done
 * @property {number} reached hidden pixels before this one are of this request
 * @property {boolean} running
 */

/** Completions made while the pen is down; the others follow when it is lifted. */
const WHILE_DRAWING = 4;
/** How long completions of a drawing that has moved on may go on while the pen is down, in ms. */
const PATIENCE = 150;

export class Finisher {
  #session;
  #onUpdate;
  #onError;
  /** @type {Map<Kind, Result>} */
  #results = new Map();
  /** @type {AbortController | null} */
  #running = null;
  #startedAt = 0;
  /** The newest drawing of a stroke that waits for the completions of an older one. */
  /** @type {Work | null} */
  #waiting = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {import('./session.js').Session} session
   * @param {(results: Map<Kind, Result>, done: boolean) => void} onUpdate
   * @param {(error: unknown) => void} onError
   */
  constructor(session, onUpdate, onError) {
    this.#session = session;
    this.#onUpdate = onUpdate;
    this.#onError = onError;
  }

  get results() {
    return this.#results;
  }

  /**
   * Finishes this drawing, from now on.
   * @param {Work} work
   * @param {boolean} drawing whether the pen is down
   */
  ask(work, drawing) {
    this.#waiting = null;
    clearTimeout(this.#timer);
    this.#results = new Map(work.kinds.map((kind) => [kind, this.#blank(kind, work)]));
    this.#onUpdate(this.#results, false);
    const age = performance.now() - this.#startedAt;
    if (drawing && this.#running && age < PATIENCE) {
      this.#waiting = work;
      this.#timer = setTimeout(() => this.#start(work, true), PATIENCE - age);
    } else {
      this.#start(work, drawing);
    }
  }

  /**
   * The last completions with the known pixels of the new drawing.
   * @param {Kind} kind
   * @param {Work} work
   * @returns {Result}
   */
  #blank(kind, { pixels, known, count }) {
    const last = this.#results.get(kind);
    const images = new Uint8Array(count * PIXELS);
    images.set(last?.images.subarray(0, images.length) ?? []);
    for (let index = 0; index < images.length; index++) {
      if (known[index % PIXELS] === 1) {
        images[index] = pixels[index % PIXELS];
      }
    }
    const nats = Array.from({ length: count }, () => null);
    return { kind, count, known, images, nats, reached: 0, running: true };
  }

  /**
   * @param {Work} work
   * @param {boolean} drawing
   */
  async #start(work, drawing) {
    this.#running?.abort();
    const controller = new AbortController();
    this.#running = controller;
    this.#startedAt = performance.now();
    try {
      await Promise.all(
        work.kinds.map((kind) => this.#complete(kind, work, drawing, controller.signal)),
      );
      if (controller.signal.aborted) {
        return;
      }
      this.#running = null;
      if (this.#waiting) {
        clearTimeout(this.#timer);
        const waiting = this.#waiting;
        this.#waiting = null;
        this.#start(waiting, true);
      } else {
        this.#onUpdate(this.#results, !drawing);
      }
    } catch (error) {
      if (!controller.signal.aborted) {
        controller.abort();
        this.#running = null;
        if (!(error instanceof EngineError && error.code === 'stopped')) {
          this.#onError(error);
        }
      }
    }
  }

  /**
   * @param {Kind} kind
   * @param {Work} work
   * @param {boolean} drawing
   * @param {AbortSignal} signal
   */
  async #complete(kind, work, drawing, signal) {
    const { engine, model } = await this.#session.modelOf(kind);
    const { pixels, known, seed, temperature } = work;
    const count = drawing ? Math.min(work.count, WHILE_DRAWING) : work.count;
    const done = await engine.complete({
      model,
      pixels,
      known,
      count,
      seed,
      temperature,
      signal,
      onPixel: ({ index, values }) => {
        const result = this.#results.get(kind);
        if (!result || signal.aborted) {
          return;
        }
        values.forEach((value, one) => {
          // The pen may have made a pixel known since.
          if (result.known[index] === 0 && one < result.count) {
            result.images[one * PIXELS + index] = value;
          }
        });
        result.reached = index + 1;
        this.#onUpdate(this.#results, false);
      },
    });
    const result = this.#results.get(kind);
    if (!result || signal.aborted) {
      return;
    }
    if (!this.#waiting) {
      result.images.set(done.images);
      result.nats.splice(0, count, ...done.logLikelihood);
      result.reached = PIXELS;
      result.running = drawing;
    }
  }
}
