// @ts-check
/** The page's engine: started once, and again after a failure. */

import { Engine, EngineError } from './engine.js';

/** @typedef {import('./finish.js').Kind} Kind */

export class Session {
  /** @type {Promise<Engine> | null} */
  #starting = null;
  /** Who hears how downloads get on. */
  /** @type {(progress: import('./engine.js').Progress) => void} */
  onProgress = () => {};

  /** @returns {Promise<Engine>} */
  engine() {
    this.#starting ??= Engine.start({ onProgress: (progress) => this.onProgress(progress) });
    return this.#starting;
  }

  /**
   * The engine and the name of its model of a kind.
   * @param {Kind} kind
   */
  async modelOf(kind) {
    const engine = await this.engine();
    const found = (await engine.models()).find((each) => each.kind === kind);
    if (!found) {
      throw new EngineError('model', `There is no model of the kind '${kind}' here.`);
    }
    return { engine, model: found.name };
  }

  /** Loads the plain PixelCNN, which only the lesson needs. */
  async loadPlain() {
    const { engine, model } = await this.modelOf('pixelcnn');
    await engine.load(model, { onProgress: (progress) => this.onProgress(progress) });
  }

  /** A start that failed is forgotten, so that the next request starts again. */
  async forgetFailure() {
    const starting = this.#starting;
    try {
      await starting;
    } catch {
      this.#starting = this.#starting === starting ? null : this.#starting;
    }
  }
}
