// @ts-check
/** The settings of the run. */

import {
  BATCHES,
  BETA,
  DATASETS,
  DEVICES,
  EPOCHS,
  LATENT_SIZES,
  LOSSES,
  MODELS,
  PATIENCES,
  PRESETS,
  RATES,
  SPEEDS,
  WARM_UPS,
  hasSetting,
  withConsequences,
} from '../state.js';

/** @type {import('../../train/knobs.js').KnobTable<import('../state.js').Settings>} */
export const KNOBS = {
  words: {
    model: () => MODELS,
    preset: ({ model }) => PRESETS[model],
    dataset: () => DATASETS,
    device: () => DEVICES,
    speed: () => SPEEDS,
    loss: () => LOSSES,
  },
  numbers: {
    batch: BATCHES,
    learningRate: RATES,
    warmUp: WARM_UPS,
    latent: LATENT_SIZES,
    epochs: EPOCHS,
    patience: PATIENCES,
  },
  checks: ['conditional'],
  ranges: { beta: { ...BETA, digits: 1 } },
  units: ['warmUp', 'epochs', 'patience'],
  has: hasSetting,
  withConsequences,
};
