// @ts-check
/**
 * Inference: the visitor's picture x, the encoder's q(z|x) on the map, one z drawn from it, and what
 * the decoder makes of that z; with the two parts of the bound on log p(x).
 */

import { PIXELS } from '../../../engine.js';
import { find, radioGroup } from '../../../dom.js';
import { framing, resample } from '../../../mnist.js';
import { number, say } from '../../../text.js';
import { createCanvas } from '../../../views/canvas.js';
import { logLikelihoods } from '../bound.js';
import { touched } from '../changed.js';
import { natsOf } from '../chooser.js';
import { divergences, reparameterise, sum } from '../../../gaussian.js';
import { newest } from '../../../newest.js';
import { noiseOf } from '../../../noise.js';
import { createPicks } from '../picks.js';
import { columnsOf } from '../plane.js';
import { decodeAll } from '../source.js';
import { TEST_PICTURES } from '../state.js';
import { createPictures } from '../views/pictures.js';
import { createPlane } from '../views/plane.js';

/** @typedef {import('../explore.js').Scene} Scene */

/** Width of the pen in cells: MNIST's strokes are about as wide. */
const PEN = 2;
/** Nats that fill the bar. */
const FULL = 200;

/** A test picture by chance. */
export const anyTest = () => crypto.getRandomValues(new Uint32Array(1))[0] % TEST_PICTURES;

/**
 * @param {HTMLElement} root
 * @param {import('../../../settings.js').Store<import('../state.js').ExploreState>} store
 * @param {(error: unknown) => void} fail
 * @returns {import('../explore.js').Section}
 */
export function createInfer(root, store, fail) {
  const caption = find(root, '#x-infer-z', HTMLElement);
  const amounts = {
    reconstruction: find(root, '#x-reconstruction', HTMLElement),
    kl: find(root, '#x-kl', HTMLElement),
    elbo: find(root, '#x-elbo', HTMLElement),
  };
  const bars = find(root, '.x-bars', HTMLElement);
  const status = find(root, '#x-canvas-status', HTMLElement);
  const noise = find(root, '#x-noise', HTMLButtonElement);
  const plane = createPlane(find(root, '#x-infer-plane', HTMLElement));
  const again = createPictures(find(root, '#x-infer-picture', HTMLElement));
  const picks = createPicks(find(root, '#x-picks', HTMLElement), pick);
  /** @type {'pen' | 'eraser'} */
  let tool = 'pen';
  /** @type {Scene | null} */
  let scene = null;

  /** @param {number} test */
  function pick(test) {
    store.set({ test, ink: null, label: null });
  }

  const seen = () => store.state.ink ?? scene?.picture ?? new Uint8Array(PIXELS);
  const canvas = createCanvas(find(root, '#x-canvas', HTMLElement), {
    begin() {},
    mark(used, cells) {
      const ink = seen().slice();
      cells.forEach((cell) => {
        ink[cell] = used === 'eraser' ? 0 : 1;
      });
      store.set({ ink });
    },
    end() {},
    visit(index) {
      const what = say(seen()[index] === 1 ? 'draw.isInk' : 'draw.isPaper');
      const place = { row: Math.floor(index / 28) + 1, column: (index % 28) + 1 };
      status.textContent = say('draw.cell', { ...place, what });
    },
  });
  const showTool = radioGroup(find(root, '#x-pens', HTMLElement), (value) => {
    tool = /** @type {any} */ (value);
    showTool(tool);
    showCanvas();
  });
  showTool(tool);
  find(root, '#x-clear', HTMLButtonElement).addEventListener('click', () =>
    store.set({ ink: new Uint8Array(PIXELS) }),
  );
  find(root, '#x-centre', HTMLButtonElement).addEventListener('click', () => {
    const frame = framing(seen());
    if (frame) {
      store.set({ ink: resample(seen(), frame) });
    }
  });
  find(root, '#x-another', HTMLButtonElement).addEventListener('click', () => pick(anyTest()));
  noise.addEventListener('click', () => store.set({ draw: (store.state.draw + 1) % 10_000 }));

  function showCanvas() {
    const ink = seen();
    const nothing = () => false;
    canvas.update(
      { ink: (cell) => ink[cell] === 1, hidden: nothing, covered: nothing, tool, width: PEN },
      say('explore.infer.canvas', { ink: sum(ink), tool: say(`draw.${tool}`) }),
    );
  }

  // The pen does not wait for the encoder.
  store.subscribe((_, changed) => {
    if (changed.has('ink')) {
      showCanvas();
    }
  });

  const decode = newest(async (_, /** @type {Scene} */ shown) => {
    const { source, survey, state, code, picture, label } = shown;
    const { mean, logVariance } = code;
    const latents = reparameterise(mean, logVariance, noiseOf(state.draw, 0, source.latent));
    const means = await decodeAll(source, latents, label);
    again.update(means, say('explore.infer.againLabel'));
    const two = (/** @type {Float32Array} */ row) =>
      /** @type {[number, number]} */ ([...columnsOf(row, source.latent, survey.axes)]);
    const radii = two(logVariance.map((each) => Math.exp(each / 2)));
    const [x, y] = two(mean).map((each) => number(each, 2));
    const [wide, high] = radii.map((each) => number(each, 2));
    const kind = source.kind === 'vae' ? 'z' : 'code';
    caption.textContent = say(`explore.infer.${kind}`, { x, y, wide, high });
    plane.update(
      {
        window: survey.window,
        tiles: survey.tiles,
        side: survey.side,
        ellipse: source.kind === 'vae' ? { middle: two(mean), radii } : undefined,
        points: Float32Array.from(two(latents)),
      },
      `${say('explore.infer.plane')} ${caption.textContent}`,
    );
    showBalance(shown, logLikelihoods(picture, means)[0]);
  }, fail);

  /**
   * @param {Scene} shown
   * @param {number} reconstruction log p(x|z) of the z that is shown
   */
  function showBalance({ source, code }, reconstruction) {
    const isVae = source.kind === 'vae';
    const kl = isVae ? sum(divergences(code.mean, code.logVariance)) : 0;
    const nats = (/** @type {number} */ value) => say('lesson.value', { nats: natsOf(value) });
    amounts.reconstruction.textContent = nats(reconstruction);
    amounts.kl.textContent = isVae ? nats(kl) : say('explore.infer.none');
    amounts.elbo.textContent = isVae ? nats(reconstruction - kl) : say('explore.infer.none');
    noise.disabled = !isVae;
    const full = Math.max(FULL, kl - reconstruction);
    bars.style.setProperty('--reconstruction', `${(-100 * reconstruction) / full}%`);
    bars.style.setProperty('--kl', `${(100 * kl) / full}%`);
  }

  return {
    update(next, changed) {
      scene = next;
      if (changed.has('look')) {
        canvas.reset();
        plane.reset();
        again.reset();
      }
      const { digits, state } = next;
      if (touched(changed, 'look', 'weights', 'code')) {
        picks.update(digits, state.ink ? null : state.test);
        showCanvas();
        decode(next);
      } else if (changed.has('draw')) {
        decode(next);
      }
    },
  };
}
