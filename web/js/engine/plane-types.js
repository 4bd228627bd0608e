// @ts-check
/** What the engine takes and gives of games on the plane; docs/api.md describes it at length. */

/** @typedef {'ring' | 'grid' | 'line' | 'moons'} CloudName */

/**
 * @typedef {Omit<import('./game-types.js').GameSettings, 'epochs'>} PlaneSettings
 */

/**
 * @typedef {object} PlaneOptions
 * @property {CloudName | Float32Array} [cloud] what is learned; points of one's own as n × 2 coordinates
 *   from −1 to 1
 * @property {number} [seed]
 * @property {PlaneSettings} [options]
 * @property {Uint8Array} [snapshot] of such a game, to go on from
 * @property {boolean} [paused] does not begin to play
 * @property {(status: import('./types.js').RunStatus) => void} [onStatus] hears of every change
 * @property {(progress: import('./types.js').Progress) => void} [onProgress]
 */

/**
 * What one half-step did. The figures of the player who did not move are those of its last.
 * @typedef {object} PlaneMetrics
 * @property {number} step half-steps done
 * @property {number} round rounds finished
 * @property {import('./game-types.js').Player} player who moved
 * @property {number} criticLoss
 * @property {number} generatorLoss
 * @property {number} criticNorm length of its gradient
 * @property {number} generatorNorm
 * @property {number} milliseconds
 * @property {number} picturesPerSecond points
 * @property {'cpu'} device
 */

/**
 * @typedef {object} PlaneView
 * @property {Float32Array} real n × 2: points of the cloud, the same in every look
 * @property {Float32Array} realOutputs n: what the critic says of them
 * @property {Float32Array} fake n × 2: what the generator makes of n latent points, the same in every look
 * @property {Float32Array} fakeOutputs n
 * @property {Float32Array} pushes n × 2: minus the gradient of what the generator pays for each
 * @property {Float32Array} field f × f: the critic's outputs over −1.2 to 1.2, row after row from the top
 * @property {Float32Array} manifold (c + 1)² × 2: what becomes of a lattice of latent points
 */

/**
 * @typedef {object} PlaneFigures
 * @property {number} distance energy distance of generated points and the cloud
 * @property {number} floor that of two draws from the cloud
 * @property {number} onCloud share of generated points on the cloud
 * @property {number} reached share of the cloud that has a generated point near
 * @property {number[]} shares of generated points on each mode; empty where the cloud has none
 * @property {number} covered modes with at least a quarter of their fair share
 */
export {};
