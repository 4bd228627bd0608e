// @ts-check
/**
 * The critic's verdict on the visitor's own drawing, beside the PixelCNN's likelihood of it: the density that
 * one has and the other lacks.
 */

import { PIXELS, SIDE } from '../../engine.js';
import { loadDigits, mixedIndices, picked } from '../../digits.js';
import { find, radioGroup } from '../../dom.js';
import { normals } from '../../gaussian.js';
import { framing, resample } from '../../mnist.js';
import { newest } from '../../newest.js';
import { number, say } from '../../text.js';
import { put } from '../../train/status.js';
import { createCanvas } from '../../views/canvas.js';
import { isProbability, sigmoid } from '../losses.js';
import { scanned, shareBelow } from '../maths.js';
import { precise } from '../panels/charts.js';
import { createHistogram, limitsOf } from '../views/histogram.js';
import { createChoice } from './choice.js';
import { paced, touched } from './sections.js';

/** @typedef {import('../sources.js').Source} Source */

/** Width of the pen in cells: MNIST's strokes are about as wide. */
const PEN = 2;
/** Pictures that the drawing is compared with. */
const COMPARED = 100;
/** Pictures whose likelihood is found: each takes the PixelCNN some milliseconds. */
const FEW = 48;
/** From this grey on a pixel is ink. */
const INK = 0.5;

/** @param {Float32Array} grey */
const bitsOf = (grey) => Uint8Array.from(grey, (value) => Number(value >= INK));

/** A number by chance, below a limit. @param {number} limit */
const any = (limit) => crypto.getRandomValues(new Uint32Array(1))[0] % limit;

/**
 * @param {HTMLElement} root
 * @param {import('./sections.js').Page} page
 * @returns {import('./sections.js').Section}
 */
