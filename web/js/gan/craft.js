// @ts-check
/** What the page plays: how a game begins, what of it is recorded, what tells it from others. */

import { number, say } from '../text.js';
import { Ledger } from './ledger.js';
import { identityOf, liveOf, optionsOf, parseSettings, printGame } from './state.js';

/** @typedef {import('./state.js').Settings} Settings */
/** @typedef {import('../train/training.js').Training<Settings, Game, Ledger>} Training */

/**
 * What the engine's play gives.
 * @typedef {object} Play
 * @property {(player: 'critic' | 'generator' | 'round', count?: number) => Promise<void>} step
 * @property {() => Promise<any>} undo takes the last half-step back
 * @property {(what: { latents: Float32Array, labels?: Uint8Array, average?: boolean }) => Promise<Float32Array>} generate
 * @property {(what: { images: Float32Array, labels?: Uint8Array }) => Promise<{ outputs: Float32Array }>} judge
 * @property {() => Promise<Uint8Array>} weights
 */
/** @typedef {import('../train/training.js').AnyRun & Play} Game */

/** Latent variables of every preset. */
export const LATENT = 64;

/** @type {import('../train/training.js').Craft<Settings, Game, Ledger>} */
export const CRAFT = {
  begin: (engine, settings, opening) => engine.play({ ...optionsOf(settings), ...opening }),
  newCurve: () => new Ledger(),
  record(ledger, metrics) {
    if (metrics.step > (ledger.last?.step ?? 0)) {
      ledger.push(metrics);
    }
    return false;
  },
  live: liveOf,
  print: printGame,
  identity: identityOf,
};

/** @type {import('../train/runs.js').Reading<Ledger>} */
export const READING = {
  nameOf(run) {
    const { loss, preset, seed } = parseSettings(run.settings).settings;
    const words = [say(`loss.${loss}`), say(`preset.${preset}`), say('runs.seed', { seed })];
    return [...words, say('runs.steps', { steps: number(run.step) })].join(' · ');
  },
  curveOf: ({ curve }) => Ledger.fromRecord(curve),
};
