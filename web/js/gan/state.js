// @ts-check
/** The settings of the page that plays, mirrored in its address: those of the game, and what is looked at. */

import { packBits, unpackBits } from '../bits.js';
import { PIXELS } from '../engine.js';
import { PLANE_ENTRIES, initialPlane } from './plane/settings.js';
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

/** @typedef {'non-saturating' | 'minimax' | 'least-squares' | 'wasserstein'} Loss */
/** @typedef {'none' | 'clip' | 'spectral'} Regulariser */
/** @typedef {'slow' | 'normal' | 'full'} Speed */

/**
 * @typedef {object} OwnSettings
 * @property {'tiny' | 'full'} preset
 * @property {Loss} loss
 * @property {Regulariser} regulariser of the critic
 * @property {number} clip the largest size of a critic's weight, where weights are clipped
 * @property {number} criticSteps k: critic steps of a round
 * @property {number} criticRate learning rate
 * @property {number} generatorRate learning rate
 * @property {number} smoothing how far the target of real pictures is moved from 1
 * @property {number} beta1 Adam's memory of past gradients
 * @property {number} batch pictures a step
 * @property {boolean} conditional whether both are told the digit
 * @property {import('../digits.js').Dataset} dataset
 * @property {'auto' | 'cpu' | 'webgpu'} device
 * @property {number} seed
 * @property {number} epochs
 * @property {Speed} speed
 * @property {string} model pretrained generator of the samples; 'run' for the one that plays; '' for the first
 * @property {number} sampleSeed
 * @property {string} told the digits that are asked for, in turn; 'any'
 * @property {number} truncation radius of the latents that are kept; 3 keeps all
 * @property {number} a index of the picture that the walk begins with
 * @property {number} b and of that where it ends
 * @property {number} c the third of the arithmetic a − b + c
 * @property {number} along percent of the way
 * @property {string} critic whose verdict is asked: pretrained, or 'run'
 * @property {Uint8Array | null} ink what the visitor drew for the judge
 * @property {Loss} rival loss of the second run of two that play side by side
 * @property {import('../settings.js').Theme} theme
 * @property {import('../settings.js').LanguageChoice} language
 */

/** @typedef {OwnSettings & import('./plane/settings.js').PlaneSettings} Settings */

export const PRESETS = ['tiny', 'full'];
/** @type {Loss[]} */
export const LOSSES = ['non-saturating', 'minimax', 'least-squares', 'wasserstein'];
/** @type {Regulariser[]} */
export const REGULARISERS = ['none', 'clip', 'spectral'];
/** @type {import('../digits.js').Dataset[]} */
export const DATASETS = ['mnist', 'fashion-mnist'];
export const DEVICES = ['auto', 'cpu', 'webgpu'];
/** @type {Speed[]} */
export const SPEEDS = ['slow', 'normal', 'full'];
export const CRITIC_STEPS = [1, 2, 3, 5, 10];
export const RATES = [0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02];
export const CLIPS = [0.001, 0.01, 0.03, 0.05, 0.1, 0.3, 1, 10];
export const SMOOTHINGS = [0, 0.1, 0.2, 0.3];
export const MEMORIES = [0, 0.5, 0.9];
export const BATCHES = [16, 32, 64, 128];
export const EPOCHS = [1, 2, 5, 10, 20, 50, 100];
/** Latents of a radius above this are so rare that all are kept. */
export const TRUNCATION = { least: 0, most: 3, step: 0.05 };
/** Pictures in the grid of samples. */
export const SAMPLES = 60;

/** @param {string} key */
const name = (key) => ({
  key,
  always: false,
  parse: (/** @type {string} */ text) => (/^[\w.-]{1,64}$/.test(text) ? text : undefined),
  print: String,
});

/** @type {Record<keyof Settings, import('../settings.js').Entry>} */
const TABLE = {
  preset: oneOf('preset', PRESETS, true),
  loss: oneOf('loss', LOSSES, true),
  regulariser: oneOf('reg', REGULARISERS),
  clip: decimal('clip', 0.0001, 100),
  criticSteps: whole('k', 1, 20),
  criticRate: decimal('lrd', 0.000001, 1),
  generatorRate: decimal('lrg', 0.000001, 1),
  smoothing: decimal('smooth', 0, 0.5),
  beta1: decimal('b1', 0, 0.999),
  batch: whole('batch', 8, 256),
  conditional: yesNo('cond'),
  dataset: oneOf('data', DATASETS),
  device: oneOf('dev', DEVICES),
  seed: whole('seed', 0, 0xffffffff, true),
  epochs: whole('epochs', 1, 1000),
  speed: oneOf('speed', SPEEDS),
  model: name('s-m'),
  sampleSeed: whole('s-seed', 0, 0xffffffff),
  told: {
    key: 's-y',
    always: false,
    parse: (text) => (/^(any|\d{1,10})$/.test(text) ? text : undefined),
    print: String,
  },
  truncation: decimal('s-t', TRUNCATION.least, TRUNCATION.most),
  a: whole('s-a', 0, SAMPLES - 1),
  b: whole('s-b', 0, SAMPLES - 1),
  c: whole('s-c', 0, SAMPLES - 1),
  along: whole('s-at', 0, 100),
  critic: name('j-m'),
  ink: {
    key: 'j-d',
    always: false,
    parse: (text) => unpackBits(text, PIXELS) ?? undefined,
    print: packBits,
  },
  rival: oneOf('v-loss', LOSSES),
  ...PLANE_ENTRIES,
  theme: oneOf('theme', THEMES),
  language: oneOf('lang', LANGUAGES),
};

