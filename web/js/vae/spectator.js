// @ts-check
/**
 * Looks at the model that is being trained, as often as training can bear, and before that at one
 * that has been trained.
 */

import { loadDigits } from '../digits.js';
import { Pace, SHARE } from '../train/pace.js';
import { probe, samplesOf } from './probe.js';

/** @typedef {import('./state.js').Settings} Settings */
/** @typedef {import('./craft.js').Training} Training */
/** @typedef {import('./probe.js').Source} Source */

/** Held-out pictures that the views know. */
const DIGITS = 1000;
/** One look in so many is at everything. */
const THOROUGH = 4;
/** Held-out pictures of a quick look; fewer where each takes long. */
const JUDGED = 500;
const FEW_JUDGED = 64;
/** Steps before which a loss that falls steeply would soon be wrong. */
const EARLY = 8;
/** Milliseconds between two quick looks, at least. */
const JUDGE_EVERY = 1500;
/** Milliseconds until pictures that did not arrive are asked for again. */
const PATIENCE = 10_000;
/** Milliseconds after which a paused run is looked at again. */
const RETRY = 60;
/** Seed of the latents that samples are drawn from: the same for all runs, so that they compare. */
const LATENT_SEED = 1;

/**
 * Whether a network takes long over each picture.
 * @param {Pick<Settings, 'preset'>} settings
 */
const isSlow = ({ preset }) => preset.startsWith('conv');

/**
 * A model that can be asked: a run, or the engine with the name of one of its models.
 * @param {Settings} settings
 * @param {any} of
 * @param {{ model?: string }} [named]
 * @returns {Source}
 */
const sourceOf = ({ model, preset, latent, conditional }, of, named = {}) => ({
  kind: model,
  slow: isSlow({ preset }),
  latent,
  conditional,
  decode: (latents, labels) => of.decode({ ...named, latents, ...(labels && { labels }) }),
  encode: (images, labels) => of.encode({ ...named, images, ...(labels && { labels }) }),
  sample: async (count, seed) => (await of.sample({ ...named, count, seed })).images,
});

export class Spectator {
  #session;
  #show;
  /** Pictures hold up the worker that trains; charts only share its processor. */
  #pace = new Pace(SHARE * 0.8);
  #chartPace = new Pace(SHARE * 0.2);
  /** @type {Map<string, Promise<import('../digits.js').Digits>>} */
  #digits = new Map();
  #busy = false;
  #timer = 0;
  /** Counts the models that were looked at: a late view of one that is gone is not shown. */
  #generation = 0;
  /** What was last seen of the run. */
  #seenStep = -1;
  /** @type {import('./probe.js').Seen | null} */
  #seen = null;
  #glances = 0;
  /** When held-out pictures were last looked at. */
  #judgedAt = -Infinity;

  /**
   * @param {import('../session.js').Session} session
   * @param {(settings: Settings, seen: import('./probe.js').Seen) => void} show
   */
  constructor(session, show) {
    this.#session = session;
    this.#show = show;
  }

