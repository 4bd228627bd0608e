// @ts-check
/** The page's engine: started when it is first needed, and again after a failure. */

import { Engine } from './engine.js';

export class Session {
  /** @type {Promise<Engine> | null} */
  #starting = null;
  #onProgress;

  /** @param {(progress: import('./engine.js').Progress) => void} onProgress */
  constructor(onProgress) {
    this.#onProgress = onProgress;
  }

  /** @returns {Promise<Engine>} */
  engine() {
    if (!this.#starting) {
      const starting = Engine.start({ onProgress: this.#onProgress });
      this.#starting = starting;
      starting.catch(() => {
        this.#starting = null;
      });
    }
    return this.#starting;
  }

  /** The plain PixelCNN is loaded only for the lesson that needs it. */
  /** @param {AbortSignal} signal */
  async loadPlain(signal) {
    const engine = await this.engine();
    const plain = (await engine.models()).find((model) => model.kind === 'pixelcnn');
    await engine.load(plain?.name, { onProgress: this.#onProgress, signal });
  }
}