export function createJudge(root, page) {
  const { store } = page;
  const models = find(root, '#j-model', HTMLSelectElement);
  const cell = find(root, '#j-cell', HTMLElement);
  const output = find(root, '#j-output', HTMLElement);
  const word = find(root, '#j-word', HTMLElement);
  const place = find(root, '#j-place', HTMLElement);
  const nats = find(root, '#j-nats', HTMLElement);
  const likely = find(root, '#j-likely', HTMLElement);
  const verdicts = createHistogram(find(root, '#j-histogram', HTMLElement));
  const densities = createHistogram(find(root, '#j-densities', HTMLElement));
  /** @type {'pen' | 'eraser'} */
  let tool = 'pen';
  /** @type {Source | null} */
  let source = null;
  /** Real pictures, and what the critic at hand says of them and of its forgeries. */
  /** @type {import('../../digits.js').Digits | null} */
  let digits = null;
  /** @type {{ source: Source, step: number, real: Float32Array, fake: Float32Array } | null} */
  let known = null;
  /** Log-likelihoods of real digits and of the PixelCNN's own samples. */
  /** @type {Promise<{ model: string, real: Float64Array, fake: Float64Array }> | null} */
  let usual = null;

  /** What the visitor drew; before that a test digit, so that there is something to judge. */
  const ink = () =>
    store.state.ink ?? (digits ? bitsOf(picked(digits.images, [0])) : new Uint8Array(PIXELS));
  const canvas = createCanvas(find(root, '#x-canvas', HTMLElement), {
    begin() {},
    mark(used, cells) {
      const next = ink().slice();
      cells.forEach((each) => {
        next[each] = used === 'eraser' ? 0 : 1;
      });
      store.set({ ink: next });
    },
    end() {},
    visit(index) {
      const what = say(ink()[index] === 1 ? 'draw.isInk' : 'draw.isPaper');
      const where = { row: Math.floor(index / SIDE) + 1, column: (index % SIDE) + 1 };
      cell.textContent = say('draw.cell', { ...where, what });
    },
  });
  const showTool = radioGroup(find(root, '#j-pens', HTMLElement), (value) => {
    tool = /** @type {any} */ (value);
    showTool(tool);
    showCanvas();
  });
  showTool(tool);
  const press = (/** @type {string} */ id, /** @type {() => void} */ work) =>
    find(root, id, HTMLButtonElement).addEventListener('click', work);
  press('#j-clear', () => store.set({ ink: new Uint8Array(PIXELS) }));
  press('#j-centre', () => {
    const frame = framing(ink());
    if (frame) {
      store.set({ ink: resample(ink(), frame) });
    }
  });
  press('#j-real', () => {
    if (digits) {
      store.set({ ink: bitsOf(picked(digits.images, [any(digits.count)])) });
    }
  });
  press('#j-fake', async () => {
    if (source) {
      try {
        const seed = any(0xffffffff);
        const made = await source.generate(normals(seed, source.latent), Uint8Array.of(seed % 10));
        store.set({ ink: bitsOf(made) });
      } catch (error) {
        page.fail(error);
      }
    }
  });
  press('#j-noise', () => {
    const drawn = crypto.getRandomValues(new Uint8Array(PIXELS));
    store.set({ ink: drawn.map((value) => Number(value < 34)) });
  });
  const choice = createChoice(models, page, {
    thisRun: 'judge.thisRun',
    // A critic that is told the digit cannot be asked without telling it one.
    fits: ({ conditional, dataset }) => !conditional && dataset === 'mnist',
    first: () => true,
    chosen: () => store.state.critic,
  });
  models.addEventListener('change', () => store.set({ critic: models.value }));

  function showCanvas() {
    const nothing = () => false;
    const bits = ink();
    canvas.update(
      { ink: (index) => bits[index] === 1, hidden: nothing, covered: nothing, tool, width: PEN },
      say('judge.canvas', {
        ink: bits.reduce((sum, bit) => sum + bit, 0),
        tool: say(`draw.${tool}`),
      }),
    );
  }

  // The pen does not wait for the critic.
  store.subscribe((_, changed) => {
    if (changed.has('ink')) {
      showCanvas();
    }
  });

  async function findDigits() {
    if (!digits) {
      digits = await loadDigits('mnist', 1000);
      showCanvas();
    }
  }

  /** What the critic says of real pictures and of forgeries: found anew when it has learned. */
  async function learn() {
    await findDigits();
    const step = source?.name === 'run' ? page.training.step : 0;
    if (source && digits && (known?.source.name !== source.name || known.step !== step)) {
      const real = picked(digits.images, mixedIndices(digits, COMPARED));
      const labels = Uint8Array.from({ length: COMPARED }, (_, index) => index % 10);
      const forged = await source.generate(normals(3, COMPARED * source.latent), labels);
      known = {
        source,
        step,
        real: await source.judge(real, labels),
        fake: await source.judge(forged, labels),
      };
    }
  }

  const judge = newest(async () => {
    source = await choice.look();
    await learn();
    if (!source || !known) {
      put(place, say('judge.none'));
      return;
    }
    const [raw] = await source.judge(scanned(ink()), Uint8Array.of(0));
    const chance = isProbability(source.loss);
    const shown = (/** @type {ArrayLike<number>} */ values) =>
      chance ? Array.from(values, sigmoid) : Array.from(values);
    const [real, fake, [own]] = [shown(known.real), shown(known.fake), shown([raw])];
    const [low, high] = chance ? [0, 1] : limitsOf([real, fake, [own]]);
    const [aboveReal, aboveFake] = [shareBelow(known.real, raw), shareBelow(known.fake, raw)];
    put(output, chance ? say('meter.percent', { percent: number(100 * own, 1) }) : precise(own));
    put(word, say(chance ? 'judge.chance' : 'judge.score'));
    const told = {
      real: number(100 * aboveReal),
      fake: number(100 * aboveFake),
      count: COMPARED,
    };
    put(place, say('judge.place', told));
    verdicts.update({ real, fake, low, high, mark: own }, say('judge.label', told));
  }, page.fail);

  const judgeAgain = paced(judge);

  /** Likelihoods to compare with, found once. */
  async function findUsual() {
    const engine = await page.engine();
    const model = (await engine.models()).find(({ kind }) => kind === 'pixelcnn')?.name;
    await findDigits();
    if (!model || !digits) {
      throw new Error(say('judge.noPixelcnn'));
    }
    const real = bitsOf(picked(digits.images, mixedIndices(digits, FEW)));
    const { images } = await engine.sample({ model, count: FEW, seed: 5 });
    return {
      model,
      real: await engine.logLikelihood({ model, images: real }),
      fake: await engine.logLikelihood({ model, images: bitsOf(images) }),
    };
  }

  const measure = newest(async () => {
    usual ??= findUsual();
    usual.catch(() => {
      usual = null;
    });
    const { model, real, fake } = await usual;
    const engine = await page.engine();
    const [own] = await engine.logLikelihood({ model, images: ink() });
    const [low, high] = limitsOf([real, fake, [own]]);
    put(nats, number(own, 1));
    const above = number(100 * shareBelow(real, own));
    put(likely, say('judge.likely', { above, count: FEW }));
    densities.update(
      { real, fake, low, high, mark: own },
      say('judge.densityLabel', { nats: number(own, 1) }),
    );
  }, page.fail);

  return {
    update(changed) {
      if (changed.has('look')) {
        canvas.reset();
        verdicts.reset();
        densities.reset();
      }
      const own = source?.name === 'run' && touched(changed, 'step');
      if (touched(changed, 'look', 'ink')) {
        showCanvas();
        measure();
      }
      if (own) {
        judgeAgain();
      }
      if (touched(changed, 'look', 'ink', 'critic', 'game')) {
        judge();
      }
    },
  };
}
