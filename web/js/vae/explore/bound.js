// @ts-check
/**
 * The terms of the bound on log p(x), in nats (Kingma and Welling 2014; Burda et al. 2016):
 * log p(x) = E_q[log p(x|z)] − KL(q(z|x) ‖ p(z)) + KL(q(z|x) ‖ p(z|x)).
 */

import { PIXELS } from '../../engine.js';
import { divergences, reparameterise, sum } from '../../gaussian.js';
import { noiseOfDraws } from '../../noise.js';
import { decodeAll } from './source.js';

/** Of the draws of z: `engine.elbo` by the same seed finds the same bound. */
const SEED = 1;

/** What single precision can tell from 0 and from 1. */
const LEAST = 2 ** -24;

/**
 * log p(x|z) of a Bernoulli decoder for each row of probabilities.
 * @param {Uint8Array} pixels 784
 * @param {Float32Array} probabilities n × 784
 * @param {Uint8Array} [counted] 784: 1 where a pixel counts; by default all do
 * @returns {Float64Array} n
 */
export function logLikelihoods(pixels, probabilities, counted) {
  const found = new Float64Array(probabilities.length / PIXELS);
  probabilities.forEach((chance, index) => {
    const pixel = index % PIXELS;
    if (counted?.[pixel] !== 0) {
      const right = pixels[pixel] === 1 ? chance : 1 - chance;
      found[Math.floor(index / PIXELS)] += Math.log(Math.max(LEAST, right));
    }
  });
  return found;
}

/**
 * log (1/n Σ exp(values)).
 * @param {Float64Array} values
 */
export function logMeanExp(values) {
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  return most + Math.log(sum(values.map((value) => Math.exp(value - most))) / values.length);
}

/**
 * @typedef {object} Terms
 * @property {number} reconstruction E_q[log p(x|z)], averaged over the noise
 * @property {Float64Array} divergences KL(q(z|x) ‖ p(z)) of each latent
 * @property {number} kl their sum
 * @property {number} bound reconstruction − kl
 * @property {number} evidence log p(x) by importance weights, as good as the number of noises
 * @property {number} gap evidence − bound: KL(q(z|x) ‖ p(z|x))
 */

/**
 * The terms, given the likelihoods of z = μ + σ·ε.
 * log w = log p(x|z) + log p(z) − log q(z|x), where the last two differ by ½ Σ (ε² − z² + log σ²).
 * @param {Float32Array} mean d
 * @param {Float32Array} logVariance d
 * @param {Float32Array} noise n × d
 * @param {Float32Array} latents n × d
 * @param {Float64Array} likelihoods n: log p(x|z)
 * @returns {Terms}
 */
export function termsOf(mean, logVariance, noise, latents, likelihoods) {
  const latent = mean.length;
  const weights = likelihoods.map((likelihood, row) => {
    let log = likelihood;
    for (let dimension = 0; dimension < latent; dimension++) {
      const at = row * latent + dimension;
      log += 0.5 * (noise[at] ** 2 - latents[at] ** 2 + logVariance[dimension]);
    }
    return log;
  });
  const reconstruction = sum(likelihoods) / likelihoods.length;
  const each = divergences(mean, logVariance);
  const kl = sum(each);
  const bound = reconstruction - kl;
  const evidence = Math.max(bound, logMeanExp(weights));
  return { reconstruction, divergences: each, kl, bound, evidence, gap: evidence - bound };
}

/**
 * The terms of a picture, by so many draws of z.
 * @param {Pick<import('./explore.js').Scene, 'source' | 'picture' | 'label' | 'code'>} scene
 * @param {number} draws
 * @returns {Promise<Terms>}
 */
export async function termsOfScene({ source, picture, label, code }, draws) {
  const { mean, logVariance } = code;
  const noise = noiseOfDraws(SEED, draws, source.latent);
  const latents = reparameterise(mean, logVariance, noise);
  const likelihoods = logLikelihoods(picture, await decodeAll(source, latents, label));
  return termsOf(mean, logVariance, noise, latents, likelihoods);
}