  /**
   * The held-out pictures; where they cannot be had it is tried again after a while.
   * @param {import('./state.js').Dataset} dataset
   */
  #digitsOf(dataset) {
    const loading = this.#digits.get(dataset) ?? loadDigits(dataset, DIGITS);
    if (!this.#digits.has(dataset)) {
      this.#digits.set(dataset, loading);
      loading.catch(() => setTimeout(() => this.#digits.delete(dataset), PATIENCE));
    }
    return loading;
  }

  /** Another run has begun, or none is left. */
  follow() {
    this.#generation += 1;
    this.#seenStep = -1;
    this.#seen = null;
    this.#glances = 0;
    this.#judgedAt = -Infinity;
    this.#pace.hurry();
    this.#chartPace.hurry();
  }

  /**
   * Draws what is due.
   * @param {Training} training
   * @param {Settings} settings
   * @param {() => void} drawLosses
   * @returns {number} share of the time that views take
   */
  watch(training, settings, drawLosses) {
    const now = performance.now();
    const idle = !training.playing;
    const since = training.playingSince;
    if (!document.hidden && this.#chartPace.isReady(now, idle)) {
      drawLosses();
      this.#chartPace.spent(now, performance.now());
    } else if (idle) {
      this.#again(training, settings, drawLosses);
    }
    const { run, settings: trained } = training;
    if (run && trained && training.step !== this.#seenStep) {
      if (!this.#busy && !document.hidden && this.#pace.isReady(now, idle)) {
        this.#look(training, run, trained);
      } else if (idle) {
        this.#again(training, settings, drawLosses);
      }
    }
    return this.#pace.share(now, since) + this.#chartPace.share(now, since);
  }

  /**
   * Watches a paused run again soon: no later step will bring it about.
   * @param {Training} training
   * @param {Settings} settings
   * @param {() => void} drawLosses
   */
  #again(training, settings, drawLosses) {
    clearTimeout(this.#timer);
    if (!document.hidden) {
      this.#timer = window.setTimeout(() => this.watch(training, settings, drawLosses), RETRY);
    }
  }

  /**
   * Looks at the run. While it trains most looks are at its samples alone, which cost it little.
   * @param {Training} training
   * @param {import('../engine.js').Run} run
   * @param {Settings} settings
   */
  async #look(training, run, settings) {
    const generation = this.#generation;
    this.#busy = true;
    let [from, trained] = [performance.now(), training.trained];
    try {
      const digits = await this.#digitsOf(settings.dataset);
      // Training has not waited for what was loaded.
      [from, trained] = [performance.now(), training.trained];
      const { step } = training;
      const source = sourceOf(settings, run);
      const glance = training.playing && this.#seen !== null && ++this.#glances % THOROUGH !== 0;
      const seen =
        glance && this.#seen
          ? { ...this.#seen, samples: await samplesOf(source, LATENT_SEED) }
          : await probe(source, digits, LATENT_SEED);
      if (generation === this.#generation) {
        this.#seenStep = glance ? -1 : step;
        this.#seen = seen;
        this.#show(settings, seen);
        await this.#judge(training, run, settings);
      }
    } catch {
      // A run that ended in between; the run itself tells what went wrong.
    } finally {
      this.#busy = false;
      const to = performance.now();
      // The steps made meanwhile were not lost.
      this.#pace.spent(from, to, Math.max(0, to - from - (training.trained - trained)));
    }
  }

  /**
   * A first look at held-out pictures, until the first epoch brings the thorough one.
   * @param {Training} training
   * @param {import('../engine.js').Run} run
   * @param {Settings} settings
   */
  async #judge(training, run, { model, preset }) {
    const now = performance.now();
    const early = training.step < EARLY && training.playing;
    if (training.step > 0 && !early && !training.validated && now > this.#judgedAt + JUDGE_EVERY) {
      this.#judgedAt = now;
      const { step } = training;
      const parts = await run.validate({
        count: model === 'pixelcnn' || isSlow({ preset }) ? FEW_JUDGED : JUDGED,
      });
      training.note(run, (curve) => {
        // The thorough look at the end of an epoch stays.
        if (!training.validated) {
          curve.pushHeldOut({ ...parts, step });
        }
      });
    }
  }

  /**
   * Shows a trained model of these settings, if one comes with the site.
   * @param {Settings} settings
   * @returns {Promise<boolean>}
   */
  async showPretrained(settings) {
    const engine = await this.#session.engine();
    const models = await engine.models();
    const { model: kind, latent, dataset, conditional } = settings;
    const found = models.find(
      (each) =>
        each.kind === kind &&
        each.kind !== 'pixelcnn' &&
        each.latent === latent &&
        (each.conditional ?? false) === conditional &&
        (each.dataset ?? 'mnist') === dataset,
    );
    if (!found) {
      return false;
    }
    const generation = ++this.#generation;
    const source = sourceOf(settings, engine, { model: found.name });
    const seen = await probe(source, await this.#digitsOf(dataset), LATENT_SEED);
    if (generation === this.#generation) {
      this.#show(settings, seen);
    }
    return true;
  }
}
