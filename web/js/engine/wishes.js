// @ts-check
/** What callers of engine.train ask for, checked. */

import { checkBytes, checkCallback, checkChoice, checkOptions, checkSeed } from './check.js';
import { EngineError } from './error.js';

/** @typedef {import('./types.js').TrainOptions} TrainOptions */

/** @type {TrainOptions['model'][]} */
const MODELS = ['vae', 'autoencoder', 'pixelcnn'];
/** @type {import('./types.js').Dataset[]} */
const DATASETS = ['mnist', 'fashion-mnist'];
/** @type {NonNullable<TrainOptions['device']>[]} */
const DEVICES = ['auto', 'cpu', 'webgpu'];
/** The preset of each model where none is named. */
const PRESETS = { vae: 'mlp-20', autoencoder: 'mlp-20', pixelcnn: 'tiny' };

/** Settings that only begin a run; the others may change while it goes on. */
const FIXED = ['batch', 'warmUp', 'latent', 'conditional', 'loss'];
/** Settings that may change while a run goes on. */
export const LIVE = ['learningRate', 'beta', 'epochs', 'patience'];

/** What every run and game may be asked for. */
export const COMMON = [
  'preset',
  'dataset',
  'device',
  'seed',
  'options',
  'weights',
  'snapshot',
  'paused',
  'onStatus',
  'onProgress',
];

/**
 * What is asked for, checked.
 * @typedef {object} Wishes
 * @property {'run' | 'game' | 'plane'} kind
 * @property {(string | undefined)[]} players whose steps take turns; a run's have no name
 * @property {object} spec what is trained
 * @property {import('./types.js').Dataset | null} dataset none where nothing is to be loaded
 * @property {'auto' | 'cpu' | 'webgpu'} device
 * @property {Record<string, unknown>} settings those that may change
 * @property {Uint8Array<ArrayBuffer>} [weights]
 * @property {Uint8Array<ArrayBuffer>} [snapshot]
 * @property {boolean} paused
 * @property {(status: import('./types.js').RunStatus) => void} [onStatus]
 * @property {(progress: import('./types.js').Progress) => void} [onProgress]
 */

/**
 * @param {TrainOptions} given
 * @returns {Wishes}
 */
export function checkWishes(given) {
  checkOptions(given, 'train', ['model', ...COMMON]);
  const model = checkChoice(given.model, 'model', MODELS);
  const preset = checkPreset(given.preset ?? PRESETS[model]);
  const common = checkCommon(given, FIXED, LIVE);
  const { seed, options } = common;
  return { ...common.wishes, kind: 'run', players: [undefined], spec: { model, preset, seed, options } };
}

/**
 * What a run and a game are asked for alike.
 * @param {Omit<TrainOptions, 'model' | 'options'> & { options?: object }} given
 * @param {string[]} fixed settings that only begin it
 * @param {string[]} live settings that may change
 */
export function checkCommon(given, fixed, live) {
  const options = given.options ?? {};
  checkOptions(options, 'options', [...fixed, ...live]);
  const { weights, snapshot } = given;
  if (weights !== undefined && snapshot !== undefined) {
    throw new EngineError('option', 'A run begins with weights or goes on from a snapshot, not both.');
  }
  return {
    seed: checkSeed(given.seed ?? 1),
    options: defined(options),
    wishes: {
      dataset: checkChoice(given.dataset ?? 'mnist', 'dataset', DATASETS),
      device: checkChoice(given.device ?? 'auto', 'device', DEVICES),
      settings: pick(options, live),
      ...(weights && { weights: checkBytes(weights, 'weights', null) }),
      ...(snapshot && { snapshot: checkBytes(snapshot, 'snapshot', null) }),
      paused: Boolean(given.paused),
      onStatus: checkCallback(given.onStatus, 'onStatus'),
      onProgress: checkCallback(given.onProgress, 'onProgress'),
    },
  };
}

/**
 * @param {unknown} preset
 * @returns {string}
 */
export function checkPreset(preset) {
  if (typeof preset !== 'string') {
    throw new EngineError('option', 'preset must be the name of a preset.');
  }
  return preset;
}

/** @param {object} options */
const defined = (options) =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

/**
 * @param {object} options
 * @param {string[]} keys
 */
export const pick = (options, keys) =>
  Object.fromEntries(Object.entries(defined(options)).filter(([key]) => keys.includes(key)));
