// The mathematics of the explorer: cases worked by hand, and what must always hold.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logLikelihoods, logMeanExp, termsOf } from '../../web/js/vae/explore/bound.js';
import { noiseOf, noiseOfDraws, pcg32 } from '../../web/js/noise.js';
import { divergences, meanDivergences, normals, reparameterise, sum, uniforms } from '../../web/js/gaussian.js';
import { completions } from '../../web/js/vae/explore/gibbs.js';
import { newest } from '../../web/js/newest.js';
import { gridOf, lonely, placeOf, pointAt, reachOf, shareBeyond, twoLargest, windowOf } from '../../web/js/vae/explore/plane.js';
import { mixtures } from '../../web/js/vae/explore/sections/between.js';
import { pairOf } from '../../web/js/vae/explore/sections/holes.js';
import { addressWith, initialState, parseState, printState, roundPoint } from '../../web/js/vae/explore/state.js';
import { mathOf, withFormulas } from '../build/formulas.mjs';

const near = (a, b, tolerance = 1e-6) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);

test('an address holds the explorer’s whole state', () => {
  const ink = new Uint8Array(784);
  ink[3] = 1;
  const state = {
    weights: 'vae-mlp-2d', seed: 4294967295, count: 64, style: 'draws', label: 9, point: [-1.25, 3],
    test: 999, ink, other: 5, along: 100, draw: 12, half: 'left',
  };
  assert.deepEqual(parseState(`#${printState(state)}`), state);
  assert.equal(printState(initialState()), '');
});

test('what the explorer cannot read keeps its initial value', () => {
  for (const bad of ['x-m=../x', 'x-seed=-1', 'x-n=65', 'x-style=x', 'x-y=10', 'x-z=1_2', 'x-z=100.00_0.00', 'x-t=1000', 'x-d=AAA', 'x-at=101', 'x-half=centre']) {
    assert.deepEqual(parseState(bad), initialState(), bad);
  }
});

test('the explorer’s keys leave the rest of an address as it is', () => {
  const state = { ...initialState(), seed: 3 };
  assert.equal(addressWith('#model=vae&x-n=4&seed=9', state), 'model=vae&seed=9&x-seed=3');
  assert.equal(addressWith('', initialState()), '');
});

test('a point is rounded to what the address holds', () => {
  assert.deepEqual(roundPoint([0.123456, -0.001]), [0.12, 0]);
  assert.deepEqual(roundPoint([1e6, -1e6]), [99, -99]);
});

test('the same seed gives the same noise, and more of it begins with the same', () => {
  assert.deepEqual(normals(7, 5), normals(7, 9).slice(0, 5));
  assert.notDeepEqual(normals(7, 5), normals(8, 5));
});

test('noise has the moments of a standard normal distribution', () => {
  const drawn = normals(1, 20_000);
  near(sum(drawn) / drawn.length, 0, 0.02);
  near(sum(drawn.map((each) => each * each)) / drawn.length, 1, 0.03);
  near(sum(drawn.map((each) => each ** 4)) / drawn.length, 3, 0.2);
});

test('uniform numbers lie strictly between 0 and 1', () => {
  const uniform = uniforms(0);
  const drawn = Float64Array.from({ length: 10_000 }, uniform);
  assert.ok(drawn.every((each) => each > 0 && each < 1));
  near(sum(drawn) / drawn.length, 0.5, 0.01);
});

test('the divergence of a Gaussian from the prior, worked by hand', () => {
  // ½ (1 + 4 − 1 − log 4) and 0.
  const [first, second] = divergences(Float32Array.of(1, 0), Float32Array.of(Math.log(4), 0));
  near(first, 2 - Math.log(2), 1e-6);
  assert.equal(second, 0);
  assert.deepEqual([...meanDivergences(Float32Array.of(0, 2, 0, 0), new Float32Array(4), 2)], [0, 1]);
});

test('z is the mean plus noise times the standard deviation', () => {
  const z = reparameterise(Float32Array.of(1, 2), Float32Array.of(0, Math.log(9)), Float32Array.of(1, 1, -1, 2));
  assert.deepEqual([...z].map((each) => Math.round(each * 1e4) / 1e4), [2, 5, 0, 8]);
});

