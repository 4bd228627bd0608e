// @ts-check
/**
 * The desk of a page that trains: the run there is, those before it, and how one takes the place of
 * another. What is trained, and what is shown of it, is the page's affair.
 */

import { find } from '../dom.js';
import { createNotice } from '../panels/notice.js';
import { number, say } from '../text.js';
import { createRuns } from './runs.js';
import { Training } from './training.js';

/** @typedef {import('./craft.js').AnyRun} AnyRun */
/** @typedef {import('./craft.js').AnyCurve} AnyCurve */
/** @typedef {import('./keep.js').Kept} Kept */

/**
 * What a page brings to its desk.
 * @template {object} S
 * @template R, C
 * @template {import('./driver.js').Driver<S>} D
 * @typedef {object} Page
 * @property {import('../settings.js').Store<S>} store
 * @property {import('../session.js').Session} session
 * @property {import('./keep.js').Keep} keep
 * @property {import('./craft.js').Craft<S, R, C>} craft
 * @property {import('./runs.js').Reading<C>} reading
 * @property {(training: Training<any, any, any>) => D} drive makes its driver
 * @property {(text: string) => S} parse
 * @property {(text: string) => Partial<S>} own what a kept run puts in place of the page's settings
 * @property {boolean} overlays whether a run that is left stays on the chart
 * @property {() => void} changed
 * @property {(run: R | null) => void} opened another run, or none
 * @property {(words: () => string) => void} announce
 * @property {(progress: import('../engine.js').Progress) => void} progress
 */

/**
 * @template {object} S
 * @template {AnyRun} R
 * @template {AnyCurve} C
 * @template {import('./driver.js').Driver<S>} D
 * @param {Page<S, R, C, D>} page
 */
export function createDesk(page) {
  const { store, session, keep, reading, announce } = page;
  const notice = createNotice(find(document, '#notice', HTMLElement), () => reopen());
  session.onProgress = page.progress;

  const training = new Training(
    () => session.engine(),
    keep,
    {
      changed: page.changed,
      opened: page.opened,
      failed: fail,
      notKept: (problem) => notice.tell(`notice.keep.${problem}`),
      progress: page.progress,
    },
    page.craft,
  );
  const driver = page.drive(training);
  const runs = createRuns(
    document,
    {
      changed: page.changed,
      resume: (kept) => act(() => driver.replace(() => adopt(kept, page.own(kept.settings)))),
      async forget(kept) {
        await keep.remove(kept.id);
        await list();
        announce(() => say('runs.forgotten'));
      },
    },
    reading,
  );

  /** @param {() => void | Promise<unknown>} work */
  async function act(work) {
    try {
      await work();
    } catch (error) {
      fail(error);
    }
  }

  /** @param {unknown} error */
  function fail(error) {
    const { code } = /** @type {any} */ (error) ?? {};
    if (code !== 'aborted' && code !== 'stopped') {
      driver.halt();
      // Weights come from a file here, and stay what they are.
      notice.tellError(error, code !== 'weights');
      session.forgetFailure();
    }
  }

  async function list() {
    const all = await keep.all().catch(() => []);
    runs.update(all.filter(({ id }) => id !== training.id));
    page.changed();
  }

  /**
   * Keeps the run there is as an earlier one, and opens another.
   * @param {Partial<S>} patch other settings
   * @param {import('./craft.js').Beginning<C>} from
   */
  async function open(patch, from) {
    if (training.run && training.step > 0) {
      await training.keep();
      if (page.overlays) {
        runs.overlay(training.id);
      }
    }
    const opening = training.open({ ...store.state, ...patch }, from);
    // Only now: a setting that changes before is one of the run that goes.
    store.set(patch);
    await list();
    await opening;
  }

  /**
   * Another run in place of the one there is.
   * @param {{ patch?: Partial<S>, playing?: boolean, after?: number }} [how]
   */
  async function begin({ patch = {}, ...how } = {}) {
    await driver.replace(() => open(patch, {}), how);
    notice.settle();
  }

  /** @param {number} [after] milliseconds to wait for more changes */
  function reopen(after = 0) {
    act(() => begin({ after }));
  }

  /**
   * A run that begins with the weights of a file. Where they are refused, the run that was there is there
   * again.
   * @param {Uint8Array} weights
   * @param {Partial<S>} [patch]
   * @returns {Promise<boolean>} whether they are in place
   */
  async function bring(weights, patch = {}) {
    await driver.settled();
    const { run, id, curve } = training;
    const before = page.own(page.craft.print(store.state));
    const snapshot = await run?.snapshot();
    let accepted = true;
    await driver.replace(async () => {
      try {
        await open(patch, { weights });
      } catch {
        // The page has been told why.
        accepted = false;
        await open(before, snapshot ? { id, snapshot, curve } : {});
      }
    });
    if (accepted) {
      notice.settle();
    }
    return accepted;
  }

  /**
   * @param {Kept} kept
   * @param {Partial<S>} [patch]
   */
  async function adopt(kept, patch = {}) {
    const curve = reading.curveOf(kept);
    // The record may be younger than the snapshot.
    curve.cutAfter(kept.step);
    await open(patch, { id: kept.id, snapshot: kept.snapshot ?? undefined, curve });
    announce(() => say('status.restored', { step: number(training.step) }));
  }

  /** Goes on with the kept run of these settings, if there is one. */
  async function restore() {
    await driver.replace(async () => {
      await list();
      const { identity } = page.craft;
      const wanted = identity(store.state);
      const all = await keep.all().catch(() => []);
      const kept = all.find((run) => run.snapshot && identity(page.parse(run.settings)) === wanted);
      if (kept) {
        await adopt(kept);
      }
    });
  }

  /** The engine for those who only look: a start that fails is forgotten. */
  async function engine() {
    try {
      return await session.engine();
    } catch (error) {
      session.forgetFailure();
      throw error;
    }
  }

  return { notice, training, driver, runs, act, fail, begin, reopen, bring, restore, engine };
}
