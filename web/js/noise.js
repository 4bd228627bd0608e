// @ts-check
/**
 * The engine's own noise (crates/data/src/noise.rs), so that what a page draws from N(0, I) by a seed is
 * what `engine.sample` and `engine.elbo` draw by it: PCG-XSH-RR 64/32 (O'Neill 2014), Box and Muller.
 */

const WORD = 0xffff_ffff_ffff_ffffn;
const MULTIPLIER = 6364136223846793005n;

/**
 * SplitMix64's output function (Steele, Lea and Flood 2014).
 * @param {bigint} value
 */
function hash(value) {
  let z = (value + 0x9e37_79b9_7f4a_7c15n) & WORD;
  z = ((z ^ (z >> 30n)) * 0xbf58_476d_1ce4_e5b9n) & WORD;
  z = ((z ^ (z >> 27n)) * 0x94d0_49bb_1331_11ebn) & WORD;
  return z ^ (z >> 31n);
}

/**
 * 32-bit numbers.
 * @param {bigint} start
 * @param {bigint} stream
 * @returns {() => number}
 */
export function pcg32(start, stream) {
  const increment = ((stream << 1n) | 1n) & WORD;
  let state = (start + increment) & WORD;
  const step = () => {
    state = (state * MULTIPLIER + increment) & WORD;
  };
  step();
  return () => {
    const old = state;
    step();
    const mixed = Number((((old >> 18n) ^ old) >> 27n) & 0xffff_ffffn);
    const turn = Number(old >> 59n);
    return ((mixed >>> turn) | (mixed << (-turn & 31))) >>> 0;
  };
}

/**
 * Standard normal numbers.
 * @param {number} seed
 * @param {number} step which of the seed's draws
 * @param {number} count
 * @returns {Float32Array}
 */
export function noiseOf(seed, step, count) {
  const state = hash(hash(~BigInt(seed) & WORD) ^ BigInt(step));
  const next = pcg32(state, hash(state));
  const found = new Float32Array(count);
  for (let at = 0; at < count; at += 2) {
    const [u, v] = [next() / 2 ** 32, next() / 2 ** 32];
    const radius = Math.sqrt(-2 * Math.log(1 - u));
    found[at] = radius * Math.cos(2 * Math.PI * v);
    if (at + 1 < count) {
      found[at + 1] = radius * Math.sin(2 * Math.PI * v);
    }
  }
  return found;
}

/**
 * The noise of so many draws of a code, as `engine.elbo` makes them for one picture.
 * @param {number} seed
 * @param {number} draws
 * @param {number} latent
 * @returns {Float32Array} draws × latent
 */
export function noiseOfDraws(seed, draws, latent) {
  const all = new Float32Array(draws * latent);
  for (let draw = 0; draw < draws; draw++) {
    all.set(noiseOf(seed, draw, latent), draw * latent);
  }
  return all;
}