test('the likelihood of pixels, worked by hand', () => {
  const pixels = new Uint8Array(784);
  pixels[0] = 1;
  const probabilities = new Float32Array(784);
  probabilities[0] = 0.25;
  probabilities[1] = 0.5;
  near(logLikelihoods(pixels, probabilities)[0], Math.log(0.125));
  const counted = new Uint8Array(784).fill(1);
  counted[1] = 0;
  near(logLikelihoods(pixels, probabilities, counted)[0], Math.log(0.25));
});

test('a pixel that was thought impossible costs much and not everything', () => {
  const [nats] = logLikelihoods(new Uint8Array(784), new Float32Array(784).fill(1));
  assert.ok(Number.isFinite(nats) && nats < -10_000);
});

test('the mean of exponentials survives numbers that exp does not', () => {
  near(logMeanExp(Float64Array.of(-1000, -1000 + Math.log(3))), -1000 + Math.log(2), 1e-9);
});

test('where the encoder’s answer is the prior and the decoder ignores z, the bound is tight', () => {
  const noise = normals(3, 50);
  const zero = new Float32Array(1);
  const terms = termsOf(zero, zero, noise, noise, new Float64Array(50).fill(-80));
  near(terms.bound, -80);
  near(terms.evidence, -80);
  near(terms.gap, 0);
});

test('in a model solved by hand the terms add up: p(z) = N(0, 1), p(x|z) = N(z, 1), x = 1', () => {
  // The posterior is N(½, ½); the encoder answers N(½, ¼) instead. log p(x) = log N(1; 0, 2).
  const [mean, logVariance] = [Float32Array.of(0.5), Float32Array.of(Math.log(0.25))];
  const noise = normals(5, 200_000);
  const latents = reparameterise(mean, logVariance, noise);
  const likelihoods = Float64Array.from(latents, (z) => -0.5 * ((1 - z) ** 2 + Math.log(2 * Math.PI)));
  const terms = termsOf(mean, logVariance, noise, latents, likelihoods);
  near(terms.evidence, -0.5 * (0.5 + Math.log(4 * Math.PI)), 0.01);
  near(terms.kl, 0.5 * (0.25 + 0.25 - 1 - Math.log(0.25)), 1e-6);
  near(terms.gap, 0.5 * (0.5 - 1 + Math.log(2)), 0.01);
  near(terms.bound, terms.reconstruction - terms.kl, 1e-9);
});

test('places on the map and points of the plane are each other’s inverse', () => {
  const window = { x: 1, y: -2, half: 4 };
  for (const point of [[1, -2], [-3, 2], [4.5, -5]]) {
    const back = pointAt(window, placeOf(window, point));
    back.forEach((each, axis) => near(each, point[axis]));
  }
  assert.deepEqual(pointAt(window, [-1, 2]), [-3, -6]);
  assert.deepEqual(placeOf(window, [-3, 2]), [0, 0]);
});

test('the window holds the prior and all but the outermost codes', () => {
  assert.deepEqual(windowOf(Float32Array.of(0, 0, 1, 1)), { x: 0, y: 0, half: 3 });
  const codes = Float32Array.from({ length: 400 }, (_, index) => (index % 2 ? 0 : 10 + (index % 40)));
  const { x, half } = windowOf(codes);
  assert.ok(x - half <= -3 && x + half >= 45);
});

test('the grid runs from the upper left, other latents stay', () => {
  const grid = gridOf({ x: 0, y: 0, half: 2 }, 2, Float32Array.of(0, 7, 0), [0, 2]);
  assert.deepEqual([...grid], [-1, 7, 1, 1, 7, 1, -1, 7, -1, 1, 7, -1]);
});

test('the two most used latents are found, in the order of their numbers', () => {
  assert.deepEqual(twoLargest(Float64Array.of(0.1, 3, 0, 9)), [1, 3]);
});

test('a hole is far from every code, whatever the scale', () => {
  for (const scale of [1, 1000]) {
    const codes = Float32Array.from({ length: 200 }, (_, index) => scale * ((index >> 1) % 10) * (index % 2) + scale * Math.floor((index >> 1) / 10) * (1 - (index % 2)));
    const reach = reachOf(codes);
    assert.deepEqual(lonely(codes, Float32Array.of(4.4 * scale, 4.6 * scale, 20 * scale, 4 * scale), reach), [false, true]);
  }
});

test('codes beyond a radius are counted', () => {
  assert.equal(shareBeyond(Float32Array.of(0, 0, 3, 4, -6, 0, 0, 5), 5), 0.25);
});

