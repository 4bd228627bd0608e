// @ts-check
/** The settings of the game on the plane, as they stand in the page's address, and the cloud that a visitor draws. */

import { packBits, unpackBits } from '../../bits.js';
import { decimal, oneOf, whole } from '../../settings.js';

/** @typedef {'ring' | 'grid' | 'line' | 'moons' | 'drawn'} CloudChoice */

/**
 * @typedef {object} PlaneSettings
 * @property {CloudChoice} planeCloud what is learned
 * @property {import('../state.js').Loss} planeLoss
 * @property {import('../state.js').Regulariser} planeRegulariser of the critic
 * @property {number} planeClip the largest size of a critic's weight, where weights are clipped
 * @property {number} planeCriticSteps k
 * @property {number} planeCriticRate learning rate
 * @property {number} planeGeneratorRate learning rate
 * @property {number} planeSeed
 * @property {import('../state.js').Speed} planeSpeed
 * @property {Uint8Array | null} planeDrawn cells that the visitor drew
 */

/** @type {CloudChoice[]} */
export const CLOUDS = ['ring', 'grid', 'line', 'moons', 'drawn'];
export const CLIPS = [0.01, 0.03, 0.1, 0.3, 1];
export const CRITIC_STEPS = [1, 2, 3, 5, 10];
export const RATES = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01];
/** Cells to a side of the square of −1 to 1 that is drawn on. */
export const CELLS = 64;

/** @type {Record<keyof PlaneSettings, import('../../settings.js').Entry>} */
export const PLANE_ENTRIES = {
  planeCloud: oneOf('p-cloud', CLOUDS),
  planeLoss: oneOf('p-loss', ['non-saturating', 'minimax', 'least-squares', 'wasserstein']),
  planeRegulariser: oneOf('p-reg', ['none', 'clip', 'spectral']),
  planeClip: decimal('p-clip', 0.0001, 10),
  planeCriticSteps: whole('p-k', 1, 20),
  planeCriticRate: decimal('p-lrd', 0.000001, 1),
  planeGeneratorRate: decimal('p-lrg', 0.000001, 1),
  planeSeed: whole('p-seed', 0, 0xffffffff),
  planeSpeed: oneOf('p-speed', ['slow', 'normal', 'full']),
  planeDrawn: {
    key: 'p-d',
    always: false,
    parse: (text) => unpackBits(text, CELLS * CELLS) ?? undefined,
    print: packBits,
  },
};

/** @returns {PlaneSettings} */
export const initialPlane = () => ({
  planeCloud: 'ring',
  planeLoss: 'non-saturating',
  planeRegulariser: 'none',
  planeClip: 0.1,
  planeCriticSteps: 1,
  planeCriticRate: 0.001,
  planeGeneratorRate: 0.0005,
  planeSeed: 7,
  planeSpeed: 'full',
  planeDrawn: null,
});

/**
 * What else changes with a loss. WGAN is nothing without a critic that is kept from being steep, and wants
 * it near its best (Arjovsky et al. 2017); under least squares a steep critic flattens out at its targets,
 * and heaps are lost.
 * @param {import('../state.js').Loss} planeLoss
 * @returns {Partial<PlaneSettings>}
 */
export function customsOf(planeLoss) {
  const { planeRegulariser, planeClip, planeCriticSteps, planeCriticRate } = initialPlane();
  const { planeGeneratorRate } = initialPlane();
  const usual = { planeRegulariser, planeClip, planeCriticSteps, planeCriticRate, planeGeneratorRate };
  if (planeLoss === 'wasserstein') {
    return { ...usual, planeRegulariser: 'clip', planeCriticSteps: 5 };
  }
  return planeLoss === 'least-squares'
    ? { ...usual, planeRegulariser: 'spectral', planeCriticRate: 0.002 }
    : usual;
}

/**
 * What engine.plane takes for settings that may change meanwhile.
 * @param {PlaneSettings} settings
 */
export const liveOf = (settings) => ({
  loss: settings.planeLoss,
  regulariser: settings.planeRegulariser,
  criticSteps: settings.planeCriticSteps,
  criticRate: settings.planeCriticRate,
  generatorRate: settings.planeGeneratorRate,
  beta1: settings.planeLoss === 'wasserstein' ? 0 : 0.5,
  ...(settings.planeRegulariser === 'clip' && { clip: settings.planeClip }),
});

/**
 * The middles of the drawn cells, x and y from −1 to 1, y upwards; null where there are none.
 * @param {Uint8Array | null} cells
 */
export function pointsOf(cells) {
  const marked = [...(cells ?? []).keys()].filter((index) => cells?.[index] === 1);
  const place = (/** @type {number} */ cell) => (2 * cell + 1) / CELLS - 1;
  const points = marked.flatMap((index) => [
    place(index % CELLS),
    -place(Math.floor(index / CELLS)),
  ]);
  return points.length > 0 ? Float32Array.from(points) : null;
}

/**
 * The cloud as engine.plane takes it; null for a drawing with nothing on it.
 * @param {PlaneSettings} settings
 */
export const cloudOf = ({ planeCloud, planeDrawn }) =>
  planeCloud === 'drawn' ? pointsOf(planeDrawn) : planeCloud;

/**
 * Cells within `radius` of the way from one place to another, in cells.
 * @param {[number, number]} from
 * @param {[number, number]} to
 * @param {number} radius
 */
export function cellsAlong([x0, y0], [x1, y1], radius) {
  const steps = Math.max(1, Math.ceil(2 * Math.hypot(x1 - x0, y1 - y0)));
  const cells = new Set();
  for (let step = 0; step <= steps; step++) {
    const [x, y] = [x0 + ((x1 - x0) * step) / steps, y0 + ((y1 - y0) * step) / steps];
    for (let row = Math.floor(y - radius); row <= Math.floor(y + radius); row++) {
      for (let column = Math.floor(x - radius); column <= Math.floor(x + radius); column++) {
        if (row >= 0 && row < CELLS && column >= 0 && column < CELLS) {
          cells.add(row * CELLS + column);
        }
      }
    }
  }
  return [...cells];
}
