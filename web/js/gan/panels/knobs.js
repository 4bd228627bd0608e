// @ts-check
/** The settings of the game. */

import {
  BATCHES,
  CLIPS,
  CRITIC_STEPS,
  DATASETS,
  DEVICES,
  EPOCHS,
  LOSSES,
  MEMORIES,
  PRESETS,
  RATES,
  REGULARISERS,
  SMOOTHINGS,
  SPEEDS,
  hasSetting,
  withConsequences,
} from '../state.js';

/** @type {import('../../train/knobs.js').KnobTable<import('../state.js').Settings>} */
export const KNOBS = {
  words: {
    loss: () => LOSSES,
    regulariser: () => REGULARISERS,
    preset: () => PRESETS,
    dataset: () => DATASETS,
    device: () => DEVICES,
    speed: () => SPEEDS,
  },
  numbers: {
    clip: CLIPS,
    criticSteps: CRITIC_STEPS,
    criticRate: RATES,
    generatorRate: RATES,
    smoothing: SMOOTHINGS,
    beta1: MEMORIES,
    batch: BATCHES,
    epochs: EPOCHS,
  },
  checks: ['conditional'],
  ranges: {},
  units: ['epochs'],
  has: hasSetting,
  withConsequences,
};
