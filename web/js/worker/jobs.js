// @ts-check
/**
 * Work in slices of a few milliseconds, one job after the other. Between slices messages get
 * through, so that an abort is heard at once and several jobs share the time fairly.
 */

import { crashOf } from './files.js';

/**
 * Work under way.
 * @typedef {object} Job
 * @property {number} id
 * @property {boolean} ended
 * @property {((until: number) => unknown) | null} slice works until the given time; returns the result once done
 * @property {(() => void) | null} free
 */

/**
 * What a request becomes.
 * @typedef {Pick<Job, 'slice' | 'free'>} Work
 */

/** How long a slice works, in milliseconds: a step may overrun it by STEP. */
const SLICE = 6;
/** How long one call into wasm should take. */
export const STEP = 2;

/** @type {Map<number, Job>} */
const jobs = new Map();
/** Jobs that wait for their next slice, in turn. */
/** @type {Job[]} */
const turns = [];
const clock = new MessageChannel();
clock.port1.onmessage = turn;

/**
 * @param {unknown} message
 * @param {Transferable[]} [transfer]
 */
export function post(message, transfer = []) {
  self.postMessage(message, { transfer });
}

/**
 * Whether a request is still wanted.
 * @param {number} id
 */
export const isWanted = (id) => jobs.has(id);

/**
 * Work that is done at once.
 * @param {() => unknown} work
 * @returns {Work}
 */
export const atOnce = (work) => ({ slice: work, free: null });

/**
 * Ends a job exactly once.
 * @param {Job} job
 * @param {Record<string, unknown>} ending
 */
function end(job, ending) {
  if (!job.ended) {
    job.ended = true;
    jobs.delete(job.id);
    job.free?.();
    post({ id: job.id, ...ending });
  }
}

/**
 * @param {Job} job
 * @param {unknown} error
 */
function fail(job, error) {
  const crash = crashOf(error);
  if (crash) {
    post({ type: 'crashed', code: crash.code, message: crash.message });
    return;
  }
  const { code = 'wasm', message = String(error) } = /** @type {any} */ (error) ?? {};
  end(job, { type: 'failed', code, message });
}

/** Gives the job whose turn it is one slice. */
function turn() {
  const job = turns.shift();
  if (job?.slice && !job.ended) {
    try {
      const result = job.slice(performance.now() + SLICE);
      if (result === undefined) {
        turns.push(job);
      } else {
        end(job, { type: 'done', result });
      }
    } catch (error) {
      fail(job, error);
    }
  }
  if (turns.length > 0) {
    clock.port2.postMessage(null);
  }
}

/**
 * @param {any} message
 * @param {(message: any) => Promise<Work>} prepare
 */
async function begin(message, prepare) {
  /** @type {Job} */
  const job = { id: message.id, ended: false, slice: null, free: null };
  jobs.set(job.id, job);
  try {
    Object.assign(job, await prepare(message));
    if (job.ended) {
      job.free?.();
      return;
    }
    turns.push(job);
    if (turns.length === 1) {
      clock.port2.postMessage(null);
    }
  } catch (error) {
    fail(job, error);
  }
}

/**
 * Answers every message, and drops a job whose abort is heard.
 * @param {(message: any) => Promise<Work>} prepare makes work of a request
 */
export function listen(prepare) {
  self.onmessage = ({ data }) => {
    if (data.type === 'abort') {
      const job = jobs.get(data.id);
      if (job) {
        end(job, { type: 'aborted' });
      }
    } else {
      begin(data, prepare);
    }
  };
}
