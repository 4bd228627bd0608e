// @ts-check
/**
 * The settings of a training run, mirrored in the page's address: a link reproduces them. Keys that
 * begin with 'x-' are the explorer's and are left alone.
 */

import {
  LANGUAGES,
  THEMES,
  decimal,
  oneOf,
  parseEntries,
  printEntries,
  whole,
  yesNo,
} from '../settings.js';

/** @typedef {'vae' | 'autoencoder' | 'pixelcnn'} Model */
/** @typedef {'mnist' | 'fashion-mnist'} Dataset */
/** @typedef {'auto' | 'cpu' | 'webgpu'} Device */
/** @typedef {'slow' | 'normal' | 'full'} Speed */

/**
 * @typedef {object} Settings
 * @property {Model} model
 * @property {string} preset
 * @property {Dataset} dataset
 * @property {Device} device
 * @property {number} batch pictures a step
 * @property {number} learningRate
 * @property {number} beta weight of the KL divergence
 * @property {number} warmUp steps over which β grows from 0
 * @property {number} latent size of the code
 * @property {boolean} conditional whether the model is told the class
 * @property {'bernoulli' | 'squared'} loss of an autoencoder
 * @property {number} seed of weights, order and noise
 * @property {number} epochs the most there will be
 * @property {number} patience epochs without gain on held-out digits before training ends; 0: never
 * @property {Speed} speed
 * @property {import('../settings.js').Theme} theme
 * @property {import('../settings.js').LanguageChoice} language
 */

/** @type {Model[]} */
export const MODELS = ['vae', 'autoencoder', 'pixelcnn'];
/** @type {Dataset[]} */
export const DATASETS = ['mnist', 'fashion-mnist'];
/** @type {Device[]} */
export const DEVICES = ['auto', 'cpu', 'webgpu'];
/** @type {Speed[]} */
export const SPEEDS = ['slow', 'normal', 'full'];
/** @type {Settings['loss'][]} */
export const LOSSES = ['bernoulli', 'squared'];
/** The presets of each model, the one it opens with first. */
/** @type {Record<Model, string[]>} */
export const PRESETS = {
  vae: ['mlp-20', 'mlp-2d', 'conv-32'],
  autoencoder: ['mlp-20', 'mlp-2d'],
  pixelcnn: ['tiny', 'small'],
};
/** Size of the code that a preset has of itself. */
/** @type {Record<string, number>} */
export const LATENTS = { 'mlp-2d': 2, 'mlp-20': 20, 'conv-32': 32 };

export const BATCHES = [16, 32, 64, 128, 256, 512];
export const RATES = [0.0001, 0.0003, 0.001, 0.002, 0.003, 0.006, 0.01, 0.03, 0.1];
export const WARM_UPS = [0, 200, 500, 1000, 2000, 5000];
export const LATENT_SIZES = [2, 3, 5, 8, 10, 16, 20, 32, 64];
export const EPOCHS = [1, 2, 5, 10, 20, 50, 100, 500];
export const PATIENCES = [0, 1, 2, 3, 5, 10];
export const BETA = { least: 0, most: 10, step: 0.1 };

/** @type {Record<keyof Settings, import('../settings.js').Entry>} */
const TABLE = {
  model: oneOf('model', MODELS, true),
  preset: oneOf('preset', [...new Set(Object.values(PRESETS).flat())], true),
  dataset: oneOf('data', DATASETS),
  device: oneOf('dev', DEVICES),
  batch: whole('batch', 1, 1024),
  learningRate: decimal('lr', 0.000001, 1),
  beta: decimal('beta', BETA.least, 100),
  warmUp: whole('warm', 0, 100_000),
  latent: whole('z', 1, 64),
  conditional: yesNo('cond'),
  loss: oneOf('loss', LOSSES),
  seed: whole('seed', 0, 0xffffffff, true),
  epochs: whole('epochs', 1, 10_000),
  patience: whole('stop', 0, 1000),
  speed: oneOf('speed', SPEEDS),
  theme: oneOf('theme', THEMES),
  language: oneOf('lang', LANGUAGES),
};

/** Settings that a run takes up while it trains; all others make another run. */
/** @type {(keyof Settings)[]} */
export const LIVE = ['learningRate', 'beta', 'epochs', 'patience', 'speed'];
/** Settings that are not the run's. */
/** @type {(keyof Settings)[]} */
const APART = [...LIVE, 'theme', 'language'];
/** Settings that only some models have. */
/** @type {Partial<Record<keyof Settings, Model[]>>} */
const ONLY = {
  beta: ['vae'],
  warmUp: ['vae'],
  latent: ['vae', 'autoencoder'],
  conditional: ['vae', 'autoencoder'],
  loss: ['autoencoder'],
};

