// @ts-check
/** How a run stands: what its status tells, and to whom. */

/** @typedef {import('./types.js').RunStatus} RunStatus */

/** What a run that goes on has left behind. */
const CLEAR = { message: undefined, code: undefined, reason: undefined, cause: undefined, from: undefined };

export class Standing {
  /** @type {RunStatus} */
  #now = { state: 'loading', device: null, adapter: null, speeds: {} };
  #onStatus;

  /** @param {(status: RunStatus) => void} [onStatus] hears of every change */
  constructor(onStatus) {
    this.#onStatus = onStatus;
  }

  /** The status. */
  get now() {
    return { ...this.#now, speeds: { ...this.#now.speeds } };
  }

  /** @param {Partial<RunStatus>} change */
  change(change) {
    this.#now = { ...this.#now, ...change };
    this.#onStatus?.(this.now);
  }

  /** @param {'running' | 'paused'} state that a run goes on in, what went wrong before left behind */
  renew(state) {
    this.change({ ...CLEAR, state });
  }

  /** @param {RunStatus['speeds']} speeds that change too often for all to hear of it */
  time(speeds) {
    this.#now.speeds = { ...this.#now.speeds, ...speeds };
  }

  /**
   * A GPU is being got ready.
   * @param {number} total steps to try
   * @param {Partial<import('./types.js').WarmUp>} news
   */
  warm(total, news) {
    const before = this.#now.warmUp ?? { done: 0, total, pipelines: 0, loaded: 0 };
    this.change({ warmUp: { ...before, ...news } });
  }

  /**
   * Another worker has taken the place of one that ended.
   * @param {boolean} lost whether it was the GPU's
   * @param {number} step from which it goes on
   * @param {string} message
   */
  tellRecovered(lost, step, message) {
    const [what, reason] = lost
      ? /** @type {const} */ (['The GPU was lost: went on on the CPU', 'lost'])
      : /** @type {const} */ (['The worker was restarted', 'restarted']);
    this.change({ message: `${what} from step ${step}. (${message})`, reason, from: step });
  }

  /**
   * @param {import('./error.js').ErrorCode} cause
   * @param {string} message
   */
  tellNoGpu(cause, message) {
    const said = `${message} Training on the CPU.`;
    this.change({ message: said, reason: 'no-webgpu', cause, warmUp: undefined });
  }
}
