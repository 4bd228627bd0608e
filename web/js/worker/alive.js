// @ts-check
/** Signs of life of a worker: to whoever asks, and a lock that the browser takes away when it ends. */

/**
 * Answers a question after the worker's life; other messages are not its affair.
 * @param {any} message
 * @returns {boolean} whether it was one
 */
export function showsLife({ type, lock }) {
  if (type === 'ping') {
    self.postMessage({ type: 'pong' });
    return true;
  }
  if (type === 'hold') {
    const held = () => {
      self.postMessage({ type: 'held' });
      return new Promise(() => {});
    };
    // A page without locks is asked for signs of life alone.
    navigator.locks?.request(lock, held).catch(() => {});
    return true;
  }
  return false;
}
