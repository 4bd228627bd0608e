// The settings of a run in the address: exact, strict, and enough to make the run again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressWith, hasSetting, identityOf, initialSettings, optionsOf, parseSettings, printSettings, withConsequences } from '../../web/js/vae/state.js';

const changed = {
  model: 'autoencoder', preset: 'mlp-2d', dataset: 'fashion-mnist', device: 'webgpu', batch: 64, learningRate: 0.0003, beta: 4, warmUp: 500,
  latent: 3, conditional: true, loss: 'squared', seed: 4294967295, epochs: 5, patience: 2, speed: 'slow', theme: 'dark', language: 'zh-CN',
};

test('an address holds all settings', () => {
  assert.deepEqual(parseSettings(`#${printSettings(changed)}`), { settings: changed, problems: [] });
  assert.deepEqual(parseSettings(''), { settings: initialSettings(), problems: [] });
});

test('a preset brings its latent size, which the address then leaves out', () => {
  const settings = { ...initialSettings(), ...withConsequences(initialSettings(), { preset: 'mlp-2d' }) };
  assert.equal(settings.latent, 2);
  assert.doesNotMatch(printSettings(settings), /z=/);
  assert.deepEqual(parseSettings(printSettings(settings)).settings, settings);
});

test('another model brings a preset that it has', () => {
  assert.deepEqual(withConsequences(initialSettings(), { model: 'pixelcnn' }).preset, 'tiny');
  const conv = { ...initialSettings(), preset: 'conv-32', latent: 32 };
  assert.equal(withConsequences(conv, { model: 'autoencoder' }).preset, 'mlp-20');
  assert.equal(withConsequences(conv, { latent: 8 }).latent, 8);
});

test('what cannot be read is named and replaced, the rest is kept', () => {
  for (const bad of ['model=gan', 'preset=huge', 'data=cifar', 'dev=tpu', 'batch=0', 'lr=0', 'lr=-1', 'lr=1e-3', 'beta=-1', 'warm=x', 'z=65', 'cond=yes', 'loss=l1', 'seed=1.5', 'stop=-1', 'speed=9', 'more=1']) {
    const { settings, problems } = parseSettings(`${bad}&epochs=3`);
    assert.deepEqual(problems.slice(0, 1), [bad.split('=')[0]], bad);
    assert.deepEqual(settings, { ...initialSettings(), epochs: 3 }, bad);
  }
});

test('a preset of another model is a problem', () => {
  const { settings, problems } = parseSettings('model=pixelcnn&preset=mlp-20');
  assert.equal(settings.preset, 'tiny');
  assert.deepEqual(problems, ['preset']);
});

test('the explorer’s part of an address is neither a problem nor lost', () => {
  const { settings, problems } = parseSettings('beta=2&x-seed=4');
  assert.deepEqual(problems, []);
  assert.equal(addressWith(settings, 'beta=2&x-seed=4&x-t=1'), `${printSettings(settings)}&x-seed=4&x-t=1`);
});

test('a run is the same run whatever its rate, β or device, and another with another seed', () => {
  const identity = identityOf(initialSettings());
  for (const patch of [{ learningRate: 0.01 }, { beta: 3 }, { device: 'cpu' }, { epochs: 1 }, { theme: 'dark' }, { speed: 'slow' }, { loss: 'squared' }]) {
    assert.equal(identityOf({ ...initialSettings(), ...patch }), identity, JSON.stringify(patch));
  }
  for (const patch of [{ seed: 8 }, { batch: 64 }, { latent: 5 }, { dataset: 'fashion-mnist' }, { conditional: true }, { model: 'autoencoder' }]) {
    assert.notEqual(identityOf({ ...initialSettings(), ...patch }), identity, JSON.stringify(patch));
  }
});

test('the engine is given no setting that the model does not have', () => {
  const { options } = optionsOf({ ...initialSettings(), model: 'pixelcnn', preset: 'tiny' });
  assert.deepEqual(Object.keys(options).sort(), ['batch', 'epochs', 'learningRate', 'patience']);
  assert.ok(!hasSetting({ ...initialSettings(), model: 'autoencoder' }, 'beta'));
  assert.equal(optionsOf(initialSettings()).options.beta, 1);
});
