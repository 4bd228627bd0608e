// @ts-check
/** What is told about one completion: the chance of each pixel, and what both models make of it. */

import { latest } from './latest.js';
import { pictureToJudge } from './picture.js';

/** @typedef {import('./finish.js').Kind} Kind */
/** @typedef {import('./finish.js').Result} Result */
/** @typedef {import('./picture.js').Picture} Picture */

/**
 * One completion of a result.
 * @typedef {object} Found
 * @property {Result} result
 * @property {number} index
 * @property {Uint8Array} image
 */

/**
 * The completion that is watched.
 * @typedef {object} Watched
 * @property {Kind} kind
 * @property {number} index
 * @property {Uint8Array} image
 * @property {Uint8Array} known
 * @property {Float32Array | null} probabilities null until they are there
 */

/**
 * Both models' judgement of one picture.
 * @typedef {object} Verdict
 * @property {Uint8Array} image
 * @property {Uint8Array} known
 * @property {number | null} completion index of the completion judged; null for the covered original
 * @property {Record<Kind, number> | null} nats null until they are there
 */

export class Insight {
  /** @type {Watched | null} */
  watched = null;
  /** @type {Verdict | null} */
  verdict = null;
  #session;
  #onChange;
  #onError;
  #explaining = latest();
  #judging = latest();

  /**
   * @param {import('./session.js').Session} session
   * @param {() => void} onChange
   * @param {(error: unknown) => void} onError
   */
  constructor(session, onChange, onError) {
    this.#session = session;
    this.#onChange = onChange;
    this.#onError = onError;
  }

  /** What is under way is about a drawing that has moved on. */
  cancel() {
    this.#explaining.cancel();
    this.#judging.cancel();
  }

  /**
   * Finds the probabilities behind a completion.
   * @param {Found} found
   */
  explain({ result, index, image: shown }) {
    const { kind, known } = result;
    const image = shown.slice();
    this.watched = { kind, index, image, known, probabilities: null };
    this.#onChange();
    this.#explaining.run(async (signal) => {
      try {
        const { engine, model } = await this.#session.modelOf(kind);
        const probabilities = await engine.probabilities({ model, pixels: image, known, signal });
        this.watched = { kind, index, image, known, probabilities };
        this.#onChange();
      } catch (error) {
        this.#onError(error);
      }
    });
  }

  /**
   * Has both models say how likely the picture is.
   * @param {Picture} picture
   * @param {Found} found
   */
  judge(picture, found) {
    const judged = { ...pictureToJudge(picture, found), known: picture.known };
    this.verdict = { ...judged, nats: null };
    this.#onChange();
    this.#judging.run(async (signal) => {
      try {
        const [completion, pixelcnn] = await Promise.all(
          /** @type {Kind[]} */ (['completion', 'pixelcnn']).map(async (kind) => {
            const { engine, model } = await this.#session.modelOf(kind);
            const { image: images, known } = judged;
            return (await engine.logLikelihood({ model, images, known, signal }))[0];
          }),
        );
        this.verdict = { ...judged, nats: { completion, pixelcnn } };
        this.#onChange();
      } catch (error) {
        this.#onError(error);
      }
    });
  }

  /** There is nothing to compare. */
  dropVerdict() {
    this.#judging.cancel();
    this.verdict = null;
    this.#onChange();
  }
}
