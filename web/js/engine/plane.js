// @ts-check
/**
 * A game of a generator against a critic on a cloud of points. It lives in a worker of its own, as every
 * game does. docs/api.md has the reference.
 */

import { checkChoice, checkCount, checkFloats, checkOptions } from './check.js';
import { Crew } from './crew.js';
import { EngineError } from './error.js';
import { LIVE } from './game-wishes.js';
import { Played } from './played.js';
import { Stepped } from './stepped.js';
import { checkCommon } from './wishes.js';

/** @typedef {import('./plane-types.js').PlaneOptions} PlaneOptions */
/** @typedef {import('./plane-types.js').PlaneSettings} PlaneSettings */

/** @type {import('./plane-types.js').CloudName[]} */
const CLOUDS = ['ring', 'grid', 'line', 'moons'];
/** The most points of a cloud of one's own. */
const MOST_POINTS = 4000;
/** A cloud has no epochs. */
const SETTINGS = LIVE.filter((name) => name !== 'epochs');
/** The most points, and rows of a lattice, in a look. */
const MOST = { points: 4096, field: 256, cells: 256 };

/**
 * A cloud as the worker takes it.
 * @param {unknown} cloud
 */
function checkCloud(cloud) {
  if (typeof cloud === 'string') {
    return checkChoice(cloud, 'cloud', CLOUDS);
  }
  const points = checkFloats(cloud, 'cloud', 2);
  if (points.length > 2 * MOST_POINTS) {
    throw new EngineError('length', `cloud has more than ${MOST_POINTS} points.`);
  }
  const wrong = points.findIndex((value) => Math.abs(value) > 1);
  if (wrong >= 0) {
    throw new EngineError('value', `cloud[${wrong}] is ${points[wrong]}; coordinates are −1 to 1.`);
  }
  const pairs = Array.from({ length: points.length / 2 }, (_, at) => [
    points[2 * at],
    points[2 * at + 1],
  ]);
  return { drawn: pairs };
}

/**
 * @param {PlaneOptions} given
 * @returns {import('./wishes.js').Wishes}
 */
function checkPlane(given) {
  const { cloud = 'ring', ...common } = given;
  checkOptions(common, 'plane', ['seed', 'options', 'snapshot', 'paused', 'onStatus', 'onProgress']);
  const { seed, options, wishes } = checkCommon({ ...common, device: 'cpu' }, ['batch'], SETTINGS);
  const spec = { cloud: checkCloud(cloud), seed, options };
  const players = ['critic', 'generator'];
  return { ...wishes, kind: 'plane', players, spec, dataset: null };
}

/** @extends {Played<import('./plane-types.js').PlaneMetrics, Omit<PlaneSettings, 'batch'>>} */
export class Plane extends Played {
  #crew;

  /** @param {Crew} crew */
  constructor(crew) {
    super(crew, SETTINGS);
    this.#crew = crew;
  }

  /**
   * @param {PlaneOptions} options
   * @param {string} base
   * @param {(plane: Plane) => void} onEnd
   * @returns {Promise<Plane>}
   */
  static async start(options, base, onEnd) {
    const wishes = checkPlane(options);
    const crew = new Crew(wishes, base, () => onEnd(plane));
    const plane = new Plane(crew);
    return Stepped.begin(plane, crew, wishes);
  }

  /**
   * Has the game go on with another cloud.
   * @param {import('./plane-types.js').CloudName | Float32Array} cloud
   */
  async learn(cloud) {
    await this.#crew.set({ cloud: checkCloud(cloud) });
  }

  /**
   * A look at the game.
   * @param {{ points?: number, field?: number, cells?: number }} [options]
   * @returns {Promise<import('./plane-types.js').PlaneView>}
   */
  async view(options = {}) {
    checkOptions(options, 'view', ['points', 'field', 'cells']);
    const { points = 256, field = 48, cells = 20 } = options;
    return this.#crew.ask('view', {
      points: checkCount(points, MOST.points, 'points'),
      field: checkCount(field, MOST.field, 'field'),
      cells: checkCount(cells, MOST.cells, 'cells'),
    });
  }

  /**
   * How near the generator has come.
   * @returns {Promise<import('./plane-types.js').PlaneFigures>}
   */
  figures() {
    return this.#crew.ask('figures');
  }
}
