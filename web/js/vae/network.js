// @ts-check
/** The settings that make the network of a weight file. */

import { PRESETS } from './state.js';

/** @typedef {import('./state.js').Settings} Settings */
/** @typedef {Pick<Settings, 'model' | 'preset'> & Partial<Settings>} Choice */

const SIDE = 28;
const CLASSES = 10;

/** The presets as weight files describe them: encoder and decoder, and whole PixelCNNs. */
const LAYERS = {
  'mlp-2d': { mlp: { hidden: [400, 200] } },
  'mlp-20': { mlp: { hidden: [400] } },
  'conv-32': {
    conv: { width: [32, 64], hidden: [16, 32], blocks: [2, 2], squeeze: 8, dense: 256 },
  },
  tiny: { width: 16, hidden: 8, dilations: [1, 2, 4, 8, 1, 2, 4, 8], head: 16 },
  small: {
    width: 32,
    hidden: 16,
    dilations: [1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8],
    head: 32,
  },
};

/**
 * The model's preset of these layers.
 * @param {Settings['model']} model
 * @param {any} layers
 */
const presetOf = (model, layers) =>
  PRESETS[model].find((preset) => {
    const known = LAYERS[/** @type {keyof typeof LAYERS} */ (preset)];
    return JSON.stringify(known) === JSON.stringify(layers);
  });

/**
 * The settings with which a run has this network; null where none have.
 * @param {any} network as a weight file has it
 * @returns {Choice | null}
 */
export function settingsFor(network) {
  const { vae, autoencoder } = network ?? {};
  const coder = (vae ?? autoencoder)?.coder;
  const { rows, columns, ...layers } = coder ?? network ?? {};
  const model = vae ? 'vae' : autoencoder ? 'autoencoder' : 'pixelcnn';
  const preset = presetOf(model, coder ? coder.body : layers);
  const { latent, classes = 0 } = coder ?? {};
  if (rows !== SIDE || columns !== SIDE || !preset || ![0, CLASSES].includes(classes)) {
    return null;
  }
  return {
    model,
    preset,
    ...(coder && { latent, conditional: classes > 0 }),
    ...(autoencoder && { loss: autoencoder.reconstruction }),
  };
}
