// @ts-check
/** Normal distributions with diagonal covariance: noise by seed, reparameterisation, divergence. */

/**
 * Uniform numbers strictly between 0 and 1, the same for the same seed (mulberry32).
 * @param {number} seed
 * @returns {() => number}
 */
export function uniforms(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 0x1_0000_0000;
  };
}

/**
 * Standard normal numbers (Box and Muller 1958). More of them begin with the same ones.
 * @param {number} seed
 * @param {number} count
 * @returns {Float32Array}
 */
export function normals(seed, count) {
  const uniform = uniforms(seed);
  const found = new Float32Array(count);
  for (let at = 0; at < count; at += 2) {
    const radius = Math.sqrt(-2 * Math.log(uniform()));
    const angle = 2 * Math.PI * uniform();
    found[at] = radius * Math.cos(angle);
    if (at + 1 < count) {
      found[at + 1] = radius * Math.sin(angle);
    }
  }
  return found;
}

/**
 * z = μ + σ·ε for one μ, σ and as many ε as there are.
 * @param {Float32Array} mean of d latents
 * @param {Float32Array} logVariance
 * @param {Float32Array} noise n × d
 * @returns {Float32Array} n × d
 */
export function reparameterise(mean, logVariance, noise) {
  const latent = mean.length;
  return noise.map(
    (each, index) => mean[index % latent] + Math.exp(logVariance[index % latent] / 2) * each,
  );
}

/**
 * KL(N(μ, σ²) ‖ N(0, 1)) = ½ (μ² + σ² − 1 − log σ²) of each latent, in nats.
 * @param {Float32Array} mean
 * @param {Float32Array} logVariance
 * @returns {Float64Array}
 */
export function divergences(mean, logVariance) {
  return Float64Array.from(mean, (each, index) => {
    const log = logVariance[index];
    return 0.5 * (each * each + Math.exp(log) - 1 - log);
  });
}

/**
 * The divergences averaged over n pictures.
 * @param {Float32Array} mean n × d
 * @param {Float32Array} logVariance n × d
 * @param {number} latent d
 * @returns {Float64Array} d
 */
export function meanDivergences(mean, logVariance, latent) {
  const all = divergences(mean, logVariance);
  const found = new Float64Array(latent);
  all.forEach((each, index) => {
    found[index % latent] += (each * latent) / all.length;
  });
  return found;
}

/** @param {Iterable<number>} values */
export const sum = (values) => [...values].reduce((total, value) => total + value, 0);
