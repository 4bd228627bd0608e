// @ts-check
/** The pretrained models of a worker: each is loaded once, when it is first asked for. */

import { download } from './files.js';

/** @typedef {import('../engine/types.js').Progress} Progress */

/**
 * @template Model
 */
export class Models {
  #base;
  #make;
  /** @type {(name: string) => Promise<number | null>} */
  #sizeOf;
  /** @type {Map<string, Promise<Model>>} */
  #models = new Map();
  /** Models whose first download failed: the next one goes past the cache. */
  /** @type {Set<string>} */
  #suspect = new Set();
  /** Who hears how a model's download gets on. */
  /** @type {Map<string, Set<(progress: Progress) => void>>} */
  #listeners = new Map();

  /**
   * @param {string} base
   * @param {(config: Uint8Array, weights: Uint8Array) => Promise<Model>} make
   * @param {(name: string) => Promise<number | null>} [sizeOf] bytes of a weight file
   */
  constructor(base, make, sizeOf = async () => null) {
    this.#base = base;
    this.#make = make;
    this.#sizeOf = sizeOf;
  }

  /**
   * The model, loaded once. A failed download is told to the first who asks and then forgotten, so
   * that asking again tries again.
   * @param {string} name
   * @param {(progress: Progress) => void} [onProgress]
   * @returns {Promise<Model>}
   */
  async named(name, onProgress) {
    const heard = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, heard);
    if (onProgress) {
      heard.add(onProgress);
    }
    const loading = this.begin(name);
    try {
      return await loading;
    } catch (error) {
      if (this.#models.get(name) === loading) {
        this.#models.delete(name);
      }
      throw error;
    } finally {
      if (onProgress) {
        heard.delete(onProgress);
      }
    }
  }

  /**
   * Begins to load a model without being asked; whoever asks for it first hears of a failure.
   * @param {string} name
   * @param {(progress: Progress) => void} [onProgress] hears of it for good
   * @returns {Promise<Model>}
   */
  begin(name, onProgress) {
    if (onProgress) {
      this.#listeners.set(name, new Set([onProgress]));
    }
    const loading = this.#models.get(name) ?? this.#fetch(name);
    loading.catch(() => {});
    this.#models.set(name, loading);
    return loading;
  }

  /**
   * @param {string} name
   * @returns {Promise<Model>}
   */
  async #fetch(name) {
    const cache = this.#suspect.has(name) ? 'reload' : 'default';
    this.#suspect.add(name);
    const total = await this.#sizeOf(name);
    const file = (/** @type {string} */ path) => new URL(`pretrained/${name}/${path}`, this.#base);
    const [config, weights] = await Promise.all([
      download(file('config.json'), `pretrained/${name}/config.json`, cache),
      download(file('model.safetensors'), `pretrained/${name}/model.safetensors`, cache, (loaded) => {
        for (const listener of this.#listeners.get(name) ?? []) {
          listener({ stage: 'weights', model: name, loaded, total });
        }
      }),
    ]);
    const model = await this.#make(config, weights);
    this.#suspect.delete(name);
    return model;
  }
}
