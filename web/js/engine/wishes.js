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

/**
 * @typedef {object} Wishes
 * @property {{ model: TrainOptions['model'], preset: string, seed: number, options: object }} spec
 * @property {import('./types.js').Dataset} dataset
 * @property {'auto' | 'cpu' | 'webgpu'} device
 * @property {Record<string, unknown>} settings
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
  checkOptions(given, 'train', [
    'model',
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
  ]);
  const model = checkChoice(given.model, 'model', MODELS);
  const preset = given.preset ?? PRESETS[model];
  if (typeof preset !== 'string') {
    throw new EngineError('option', 'preset must be the name of a preset.');
  }
  const options = given.options ?? {};
  checkOptions(options, 'options', [...FIXED, ...LIVE]);
  const { weights, snapshot } = given;
  if (weights !== undefined && snapshot !== undefined) {
    throw new EngineError('option', 'A run begins with weights or goes on from a snapshot, not both.');
  }
  return {
    spec: { model, preset, seed: checkSeed(given.seed ?? 1), options: defined(options) },
    dataset: checkChoice(given.dataset ?? 'mnist', 'dataset', DATASETS),
    device: checkChoice(given.device ?? 'auto', 'device', DEVICES),
    settings: pick(options, LIVE),
    ...(weights && { weights: checkBytes(weights, 'weights', null) }),
    ...(snapshot && { snapshot: checkBytes(snapshot, 'snapshot', null) }),
    paused: Boolean(given.paused),
    onStatus: checkCallback(given.onStatus, 'onStatus'),
    onProgress: checkCallback(given.onProgress, 'onProgress'),
  };
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
