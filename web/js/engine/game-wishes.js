// @ts-check
/** What callers of engine.play ask for, checked. */

import { checkChoice, checkOptions } from './check.js';
import { COMMON, checkCommon } from './wishes.js';

/** @typedef {import('./game-types.js').PlayOptions} PlayOptions */

/** @type {NonNullable<PlayOptions['preset']>[]} */
const PRESETS = ['tiny', 'full'];
/** Settings that only begin a game. */
const FIXED = ['batch'];
/** Settings that may change while a game goes on. */
export const LIVE = [
  'loss',
  'regulariser',
  'clip',
  'criticSteps',
  'criticRate',
  'generatorRate',
  'beta1',
  'smoothing',
  'epochs',
];

/**
 * @param {PlayOptions} given
 * @returns {import('./wishes.js').Wishes}
 */
export function checkGame(given) {
  checkOptions(given, 'play', ['conditional', ...COMMON]);
  const preset = checkChoice(given.preset ?? 'tiny', 'preset', PRESETS);
  const { seed, options, wishes } = checkCommon(given, FIXED, LIVE);
  const spec = { preset, conditional: Boolean(given.conditional), seed, options };
  return { ...wishes, kind: 'game', players: ['critic', 'generator'], spec };
}
