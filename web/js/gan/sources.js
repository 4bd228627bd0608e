// @ts-check
/** The generators and critics that can be asked: pretrained ones, and those that play. */

import { LATENT } from './craft.js';

/** @typedef {import('../engine.js').Engine} Engine */

/**
 * @typedef {object} Source
 * @property {string} name 'run', or the pretrained model's
 * @property {number} latent
 * @property {boolean} conditional
 * @property {import('../digits.js').Dataset} dataset
 * @property {import('./state.js').Loss} loss
 * @property {(latents: Float32Array, labels: Uint8Array) => Promise<Float32Array>} generate
 * @property {(images: Float32Array, labels: Uint8Array) => Promise<Float32Array>} judge the critic's raw outputs
 */

/**
 * @param {Engine} engine
 * @returns {Promise<Source[]>}
 */
export async function pretrained(engine) {
  const models = await engine.models();
  return models
    .filter(({ kind }) => kind === 'gan')
    .map(({ name, latent = LATENT, conditional = false, dataset, loss = 'non-saturating' }) => {
      const told = (/** @type {Uint8Array} */ labels) => (conditional ? { labels } : {});
      return {
        name,
        latent,
        conditional,
        dataset,
        loss,
        generate: (latents, labels) => engine.decode({ model: name, latents, ...told(labels) }),
        judge: async (images, labels) =>
          (await engine.judge({ model: name, images, ...told(labels) })).outputs,
      };
    });
}

/**
 * @param {import('./craft.js').Game} game
 * @param {Pick<import('./state.js').Settings, 'conditional' | 'dataset' | 'loss'>} settings
 * @returns {Source}
 */
export function sourceOfGame(game, { conditional, dataset, loss }) {
  const told = (/** @type {Uint8Array} */ labels) => (conditional ? { labels } : {});
  return {
    name: 'run',
    latent: LATENT,
    conditional,
    dataset,
    loss,
    generate: (latents, labels) => game.generate({ latents, ...told(labels) }),
    judge: async (images, labels) => (await game.judge({ images, ...told(labels) })).outputs,
  };
}
