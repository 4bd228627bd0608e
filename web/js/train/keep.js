// @ts-check
/** The runs that the browser keeps: weights, optimiser and curves survive a reload. */

/**
 * @typedef {object} Kept
 * @property {string} id
 * @property {number} savedAt milliseconds since 1970
 * @property {string} settings as `printSettings` wrote them
 * @property {number} step
 * @property {Uint8Array | null} snapshot null for a run of which only the curve is left
 * @property {any} curve as its `toRecord` gave it
 */

/** Runs that are kept, the current one among them. */
export const MOST_RUNS = 6;
const RUNS = 'runs';

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
const finished = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** @param {unknown} error */
export const isFull = (error) => /** @type {any} */ (error)?.name === 'QuotaExceededError';

/** The database of this browser; where there is none, nothing is kept and `put` says so. */
export class Keep {
  #name;
  /** @type {Promise<IDBDatabase> | null} */
  #opening = null;

  /** @param {string} [name] of the database: each page that trains has its own */
  constructor(name = 'halfdrawn') {
    this.#name = name;
  }

  #open() {
    if (!this.#opening) {
      const request = indexedDB.open(this.#name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(RUNS, { keyPath: 'id' });
      this.#opening = finished(request);
      this.#opening.catch(() => {
        this.#opening = null;
      });
    }
    return this.#opening;
  }

  /**
   * Runs one transaction to its very end: only then is what was put safe.
   * @template T
   * @param {IDBTransactionMode} mode
   * @param {(store: IDBObjectStore) => IDBRequest<T>} work
   * @returns {Promise<T>}
   */
  async #transact(mode, work) {
    const database = await this.#open();
    const transaction = database.transaction(RUNS, mode);
    const request = work(transaction.objectStore(RUNS));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? request.error);
      transaction.onerror = () => reject(transaction.error ?? request.error);
    });
  }

  /** @returns {Promise<Kept[]>} the latest first */
  async all() {
    const runs = await this.#transact('readonly', (store) => store.getAll());
    return runs.sort((a, b) => b.savedAt - a.savedAt);
  }

  /**
   * Keeps a run. A full disk costs the oldest others, one by one; with none left it is an error.
   * @param {Kept} run
   */
  async put(run) {
    for (;;) {
      try {
        await this.#transact('readwrite', (store) => store.put(run));
        return;
      } catch (error) {
        const others = isFull(error) ? (await this.all()).filter(({ id }) => id !== run.id) : [];
        const oldest = others.at(-1);
        if (!oldest) {
          throw error;
        }
        await this.remove(oldest.id);
      }
    }
  }

  /** @param {string} id */
  async remove(id) {
    await this.#transact('readwrite', (store) => store.delete(id));
  }

  /** Drops the oldest runs beyond the number that is kept. */
  async prune() {
    const extra = (await this.all()).slice(MOST_RUNS);
    await Promise.all(extra.map(({ id }) => this.remove(id)));
  }
}