/**
 * Whether the model of these settings has one of them.
 * @param {Settings} settings
 * @param {keyof Settings} name
 */
export const hasSetting = ({ model }, name) => ONLY[name]?.includes(model) ?? true;

/** @returns {Settings} */
export function initialSettings() {
  return {
    model: 'vae',
    preset: 'mlp-20',
    dataset: 'mnist',
    device: 'auto',
    batch: 128,
    learningRate: 0.001,
    beta: 1,
    warmUp: 0,
    latent: 20,
    conditional: false,
    loss: 'bernoulli',
    seed: 7,
    epochs: 20,
    patience: 0,
    speed: 'full',
    theme: 'auto',
    language: 'auto',
  };
}

/**
 * What else changes with a setting: a model brings its first preset, a preset its size of the code.
 * @param {Settings} settings
 * @param {Partial<Settings>} patch
 * @returns {Partial<Settings>}
 */
export function withConsequences(settings, patch) {
  const model = patch.model ?? settings.model;
  const known = PRESETS[model].includes(patch.preset ?? settings.preset);
  const preset = known ? (patch.preset ?? settings.preset) : PRESETS[model][0];
  const fresh = preset !== settings.preset && preset in LATENTS;
  return { latent: fresh ? LATENTS[preset] : settings.latent, ...patch, preset };
}

/** @param {string} text */
const isExplorers = (text) => text.startsWith('x-');

/**
 * The settings as the part of an address after '#'.
 * @param {Settings} settings
 * @returns {string}
 */
export const printSettings = (settings) => printEntries(TABLE, settings, ownInitial(settings));

/**
 * The initial settings, but with what the preset brings.
 * @param {Partial<Settings>} settings
 */
function ownInitial({ preset = initialSettings().preset }) {
  return { ...initialSettings(), latent: LATENTS[preset] ?? initialSettings().latent };
}

/**
 * Reads what `printSettings` wrote. What cannot be read keeps its initial value, and is named.
 * @param {string} text with or without '#'
 * @returns {{ settings: Settings, problems: string[] }}
 */
export function parseSettings(text) {
  const { read, problems: found } = /** @type {{ read: Partial<Settings>, problems: string[] }} */ (
    parseEntries(TABLE, text)
  );
  const problems = found.filter((key) => !isExplorers(key));
  /** @type {Settings} */
  const settings = { ...ownInitial(read), ...read };
  if (!PRESETS[settings.model].includes(settings.preset)) {
    const preset = PRESETS[settings.model][0];
    const wrong = read.preset === undefined ? [] : [TABLE.preset.key];
    const latent = read.latent ?? LATENTS[preset] ?? settings.latent;
    return { settings: { ...settings, preset, latent }, problems: [...problems, ...wrong] };
  }
  return { settings, problems };
}

/**
 * An address with these settings, and with what the explorer wrote into it.
 * @param {Settings} settings
 * @param {string} address
 */
export function addressWith(settings, address) {
  const explorers = address.split('&').filter(isExplorers);
  return [printSettings(settings), ...explorers].join('&');
}

/**
 * What makes a run this run and no other: two of the same identity have the same initial weights and
 * see the same pictures in the same order.
 * @param {Settings} settings
 * @returns {string}
 */
export function identityOf(settings) {
  const names = /** @type {(keyof Settings)[]} */ (Object.keys(TABLE));
  return names
    .filter((name) => !APART.includes(name) && name !== 'device' && hasSetting(settings, name))
    .map((name) => `${TABLE[name].key}=${TABLE[name].print(settings[name])}`)
    .join('&');
}

/**
 * The options that the engine's train takes.
 * @param {Settings} settings
 */
export function optionsOf(settings) {
  const { model, preset, dataset, device, seed } = settings;
  /** @type {(keyof Settings)[]} */
  const names = [
    'batch',
    'learningRate',
    'beta',
    'warmUp',
    'latent',
    'conditional',
    'loss',
    'epochs',
    'patience',
  ];
  const options = Object.fromEntries(
    names.filter((name) => hasSetting(settings, name)).map((name) => [name, settings[name]]),
  );
  return { model, preset, dataset, device, seed, options };
}