test('mixtures begin at the one and end at the other', () => {
  assert.deepEqual([...mixtures(Float32Array.of(0, 4), Float32Array.of(1, 0), 3)], [0, 4, 0.5, 2, 1, 0]);
});

test('an autoencoder is compared with the VAE of its size and data, the chosen one first', () => {
  const make = (name, kind, latent, dataset = 'mnist') => ({ name, kind, latent, dataset, conditional: false });
  const sources = [make('a20', 'autoencoder', 20), make('v20', 'vae', 20), make('a2', 'autoencoder', 2), make('f2', 'vae', 2, 'fashion-mnist'), make('v2', 'vae', 2), make('run', 'vae', 2)];
  assert.equal(pairOf(sources, sources[1]).vae.name, 'v2');
  assert.equal(pairOf(sources, sources[5]).vae.name, 'run');
  assert.equal(pairOf(sources.slice(0, 2), sources[0]), null);
});

test('a completion keeps what is known, and a seed repeats it', async () => {
  const model = {
    latent: 2,
    encode: async (images) => ({ mean: new Float32Array((images.length / 784) * 2), logVariance: new Float32Array((images.length / 784) * 2) }),
    decode: async (latents) => Float32Array.from({ length: latents.length * 392 }, (_, index) => 1 / (1 + Math.exp(-latents[2 * Math.floor(index / 784)]))),
  };
  const known = Uint8Array.from({ length: 784 }, (_, index) => Number(index < 392));
  const pixels = known.map((value, index) => value * (index % 2));
  const runs = [];
  for (let again = 0; again < 2; again++) {
    const rounds = [];
    for await (const each of completions(model, pixels, known, { count: 3, rounds: 4, seed: 9 })) rounds.push(each);
    runs.push(rounds);
  }
  assert.deepEqual(runs[0], runs[1]);
  assert.equal(runs[0].length, 4);
  const { images, means } = runs[0][3];
  for (let index = 0; index < images.length; index++) {
    if (known[index % 784]) assert.ok(images[index] === pixels[index % 784] && means[index] === pixels[index % 784]);
    else assert.ok(images[index] === 0 || images[index] === 1);
  }
});

test('of work asked for meanwhile only the newest is done, and a failure does not end it', async () => {
  const done = [];
  const failures = [];
  const ask = newest(
    async (superseded, what) => {
      await Promise.resolve();
      if (what === 'bad') throw new Error('bad');
      done.push([what, superseded()]);
    },
    (error) => failures.push(error.message),
  );
  ['bad', 'a', 'b', 'c'].forEach((what) => ask(what));
  await new Promise((settled) => setTimeout(settled));
  assert.deepEqual(done, [['c', false]]);
  assert.deepEqual(failures, ['bad']);
});

test('a formula becomes MathML, with nothing in it that only TeX reads', () => {
  const math = mathOf('\\E{q(z \\mid x)}{\\log p(x)} - \\KL{q}{p}');
  assert.match(math, /^<span class="katex"><math xmlns=/);
  assert.match(math, /𝔼/);
  assert.doesNotMatch(math, /annotation|mathvariant="double-struck"|katex-html/);
});

test('the formulas of a page are replaced where they stand', () => {
  const page = withFormulas('<p>a <span class="op" data-tex="x &lt; 1"></span> b</p>');
  assert.match(page, /^<p>a <span class="op"><span class="katex"><math.*&lt;.*<\/span> b<\/p>$/s);
  assert.throws(() => withFormulas('<span data-tex="x">y</span>'), /empty span/);
  assert.throws(() => withFormulas('<span data-tex="\\nothing"></span>'), /nothing/);
});

test('the page’s noise is the engine’s: the published PCG32, normal numbers, more begin with the same ones', () => {
  const random = pcg32(42n, 54n);
  // pcg32-demo of the reference implementation: pcg32_srandom(42, 54).
  assert.deepEqual(Array.from({ length: 6 }, random), [0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293, 0xbfa4784b, 0xcbed606e]);
  assert.deepEqual(noiseOf(7, 0, 5), noiseOf(7, 0, 9).slice(0, 5));
  assert.deepEqual(noiseOfDraws(7, 3, 4).slice(8), noiseOf(7, 2, 4));
  const drawn = noiseOf(0xffffffff, 3, 20_000);
  const mean = sum(drawn) / drawn.length;
  assert.ok(Math.abs(mean) < 0.03 && Math.abs(sum(drawn.map((each) => each * each)) / drawn.length - 1) < 0.03);
});