/** Settings that a game takes up while it is played; all others of the game make another. */
/** @type {(keyof Settings)[]} */
export const LIVE = [
  'loss',
  'regulariser',
  'clip',
  'criticSteps',
  'criticRate',
  'generatorRate',
  'smoothing',
  'beta1',
  'epochs',
  'speed',
];
/** Settings that only begin a game. */
/** @type {(keyof Settings)[]} */
const FIXED = ['preset', 'batch', 'conditional', 'dataset', 'seed'];
/** Settings of the game alone: what a kept run remembers. */
/** @type {(keyof Settings)[]} */
const OF_THE_GAME = [...FIXED, ...LIVE];

/** @returns {Settings} */
export function initialSettings() {
  return {
    preset: 'tiny',
    loss: 'non-saturating',
    regulariser: 'none',
    clip: 0.01,
    criticSteps: 1,
    criticRate: 0.0005,
    generatorRate: 0.001,
    smoothing: 0,
    beta1: 0.5,
    batch: 32,
    conditional: false,
    dataset: 'mnist',
    device: 'auto',
    seed: 7,
    epochs: 20,
    speed: 'full',
    model: '',
    sampleSeed: 7,
    told: 'any',
    truncation: TRUNCATION.most,
    a: 0,
    b: 13,
    c: 26,
    along: 50,
    critic: '',
    ink: null,
    rival: 'wasserstein',
    ...initialPlane(),
    theme: 'auto',
    language: 'auto',
  };
}

/**
 * What a loss asks for to work as its paper says: WGAN wants a clipped critic, five critic steps and
 * small steps without memory of the past (Arjovsky et al. 2017).
 * @param {Loss} loss
 * @returns {Partial<Settings>}
 */
export function customsOf(loss) {
  const { regulariser, criticSteps, criticRate, generatorRate, clip, beta1 } = initialSettings();
  return loss === 'wasserstein'
    ? { regulariser: 'clip', clip: 0.03, criticSteps: 5, criticRate: 0.0005, generatorRate, beta1: 0 }
    : { regulariser, clip, criticSteps, criticRate, generatorRate, beta1 };
}

/**
 * What else changes with a setting.
 * @param {Settings} settings
 * @param {Partial<Settings>} patch
 * @returns {Partial<Settings>}
 */
export function withConsequences(settings, patch) {
  const before = settings.loss === 'wasserstein';
  const after = (patch.loss ?? settings.loss) === 'wasserstein';
  return before === after ? patch : { ...customsOf(patch.loss ?? settings.loss), ...patch };
}

/**
 * Whether the game of these settings has one of them.
 * @param {Settings} settings
 * @param {string} name
 */
export const hasSetting = ({ loss, regulariser }, name) =>
  (name !== 'clip' || regulariser === 'clip') && (name !== 'smoothing' || loss !== 'wasserstein');

/**
 * The settings as the part of an address after '#'.
 * @param {Settings} settings
 */
export const printSettings = (settings) => printEntries(TABLE, settings, initialSettings());

/**
 * Those of the game alone.
 * @param {Settings} settings
 */
export function printGame(settings) {
  const own = Object.fromEntries(OF_THE_GAME.map((each) => [each, settings[each]]));
  return printEntries(TABLE, { ...initialSettings(), ...own }, initialSettings());
}

/**
 * Reads what `printSettings` wrote. What cannot be read keeps its initial value, and is named.
 * @param {string} text with or without '#'
 * @returns {{ settings: Settings, problems: string[] }}
 */
export function parseSettings(text) {
  const { read, problems } = /** @type {{ read: Partial<Settings>, problems: string[] }} */ (
    parseEntries(TABLE, text)
  );
  return { settings: { ...initialSettings(), ...read }, problems };
}

/**
 * The settings of a kept game, in place of those of the page.
 * @param {string} text
 * @returns {Partial<Settings>}
 */
export function gameIn(text) {
  const { settings } = parseSettings(text);
  return Object.fromEntries(OF_THE_GAME.map((each) => [each, settings[each]]));
}

/**
 * @param {Settings} settings
 * @param {(keyof Settings)[]} names
 */
const printed = (settings, names) =>
  names.map((each) => `${TABLE[each].key}=${TABLE[each].print(settings[each])}`).join('&');

/**
 * Two games of the same beginning have the same initial weights and see the same pictures in the same order.
 * @param {Settings} settings
 */
export const beginningOf = (settings) => printed(settings, FIXED);

/**
 * A game that is kept is found again by all that it was played with.
 * @param {Settings} settings
 */
export const identityOf = (settings) =>
  printed(
    settings,
    OF_THE_GAME.filter((each) => !['epochs', 'speed'].includes(each) && hasSetting(settings, each)),
  );

/**
 * What a game takes up while it is played.
 * @param {Settings} settings
 */
export const liveOf = (settings) => ({
  loss: settings.loss,
  criticSteps: settings.criticSteps,
  criticRate: settings.criticRate,
  generatorRate: settings.generatorRate,
  epochs: settings.epochs,
  regulariser: settings.regulariser,
  beta1: settings.beta1,
  ...(settings.regulariser === 'clip' && { clip: settings.clip }),
  ...(settings.loss !== 'wasserstein' && { smoothing: settings.smoothing }),
});

/**
 * What the engine's play takes.
 * @param {Settings} settings
 */
export function optionsOf(settings) {
  const { preset, conditional, dataset, device, seed, batch } = settings;
  const options = { ...liveOf(settings), batch };
  return { preset, conditional, dataset, device, seed, options };
}
