// @ts-check
/**
 * Completion by the VAE, a chain between encoder and decoder, beside the completion model's, which
 * draws pixel by pixel; and what each can say of how likely the whole picture is.
 */

import { PIXELS } from '../../../engine.js';
import { addRadios, find, radioGroup } from '../../../dom.js';
import { cellsOf } from '../../../picture.js';
import { number, say } from '../../../text.js';
import { CellPainter, paletteOf, whenSized } from '../../../views/cells.js';
import { termsOfScene } from '../bound.js';
import { touched } from '../changed.js';
import { natsOf } from '../chooser.js';
import { sum } from '../../../gaussian.js';
import { completions } from '../gibbs.js';
import { newest } from '../../../newest.js';
import { HALVES } from '../state.js';
import { createPictures } from '../views/pictures.js';

/** @typedef {import('../explore.js').Scene} Scene */

/** Completions of each model. */
const COUNT = 4;
/** Rounds of the chain. */
const ROUNDS = 60;
/** Draws for the bound on the whole picture. */
const DRAWS = 64;

/**
 * @param {HTMLElement} root
 * @param {import('../../../settings.js').Store<import('../state.js').ExploreState>} store
 * @param {(error: unknown) => void} fail
 * @returns {import('../explore.js').Section}
 */
export function createComplete(root, store, fail) {
  const missing = find(root, '#x-complete-missing', HTMLElement);
  const body = find(root, '#x-complete-pair', HTMLElement);
  const remark = find(root, '#x-complete-remark', HTMLElement);
  const halves = find(root, '#x-halves', HTMLElement);
  const natsVae = find(root, '#x-nats-vae', HTMLElement);
  const natsPixels = find(root, '#x-nats-pixelcnn', HTMLElement);
  const noteVae = find(root, '#x-complete-vae-note', HTMLElement);
  const notePixels = find(root, '#x-complete-pixelcnn-note', HTMLElement);
  const given = createGiven(find(root, '#x-given', HTMLElement));
  const byVae = createPictures(find(root, '#x-complete-vae', HTMLElement), { gap: 2 });
  const byPixels = createPictures(find(root, '#x-complete-pixelcnn', HTMLElement), { gap: 2 });

  addRadios(halves, HALVES, 'hide');
  const showHalf = radioGroup(halves, (half) => store.set({ half: /** @type {any} */ (half) }));

  /** @param {Scene} scene */
  const knownOf = ({ state }) => cellsOf(state.half).map((hidden) => 1 - hidden);

  /** Whether a chain is under way: one by weights of a moment ago is let finish. */
  let running = false;

  const chain = newest(async (superseded, /** @type {Scene} */ scene) => {
    const { source, label, state, picture } = scene;
    const labels = new Uint8Array(COUNT).fill(label);
    const model = {
      latent: source.latent,
      encode: (/** @type {Float32Array} */ images) => source.encode(images, labels),
      decode: (/** @type {Float32Array} */ latents) => source.decode(latents, labels),
    };
    const options = { count: COUNT, rounds: ROUNDS, seed: state.seed };
    running = true;
    for await (const { means, round } of completions(model, picture, knownOf(scene), options)) {
      byVae.update(means, say('explore.complete.byVae', { count: COUNT }), 2);
      noteVae.textContent = say('explore.complete.rounds', { round, rounds: ROUNDS });
      if (superseded()) {
        break;
      }
    }
    running = false;
  }, stop);

  /** @param {unknown} error */
  function stop(error) {
    running = false;
    fail(error);
  }

  /** @param {Scene} scene */
  async function showBound(scene) {
    const { bound } = await termsOfScene(scene, DRAWS);
    natsVae.textContent = say('explore.complete.atLeast', { nats: natsOf(bound) });
  }

  const pixelByPixel = newest(async (superseded, /** @type {Scene} */ scene) => {
    const { engine, state, picture, digits } = scene;
    await showBound(scene);
    const model = (await engine.models()).find(({ kind }) => kind === 'completion');
    const comparable = model && digits.dataset === 'mnist';
    byPixels.canvas.hidden = !comparable;
    if (!comparable) {
      natsPixels.textContent = '–';
      notePixels.textContent = say('explore.complete.otherData');
      return;
    }
    const known = knownOf(scene);
    const { images, logLikelihood } = await engine.complete({
      model: model.name,
      pixels: picture,
      known,
      count: COUNT,
      seed: state.seed,
    });
    if (superseded()) {
      return;
    }
    byPixels.update(images, say('explore.complete.byPixels', { count: COUNT }), 2);
    const mean = sum(logLikelihood) / COUNT;
    notePixels.textContent = say('explore.complete.hiddenNats', { nats: natsOf(mean) });
    const [whole] = await engine.logLikelihood({
      model: model.name,
      images: picture,
      known: new Uint8Array(PIXELS),
    });
    natsPixels.textContent = say('explore.complete.exactly', { nats: number(whole, 1) });
  }, fail);

  return {
    update(scene, changed) {
      const isVae = scene.source.kind === 'vae';
      missing.hidden = isVae;
      body.hidden = !isVae;
      remark.hidden = !isVae;
      showHalf(scene.state.half);
      if (changed.has('look')) {
        given.reset();
        byVae.reset();
        byPixels.reset();
      }
      const asked = touched(changed, 'look', 'code', 'half', 'seed');
      if (isVae && (asked || (changed.has('weights') && !running))) {
        given.update(scene.picture, knownOf(scene));
        chain(scene);
        pixelByPixel(scene);
      }
    },
  };
}

/**
 * The half that is known, and hatching where it is not.
 * @param {HTMLElement} container
 */
function createGiven(container) {
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  container.append(canvas);
  const painter = new CellPainter(canvas, paletteOf(container));
  let [pixels, known] = [new Uint8Array(PIXELS), new Uint8Array(PIXELS)];

  function paint() {
    if (painter.cell > 0) {
      painter.clear();
      painter.hatching((cell) => known[cell] === 0);
      painter.squares((cell) => known[cell] === 1 && pixels[cell] === 1, painter.palette.ink);
    }
  }
  whenSized(canvas, (size) => {
    painter.resize(size);
    paint();
  });

  return {
    /**
     * @param {Uint8Array} nextPixels
     * @param {Uint8Array} nextKnown
     */
    update(nextPixels, nextKnown) {
      [pixels, known] = [nextPixels.slice(), nextKnown.slice()];
      canvas.setAttribute('aria-label', say('explore.complete.given'));
      paint();
    },
    /** Takes up the theme's colours. */
    reset() {
      painter.palette = paletteOf(container);
      paint();
    },
  };
}
