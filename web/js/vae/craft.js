// @ts-check
/** What the page trains: how a run begins, what of it is recorded, what tells it from others. */

import { Curve } from './curve.js';
import { number, say } from '../text.js';
import { identityOf, optionsOf, parseSettings, printSettings } from './state.js';

/** @typedef {import('./state.js').Settings} Settings */
/** @typedef {import('../engine.js').Run} Run */
/** @typedef {import('../train/training.js').Training<Settings, Run, Curve>} Training */

/** @type {import('../train/training.js').Craft<Settings, Run, Curve>} */
export const CRAFT = {
  begin: (engine, settings, opening) => engine.train({ ...optionsOf(settings), ...opening }),
  newCurve: () => new Curve(),
  record(curve, metrics) {
    const { step, validation } = metrics;
    if (step > (curve.last?.step ?? 0)) {
      curve.push(metrics);
    }
    if (validation) {
      curve.pushHeldOut({ step, ...validation });
    }
    return validation !== undefined;
  },
  live({ model, learningRate, beta, epochs, patience, speed }) {
    return { learningRate, epochs, patience, speed, ...(model === 'vae' && { beta }) };
  },
  print: printSettings,
  identity: identityOf,
};

/** @type {import('../train/runs.js').Reading<Curve>} */
export const READING = {
  nameOf(run) {
    const { model, preset, seed, beta } = parseSettings(run.settings).settings;
    const words = [say(`model.${model}`), say(`preset.${preset}`)];
    if (model === 'vae' && beta !== 1) {
      words.push(`β ${number(beta, 1)}`);
    }
    words.push(say('runs.seed', { seed }), say('runs.steps', { steps: number(run.step) }));
    return words.join(' · ');
  },
  curveOf: ({ curve }) => Curve.fromRecord(curve),
};
