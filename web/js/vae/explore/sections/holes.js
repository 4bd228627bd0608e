// @ts-check
/**
 * An autoencoder beside a VAE of the same architecture: both decode the same draws from N(0, I).
 * Where no picture is encoded, nothing has taught the decoder what to draw.
 */

import { PIXELS } from '../../../engine.js';
import { find } from '../../../dom.js';
import { number, say } from '../../../text.js';
import { touched } from '../changed.js';
import { normals } from '../../../gaussian.js';
import { newest } from '../../../newest.js';
import { columnsOf, gridOf, lonely, reachOf, shareBeyond } from '../plane.js';
import { decodeAll, encodeBits } from '../source.js';
import { surveyOf } from '../survey.js';
import { createPictures } from '../views/pictures.js';
import { createPlane } from '../views/plane.js';

/** @typedef {import('../explore.js').Scene} Scene */
/** @typedef {import('../source.js').Source} Source */

/** Samples that are shown. */
const SHOWN = 16;
/** Codes by which holes are found. */
const COUNTED = 1000;
/** Standard deviations from 0 that draws from N(0, I) go beyond once in ninety times. */
const FAR = 3;

/** @param {number} share */
const percent = (share) => number(100 * share, share > 0 && share < 0.1 ? 1 : 0);

/**
 * The autoencoder and the VAE to compare: both with a plane for a latent space, of one data set; the
 * chosen one among them if it can be.
 * @param {Source[]} sources
 * @param {Source} chosen
 * @returns {{ autoencoder: Source, vae: Source } | null}
 */
export function pairOf(sources, chosen) {
  const flat = sources.filter(({ latent, dataset }) => latent === 2 && dataset === chosen.dataset);
  const of = (/** @type {Source['kind']} */ kind) =>
    flat.find(({ name, kind: own }) => name === chosen.name && own === kind) ??
    flat.find(({ kind: own, conditional }) => own === kind && !conditional);
  const [autoencoder, vae] = [of('autoencoder'), of('vae')];
  return autoencoder && vae ? { autoencoder, vae } : null;
}

/**
 * @param {HTMLElement} root
 * @param {unknown} _store
 * @param {(error: unknown) => void} fail
 * @returns {import('../explore.js').Section}
 */
export function createHoles(root, _store, fail) {
  const missing = find(root, '#x-holes-missing', HTMLElement);
  const body = find(root, '#x-holes-pair', HTMLElement);
  const legend = find(root, '#x-holes-legend', HTMLElement);
  const sides = /** @type {const} */ (['autoencoder', 'vae']).map((kind) => {
    const side = find(root, `[data-kind="${kind}"]`, HTMLElement);
    return {
      kind,
      plane: createPlane(find(side, '.x-plane', HTMLElement)),
      verdict: find(side, '.x-verdict', HTMLElement),
      sheet: createPictures(find(side, '.x-sheet', HTMLElement), { gap: 2 }),
    };
  });

  /**
   * Codes as the decoder met them in training: of a VAE, with their noise.
   * @param {Source} source
   * @param {Scene} scene
   */
  async function metBy(source, { digits }) {
    const pictures = digits.images.subarray(0, COUNTED * PIXELS);
    const labels = digits.labels.slice(0, COUNTED);
    const { mean, logVariance } = await encodeBits(source, pictures, labels);
    const noise = normals(1, mean.length);
    return mean.map((value, index) => value + Math.exp(logVariance[index] / 2) * noise[index]);
  }

  /**
   * @param {typeof sides[number]} side
   * @param {Source} source
   * @param {Scene} scene
   */
  async function show({ kind, plane, verdict, sheet }, source, scene) {
    const { digits, label, state } = scene;
    const survey = await surveyOf(source, digits, label);
    const { latent } = source;
    const drawn = normals(state.seed, SHOWN * latent);
    const met = columnsOf(await metBy(source, scene), latent, survey.axes);
    const reach = reachOf(met);
    const grid = gridOf(survey.window, survey.side, new Float32Array(latent), survey.axes);
    const holes = lonely(met, columnsOf(grid, latent, survey.axes), reach);
    const means = await decodeAll(source, drawn, label);
    const percents = {
      beyond: percent(shareBeyond(met, FAR)),
      holes: percent(holes.filter(Boolean).length / holes.length),
    };
    verdict.textContent = say(`explore.holes.${kind}Verdict`, percents);
    plane.update(
      {
        window: survey.window,
        tiles: survey.tiles,
        side: survey.side,
        faded: true,
        holes,
        codes: { places: survey.places, labels: survey.labels },
        points: columnsOf(drawn, latent, survey.axes),
        rings: true,
      },
      say('explore.holes.plane', { kind: say(`explore.kind.${kind}`), ...percents }),
    );
    const words = { kind: say(`explore.kind.${kind}`), count: SHOWN };
    sheet.update(means, say('explore.holes.samples', words), 8);
  }

  const compare = newest(async (_, /** @type {Scene} */ scene) => {
    const pair = pairOf(scene.sources, scene.source);
    missing.hidden = pair !== null;
    body.hidden = pair === null;
    legend.hidden = pair === null;
    if (pair) {
      for (const side of sides) {
        await show(side, pair[side.kind], scene);
      }
    }
  }, fail);

  return {
    update(scene, changed) {
      if (changed.has('look')) {
        sides.forEach(({ plane, sheet }) => {
          plane.reset();
          sheet.reset();
        });
      }
      if (touched(changed, 'look', 'weights', 'seed')) {
        compare(scene);
      }
    },
  };
}
