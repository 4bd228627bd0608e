// What the views of a run show, asked of a model whose answers are known.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mixedIndices, picked } from '../../web/js/digits.js';
import { planeOf, probe, reachOf, variances, widestTwo } from '../../web/js/vae/probe.js';

const COUNT = 60;
const digits = {
  images: Float32Array.from({ length: COUNT * 784 }, (_, index) => (Math.floor(index / 784) % 10) / 10),
  labels: Uint8Array.from({ length: COUNT }, (_, index) => index % 10),
  count: COUNT,
};

/** A model whose code is the class, in the last two of its latent variables. */
function model(kind, latent, conditional = false) {
  const asked = [];
  return {
    asked, kind, latent, conditional,
    decode: async (latents, labels) => {
      asked.push(labels);
      return new Float32Array((latents.length / latent) * 784);
    },
    encode: async (images, labels) => {
      asked.push(labels);
      const count = images.length / 784;
      const mean = Float32Array.from({ length: count * latent }, (_, index) => (index % latent >= latent - 2 ? images[Math.floor(index / latent) * 784] * 10 : 0));
      return { mean, logVariance: kind === 'vae' ? new Float32Array(count * latent) : null };
    },
    sample: async (count) => new Float32Array(count * 784),
  };
}

test('the map shows the two latents that say most, and the plane where there are only two', async () => {
  const wide = await probe(model('vae', 5), digits, 1);
  assert.deepEqual(wide.axes, [3, 4]);
  assert.equal(wide.plane, null);
  assert.equal(wide.points.length, COUNT * 2);
  assert.deepEqual([...wide.points.slice(0, 6)].map(Math.round), [0, 0, 1, 1, 2, 2]);
  assert.equal(wide.nats.length, 5);
  assert.equal(wide.samples.length, 40 * 784);
  assert.equal(wide.rebuilt.length, wide.originals.length);
  const flat = await probe(model('vae', 2), digits, 1);
  assert.equal(flat.plane.length, 15 * 15 * 784);
  assert.ok(flat.reach > 9);
});

test('a conditional model is told the class every time', async () => {
  const source = model('vae', 2, true);
  const { plane } = await probe(source, digits, 1);
  assert.equal(plane, null);
  assert.ok(source.asked.every((labels) => labels instanceof Uint8Array));
  assert.deepEqual([...source.asked[1].slice(0, 12)], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
  assert.equal(source.asked.length, 2);
});

test('an autoencoder has a map and no divergences; a PixelCNN has samples alone', async () => {
  const plain = await probe(model('autoencoder', 4), digits, 1);
  assert.equal(plain.nats, null);
  assert.deepEqual(plain.axes, [2, 3]);
  const autoregressive = await probe(model('pixelcnn', 0), digits, 1);
  assert.equal(autoregressive.points, null);
  assert.equal(autoregressive.rebuilt, null);
  assert.equal(autoregressive.samples.length, 10 * 784);
});

test('the widest two are in order, and one latent is shown against itself', () => {
  assert.deepEqual(widestTwo(Float64Array.of(1, 5, 0, 9)), [1, 3]);
  assert.deepEqual(widestTwo(Float64Array.of(9, 1)), [0, 1]);
  assert.deepEqual(widestTwo(Float64Array.of(3)), [0, 0]);
});

test('the plane is read from its upper left corner, and reaches the points', () => {
  assert.deepEqual([...planeOf(2, 2)], [-1, 1, 1, 1, -1, -1, 1, -1]);
  assert.equal(reachOf(Float32Array.of(0.1, -0.2)), 3.2);
  assert.ok(reachOf(Float32Array.from({ length: 100 }, (_, index) => index / 10)) > 9);
  assert.equal(reachOf(new Float32Array()), 3.2);
});

test('variances are those of each latent', () => {
  assert.deepEqual([...variances(Float32Array.of(1, 0, 3, 0), 2)], [1, 0]);
});

test('a short row of digits has every class', () => {
  assert.deepEqual(mixedIndices(digits, 12), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  const two = picked(digits.images, [3, 7]);
  assert.deepEqual([two[0], two[784]].map((value) => Math.round(value * 10)), [3, 7]);
});
