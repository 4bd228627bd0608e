// @ts-check

/**
 * For work that is asked for faster than it can be done, such as decoding under a moving pointer:
 * one piece at a time; of those asked for meanwhile, only the newest is done.
 * @template {any[]} A
 * @param {(superseded: () => boolean, ...what: A) => Promise<void>} work
 * @param {(error: unknown) => void} fail
 * @returns {(...what: A) => void}
 */
export function newest(work, fail) {
  /** @type {A | null} */
  let waiting = null;
  let running = false;

  async function run() {
    running = true;
    while (waiting) {
      const what = waiting;
      waiting = null;
      try {
        await work(() => waiting !== null, ...what);
      } catch (error) {
        fail(error);
      }
    }
    running = false;
  }

  return (...what) => {
    waiting = what;
    if (!running) {
      run();
    }
  };
}
