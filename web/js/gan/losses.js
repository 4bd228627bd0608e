// @ts-check
/**
 * The losses of the game as functions of the critic's raw output o = logit of D, with D = σ(o):
 * what the generator minimises on a forgery, and its derivative by o. Goodfellow et al. 2014;
 * Mao et al. 2017 (least squares); Arjovsky et al. 2017 (Wasserstein).
 */

/** @typedef {import('./state.js').Loss} Loss */

/** @param {number} output */
export const sigmoid = (output) =>
  output >= 0 ? 1 / (1 + Math.exp(-output)) : Math.exp(output) / (1 + Math.exp(output));

/** log(1 + e^x) without overflow. @param {number} x */
const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/**
 * What the generator minimises, and its derivative by o.
 * @type {Record<Loss, { value: (output: number) => number, slope: (output: number) => number }>}
 */
export const GENERATOR = {
  // log(1 − D)
  minimax: { value: (o) => -softplus(o), slope: (o) => -sigmoid(o) },
  // −log D
  'non-saturating': { value: (o) => softplus(-o), slope: (o) => sigmoid(o) - 1 },
  // ½ (o − 1)²
  'least-squares': { value: (o) => 0.5 * (o - 1) ** 2, slope: (o) => o - 1 },
  // −o
  wasserstein: { value: (o) => -o, slope: () => -1 },
};

/**
 * Whether the critic's output is the logit of a probability.
 * @param {Loss} loss
 */
export const isProbability = (loss) => loss === 'minimax' || loss === 'non-saturating';

/** The logit of a probability. @param {number} p */
export const logit = (p) => Math.log(p / (1 - p));
