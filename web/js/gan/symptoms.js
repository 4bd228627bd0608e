// @ts-check
/** What shows that a game goes wrong, measured on its record. */

import { mean, variety } from './maths.js';

/** @typedef {import('./ledger.js').Ledger} Ledger */

/** Late values that are looked at. */
const LATE = 40;

/** @param {Ledger} ledger @param {'criticLoss' | 'generatorLoss' | 'criticNorm' | 'generatorNorm' | 'real' | 'fake'} name */
const late = (ledger, name) => ledger.series(name).y.slice(-LATE);

/**
 * The middle of values: one wild step does not move it.
 * @param {number[]} values
 */
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/**
 * Mode collapse: how different the pictures of the film are from one another, and how many classes are left.
 * @param {Ledger} ledger
 * @returns {{ variety: number, covered: number | null } | null}
 */
export function collapse({ film }) {
  const frame = film.at(-1);
  const covered = film.findLast(({ census }) => census)?.census?.covered ?? null;
  return frame ? { variety: variety(frame.images), covered } : null;
}

/**
 * A saturated critic: how far apart its outputs are, and how much of the generator's first gradient is left.
 * @param {Ledger} ledger
 */
export function saturation(ledger) {
  const norms = ledger.series('generatorNorm').y;
  const most = Math.max(...norms.slice(0, Math.max(5, Math.ceil(norms.length / 4))));
  return {
    gap: mean(late(ledger, 'real')) - mean(late(ledger, 'fake')),
    left: median(norms.slice(-LATE)) / most,
  };
}

/**
 * Oscillation: how often the critic changes its mind about forgeries, and by how much: the swing of its mean
 * outputs once the game has begun, and the number of times that they cross their mean.
 * @param {Ledger} ledger
 */
export function swing(ledger) {
  const values = ledger.series('fake').y.slice(LATE);
  const middle = mean(values);
  const crossings = values.filter(
    (value, at) => at > 0 && value > middle !== values[at - 1] > middle,
  ).length;
  const spread = Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
  return { spread, crossings, steps: values.length };
}

/**
 * Too large a clip: the size of the critic's outputs, and of the gradient that it hands on.
 * @param {Ledger} ledger
 */
export const explosion = (ledger) => ({
  size: Math.max(...['real', 'fake'].map((name) => Math.abs(mean(late(ledger, /** @type {any} */ (name)))))),
  norm: median(late(ledger, 'generatorNorm')),
});
