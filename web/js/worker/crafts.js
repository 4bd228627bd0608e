// @ts-check
/** What a session steps: a training run or a game, on pictures or points, and what is asked of each alone. */

/**
 * The Run of crates/web.
 * @typedef {object} WasmRun
 * @property {() => any} facts
 * @property {() => boolean} finished
 * @property {(change: object) => void} set
 * @property {() => Promise<any>} step
 * @property {(count: number) => Promise<any>} validate
 * @property {() => Promise<Uint8Array>} snapshot
 * @property {() => Promise<Uint8Array>} weights
 * @property {(images: Float32Array, labels?: Uint8Array) => Promise<any>} encode
 * @property {(latents: Float32Array, labels?: Uint8Array) => Promise<Float32Array>} decode
 * @property {(count: number, seed: number, labels: Uint8Array | undefined, binary: boolean) => Promise<Float32Array>} sample
 * @property {() => void} free
 */

/**
 * The Game of crates/web.
 * @typedef {object} WasmGame
 * @property {() => any} facts
 * @property {() => boolean} finished
 * @property {(change: object) => void} set
 * @property {(player?: string) => Promise<any>} step
 * @property {() => void} undo
 * @property {() => Promise<Uint8Array>} snapshot
 * @property {() => Promise<Uint8Array>} weights
 * @property {(latents: Float32Array, labels: Uint8Array | undefined, average: boolean) => Promise<Float32Array>} generate
 * @property {(images: Float32Array, labels?: Uint8Array) => Promise<Float32Array>} judge
 * @property {() => void} free
 */

/**
 * The PlaneGame of crates/web.
 * @typedef {object} WasmPlane
 * @property {() => any} facts
 * @property {() => boolean} finished
 * @property {(change: object) => void} set
 * @property {(player?: string) => any} step
 * @property {() => void} undo
 * @property {() => Uint8Array} snapshot
 * @property {(points: number, field: number, cells: number) => import('../engine/plane-types.js').PlaneView} view
 * @property {() => import('../engine/plane-types.js').PlaneFigures} figures
 * @property {() => void} free
 */

/**
 * @template T
 * @typedef {object} Craft
 * @property {string} type the class of crates/web
 * @property {(stepped: T, metrics: any, facts: any) => Promise<void>} complete adds to what a step told
 * @property {(stepped: T, message: any) => unknown} answer
 */

/** Held-out pictures that an epoch ends with. */
const HELD_OUT = 1000;

/** @type {Craft<WasmRun>} */
const run = {
  type: 'Run',
  async complete(stepped, metrics, { stepsPerEpoch }) {
    if (metrics.step % stepsPerEpoch === 0) {
      metrics.validation = await stepped.validate(HELD_OUT);
    }
  },
  async answer(stepped, { type, images, latents, labels, count, seed, binary }) {
    switch (type) {
      case 'validate':
        return stepped.validate(count);
      case 'encode':
        return stepped.encode(images, labels);
      case 'decode':
        return stepped.decode(latents, labels);
      case 'sample':
        return { images: await stepped.sample(count, seed, labels, binary) };
      default:
        throw new Error(`A run cannot '${type}'.`);
    }
  },
};

/** @type {Craft<WasmGame>} */
const game = {
  type: 'Game',
  async complete() {},
  async answer(stepped, { type, images, latents, labels, average }) {
    switch (type) {
      case 'undo':
        stepped.undo();
        return stepped.snapshot();
      case 'generate':
        return stepped.generate(latents, labels, average);
      case 'judge':
        return { outputs: await stepped.judge(images, labels), loss: stepped.facts().loss };
      default:
        throw new Error(`A game cannot '${type}'.`);
    }
  },
};

/** @type {Craft<WasmPlane>} */
const plane = {
  type: 'PlaneGame',
  async complete() {},
  answer(stepped, { type, points, field, cells }) {
    switch (type) {
      case 'undo':
        stepped.undo();
        return stepped.snapshot();
      case 'view':
        return stepped.view(points, field, cells);
      case 'figures':
        return stepped.figures();
      default:
        throw new Error(`A game on the plane cannot '${type}'.`);
    }
  },
};

/** @type {Record<'run' | 'game' | 'plane', Craft<any>>} */
export const CRAFTS = { run, game, plane };
