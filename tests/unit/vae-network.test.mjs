// Weight files and the settings that make their networks.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { networkIn } from '../../web/js/train/weights.js';
import { settingsFor } from '../../web/js/vae/network.js';

const PRETRAINED = new URL('../../pretrained/', import.meta.url);
const read = (name) => readFileSync(new URL(`${name}/model.safetensors`, PRETRAINED));

test('the shipped weights name their networks, and the page knows those that it trains', () => {
  const expected = {
    'autoencoder-mlp-2d': { model: 'autoencoder', preset: 'mlp-2d', latent: 2, conditional: false, loss: 'bernoulli' },
    'vae-mlp-2d': { model: 'vae', preset: 'mlp-2d', latent: 2, conditional: false },
    'vae-mlp-20': { model: 'vae', preset: 'mlp-20', latent: 20, conditional: false },
    'vae-mlp-20-conditional': { model: 'vae', preset: 'mlp-20', latent: 20, conditional: true },
    'vae-conv-32': { model: 'vae', preset: 'conv-32', latent: 32, conditional: false },
    'pixelcnn-small': { model: 'pixelcnn', preset: 'small' },
    'completion-base': null,
  };
  const there = readdirSync(PRETRAINED);
  for (const [name, settings] of Object.entries(expected)) {
    assert.ok(there.includes(name), name);
    const network = networkIn(read(name));
    const { network: configured } = JSON.parse(readFileSync(new URL(`${name}/config.json`, PRETRAINED), 'utf8'));
    assert.deepEqual(network, configured, name);
    assert.deepEqual(settingsFor(network), settings, name);
  }
});

test('a file of another program has no network, a damaged one cannot be read', () => {
  const fileOf = (header) => {
    const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    return Buffer.concat([length, text]);
  };
  assert.deepEqual(networkIn(fileOf({ weight: {} })), {});
  assert.equal(settingsFor({}), null);
  assert.equal(networkIn(fileOf('{"weight": ')), null);
  assert.equal(networkIn(read('vae-mlp-2d').subarray(0, 20)), null);
  assert.equal(networkIn(new Uint8Array(3)), null);
  const other = { vae: { coder: { rows: 28, columns: 28, latent: 20, body: { mlp: { hidden: [300] } } } } };
  assert.equal(settingsFor(other), null);
  assert.equal(networkIn(fileOf({ __metadata__: { network: JSON.stringify(other) } })).vae.coder.latent, 20);
});
