// @ts-check
/** What every rejected promise of the engine holds. */

/**
 * @typedef {'length' | 'value' | 'count' | 'undo' | 'temperature' | 'option' | 'model' | 'weights' | 'memory'
 *   | 'fetch' | 'wasm' | 'simd' | 'data' | 'snapshot' | 'diverged' | 'device' | 'webgpu' | 'adapter' | 'limits' | 'aborted'
 *   | 'stopped'} ErrorCode
 */

export class EngineError extends Error {
  /**
   * @param {ErrorCode} code
   * @param {string} message
   * @param {unknown} [cause]
   */
  constructor(code, message, cause) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = code === 'aborted' ? 'AbortError' : 'EngineError';
    /** @type {ErrorCode} */
    this.code = code;
  }
}

/** @param {unknown} cause */
export const aborted = (cause) => new EngineError('aborted', 'The request was aborted.', cause);

/** Codes of errors that another device may not have. */
export const OF_THE_DEVICE = ['device', 'webgpu', 'adapter', 'limits', 'wasm', 'memory', 'fetch'];
