// @ts-check
/** What the engine takes and gives of GANs; docs/api.md describes it at length. */

/** @typedef {'minimax' | 'non-saturating' | 'least-squares' | 'wasserstein'} AdversarialLoss */
/** @typedef {'critic' | 'generator'} Player */

/**
 * @typedef {object} GameSettings
 * @property {AdversarialLoss} [loss] what the players pay
 * @property {'none' | 'clip' | 'spectral'} [regulariser] what keeps the critic from becoming steep
 * @property {number} [clip] the largest size of a critic's weight, where weights are clipped
 * @property {number} [batch] pictures a half-step
 * @property {number} [criticSteps] half-steps of the critic to one of the generator
 * @property {number} [criticRate] learning rate
 * @property {number} [generatorRate] learning rate
 * @property {number} [beta1] Adam's memory of past gradients
 * @property {number} [smoothing] what is taken off the target of real pictures
 * @property {number} [epochs] a game is finished after so many
 */

/**
 * @typedef {object} PlayOptions
 * @property {'tiny' | 'full'} [preset]
 * @property {boolean} [conditional] whether both players are told the class
 * @property {import('./types.js').Dataset} [dataset]
 * @property {'auto' | 'cpu' | 'webgpu'} [device]
 * @property {number} [seed]
 * @property {GameSettings} [options]
 * @property {Uint8Array} [weights] safetensors to begin with
 * @property {Uint8Array} [snapshot] of a game, to go on from
 * @property {boolean} [paused] does not begin to play
 * @property {(status: import('./types.js').RunStatus) => void} [onStatus] hears of every change
 * @property {(progress: import('./types.js').Progress) => void} [onProgress]
 */

/**
 * What one half-step did. The figures of the player who did not move are those of its last.
 * @typedef {object} GameMetrics
 * @property {number} step half-steps done
 * @property {number} round rounds finished
 * @property {number} epoch
 * @property {Player} player who moved
 * @property {number} criticLoss
 * @property {number} generatorLoss
 * @property {number} criticNorm length of its gradient
 * @property {number} generatorNorm
 * @property {Float32Array} real the critic's raw outputs for the last real pictures
 * @property {Float32Array} fake and for the last generated ones
 * @property {number} milliseconds
 * @property {number} picturesPerSecond
 * @property {'cpu' | 'webgpu'} device
 */

/**
 * Where a game is.
 * @typedef {object} GamePlace
 * @property {number} step
 * @property {number} round
 * @property {number} epoch
 * @property {Player} next whose turn it is
 * @property {number} undoable half-steps that can be taken back
 */

/**
 * @typedef {object} GenerateOptions
 * @property {Float32Array} latents n × d
 * @property {Uint8Array} [labels] n classes, of a conditional game
 * @property {boolean} [average] by the average of the generator's weights
 * @property {AbortSignal} [signal]
 */

/**
 * @typedef {object} JudgeOptions
 * @property {string} model a GAN
 * @property {Float32Array} images n × 784 values from 0 to 1
 * @property {Uint8Array} [labels] n classes, of a conditional model
 * @property {AbortSignal} [signal]
 */

/**
 * @typedef {object} Verdict
 * @property {Float32Array} outputs n: the critic's raw outputs
 * @property {AdversarialLoss} loss that they were learned by
 */

/**
 * @typedef {object} ClassifyOptions
 * @property {Float32Array} images n × 784 values from 0 to 1
 * @property {import('./types.js').Dataset} [dataset] digits or clothes
 * @property {AbortSignal} [signal]
 */

/**
 * @typedef {object} Classes
 * @property {Float32Array} probabilities n × 10
 * @property {Float32Array} features n × f: what the classifier's last layer sees
 */
export {};
