// @ts-check
/**
 * Completion by a VAE: a Markov chain that encodes the picture as it stands, draws z from q(z|x),
 * decodes it, and draws the hidden pixels anew, while the known ones stay (Rezende, Mohamed and
 * Wierstra 2014, appendix F). Where q(z|x) is exact, its pictures are in the end draws from
 * p(hidden | known); as q is an approximation, so are they.
 */

import { PIXELS } from '../../engine.js';
import { normals, uniforms } from '../../gaussian.js';

/**
 * @typedef {object} Model
 * @property {number} latent
 * @property {(images: Float32Array) => Promise<{ mean: Float32Array, logVariance: Float32Array }>} encode
 * @property {(latents: Float32Array) => Promise<Float32Array>} decode probabilities, n × 784
 */

/**
 * @typedef {object} Chains
 * @property {Float32Array} images n × 784 bits
 * @property {Float32Array} means n × 784: the last probabilities, known pixels as they are
 * @property {number} round of how many
 */

/**
 * Runs `count` chains from random hidden pixels and yields after each round.
 * @param {Model} model
 * @param {Uint8Array} pixels 784
 * @param {Uint8Array} known 784
 * @param {{ count: number, rounds: number, seed: number }} options
 * @returns {AsyncGenerator<Chains>}
 */
export async function* completions(model, pixels, known, { count, rounds, seed }) {
  const uniform = uniforms(seed);
  const noise = normals(seed ^ 0x5bd1e995, rounds * count * model.latent);
  const each = count * model.latent;
  const images = Float32Array.from({ length: count * PIXELS }, (_, index) =>
    known[index % PIXELS] === 1 ? pixels[index % PIXELS] : Number(uniform() < 0.5),
  );
  for (let round = 1; round <= rounds; round++) {
    const { mean, logVariance } = await model.encode(images);
    const at = (round - 1) * each;
    const latents = mean.map(
      (value, index) => value + Math.exp(logVariance[index] / 2) * noise[at + index],
    );
    const means = await model.decode(latents);
    means.forEach((chance, index) => {
      if (known[index % PIXELS] === 1) {
        means[index] = pixels[index % PIXELS];
      } else {
        images[index] = Number(uniform() < chance);
      }
    });
    yield { images: images.slice(), means, round };
  }
}
