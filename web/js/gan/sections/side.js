// @ts-check
/** Side by side: the pretrained GANs on one seed, two games at once, and the lecture's summary in figures. */

import { PIXELS } from '../../engine.js';
import { loadDigits } from '../../digits.js';
import { addOptions, find } from '../../dom.js';
import { normals } from '../../gaussian.js';
import { newest } from '../../newest.js';
import { number, say } from '../../text.js';
import { put } from '../../train/status.js';
import { createPictures } from '../../views/pictures.js';
import { censusOf, mean, sharpness } from '../maths.js';
import { precise } from '../panels/charts.js';
import { Race, SHOWN } from '../race.js';
import { pretrained } from '../sources.js';
import { LOSSES, customsOf } from '../state.js';
import { touched } from './sections.js';

/** @typedef {import('../state.js').Loss} Loss */

/** Pictures of each model that are shown; more are measured. */
const ROW = 10;
const MEASURED = 60;
/** Pictures of a PixelCNN, which takes long over each. */
const FEW = 10;
/** Test digits whose likelihood is found. */
const JUDGED = 48;
const SEED = 7;

/**
 * What is shown of a model.
 * @typedef {object} Look
 * @property {Float32Array} images
 * @property {number} milliseconds a picture
 */

/** @param {string} tag @param {string} [className] */
function made(tag, className = '') {
  const element = document.createElement(tag);
  element.className = className;
  return element;
}

/**
 * @param {HTMLElement} root
 * @param {import('./sections.js').Page} page
 * @returns {import('./sections.js').Section}
 */
export function createSide(root, page) {
  const { store } = page;
  const gans = find(root, '#v-gans', HTMLElement);
  const rival = find(root, '#v-rival', HTMLSelectElement);
  const raceButton = find(root, '#v-race', HTMLButtonElement);
  const pair = find(root, '#v-pair', HTMLElement);
  const status = find(root, '#v-status', HTMLElement);
  const summary = find(root, '#v-summary', HTMLElement);
  /** @type {Race | null} */
  let race = null;
  let frame = 0;
  let begun = false;
  /** Words that language or theme fill anew. */
  /** @type {(() => void)[]} */
  let families = [];
  /** @type {(() => void)[]} */
  let rows = [];

  addOptions(rival, LOSSES, 'loss');
  rival.addEventListener('change', () => store.set({ rival: /** @type {Loss} */ (rival.value) }));
  raceButton.addEventListener('click', () => (race ? endRace() : beginRace()));
  find(root, '#v-again', HTMLButtonElement).addEventListener('click', () => compare());

  /** Sharpness of real digits: what the others' is told in shares of. */
  /** @type {Promise<{ images: Float32Array, sharpness: number }> | null} */
  let real = null;
  function findReal() {
    real ??= loadDigits('mnist', 200).then(({ images }) => ({ images, sharpness: sharpness(images) }));
    real.catch(() => {
      real = null;
    });
    return real;
  }

  /**
   * @param {() => Promise<Float32Array>} work
   * @returns {Promise<Look>}
   */
  async function timed(work) {
    const begun = performance.now();
    const images = await work();
    return { images, milliseconds: ((performance.now() - begun) * PIXELS) / images.length };
  }

  const compare = newest(async () => {
    const engine = await page.engine();
    const sources = (await pretrained(engine)).filter(({ dataset }) => dataset === 'mnist');
    const { sharpness: usual } = await findReal();
    gans.replaceChildren();
    families = [];
    for (const source of sources) {
      const latents = normals(SEED, MEASURED * source.latent);
      const labels = Uint8Array.from({ length: MEASURED }, (_, index) => index % 10);
      // The first request loads the weights and has the browser compile, which is not the model's speed.
      await source.generate(latents, labels);
      const look = await timed(() => source.generate(latents, labels));
      const census = await engine
        .classify({ images: look.images })
        .then(({ probabilities }) => censusOf(probabilities), () => null);
      const figure = made('figure');
      const caption = made('figcaption');
      const paper = made('div', 'sheet');
      const pictures = createPictures(paper);
      figure.append(caption, paper);
      gans.append(figure);
      families.push(() => {
        const name = say(source.conditional ? 'side.conditional' : `side.${source.loss}`);
        pictures.update(look.images.subarray(0, 2 * ROW * PIXELS), ROW, name);
        const title = made('b');
        title.textContent = name;
        const words = document.createTextNode(
          ` ${say('side.figures', {
            time: number(look.milliseconds, 1),
            sharp: number((100 * sharpness(look.images)) / usual),
            sure: census ? number(100 * census.sure) : '–',
            covered: census ? census.covered : '–',
          })}`,
        );
        caption.replaceChildren(title, words);
      });
      families.at(-1)?.();
    }
    if (sources.length === 0) {
      gans.textContent = say('sample.none');
    }
    // One after the other: each is timed by itself.
    summarise();
  }, page.fail);

  /** @type {{ pictures: ReturnType<typeof createPictures>, title: HTMLElement, words: HTMLElement }[]} */
  let sides = [];

  async function beginRace() {
    try {
      await page.driver.pause();
      const { state } = store;
      const other = { ...state, ...customsOf(state.rival), loss: state.rival };
      const settings = [state, other].map((each) => ({ ...each, speed: /** @type {const} */ ('full') }));
      sides = settings.map(() => {
        const figure = made('figure');
        const title = made('figcaption');
        const paper = made('div', 'sheet');
        const words = made('p', 'readout');
        figure.append(title, paper, words);
        return { figure, pictures: createPictures(paper), title, words };
      });
      pair.replaceChildren(...sides.map((side) => /** @type {any} */ (side).figure));
      pair.hidden = false;
      race = new Race(settings, showSoon, (error) => {
        race = null;
        showRace();
        page.fail(error);
      });
      showRace();
      await race.start(await page.engine());
    } catch (error) {
      page.fail(error);
    }
  }

  function endRace() {
    race?.stop();
    race = null;
    showRace();
  }

  function showSoon() {
    frame ||= requestAnimationFrame(showRace);
  }

  function showRace() {
    frame = 0;
    put(raceButton, say(race ? 'side.stop' : 'side.start'));
    const cores = navigator.hardwareConcurrency || 1;
    put(status, say(cores > 2 ? 'side.cores' : 'side.fewCores', { count: cores, cores }));
    race?.views.forEach(({ ledger, pictures, census }, index) => {
      const side = sides[index];
      put(side.title, say(`loss.${race?.settings[index].loss}`));
      if (pictures) {
        side.pictures.update(pictures.subarray(0, SHOWN * PIXELS), ROW, side.title.textContent ?? '');
      }
      const values = {
        round: number(ledger.last?.round ?? 0),
        critic: precise(ledger.latest('criticLoss')),
        generator: precise(ledger.latest('generatorLoss')),
        sure: census ? number(100 * census.sure) : '–',
        covered: census ? census.covered : '–',
      };
      put(side.words, say('side.raceFigures', values));
    });
  }

  /** The table of the lecture's last slides, with figures of this device. */
  const summarise = newest(async () => {
    const engine = await page.engine();
    const models = await engine.models();
    const { images, sharpness: usual } = await findReal();
    const bits = Uint8Array.from(images.subarray(0, JUDGED * PIXELS), (grey) => Number(grey >= 0.5));
    const test = images.slice(0, JUDGED * PIXELS).map((grey) => Number(grey >= 0.5));
    const named = (/** @type {string} */ kind, fits = (/** @type {any} */ each) => each !== null) =>
      models.find((each) => each.kind === kind && each.dataset === 'mnist' && fits(each))?.name;
    const told = { pixelcnn: named('pixelcnn'), vae: named('vae', (each) => !each.conditional && each.latent > 2) };
    const gan = (await pretrained(engine)).find(
      ({ dataset, conditional }) => dataset === 'mnist' && !conditional,
    );
    const table = made('table', 'v-table');
    const head = made('tr');
    const body = made('tbody');
    const heading = made('thead');
    const columns = ['model', 'samples', 'time', 'sharp', 'likelihood', 'verdict'];
    heading.append(head);
    table.append(heading, body);
    summary.replaceChildren(table);
    rows = [
      () =>
        head.replaceChildren(
          ...columns.map((name) => {
            const cell = made('th');
            cell.setAttribute('scope', 'col');
            cell.textContent = say(`side.column.${name}`);
            return cell;
          }),
        ),
    ];
    rows[0]();

    /**
     * @param {string} kind
     * @param {Look} look
     * @param {() => string} likelihood
     */
    function add(kind, look, likelihood) {
      const row = made('tr');
      const name = made('th');
      name.setAttribute('scope', 'row');
      const cells = columns.slice(1).map(() => made('td'));
      const sheet = made('div', 'sheet');
      const pictures = createPictures(sheet);
      cells[0].append(sheet);
      row.append(name, ...cells);
      body.append(row);
      const fill = () => {
        name.textContent = say(`side.model.${kind}`);
        pictures.update(look.images.subarray(0, ROW * PIXELS), ROW, say(`side.model.${kind}`));
        cells[1].textContent =
          look.milliseconds > 0
            ? say('meter.perStep', { time: number(look.milliseconds, look.milliseconds < 10 ? 2 : 0) })
            : '–';
        cells[2].textContent = say('meter.percent', {
          percent: number((100 * sharpness(look.images)) / usual),
        });
        cells[3].textContent = likelihood();
        cells[4].textContent = say(`side.verdict.${kind}`);
        columns.slice(1).forEach((column, at) => {
          cells[at].dataset.column = say(`side.column.${column}`);
        });
      };
      rows.push(fill);
      fill();
    }

    add('real', { images, milliseconds: 0 }, () => '–');
    const { pixelcnn, vae } = told;
    if (gan) {
      await gan.generate(normals(1, gan.latent), Uint8Array.of(0));
      const labels = new Uint8Array(MEASURED);
      const look = await timed(() => gan.generate(normals(SEED, MEASURED * gan.latent), labels));
      add('gan', look, () => say('side.noDensity'));
    }
    if (vae) {
      await engine.sample({ model: vae, count: 1, seed: 1 });
      const look = await timed(
        async () => (await engine.sample({ model: vae, count: MEASURED, seed: SEED })).images,
      );
      const { elbo } = await engine.elbo({ model: vae, images: test, seed: 1, samples: 4 });
      add('vae', look, () => say('side.bound', { nats: number(mean(elbo), 1) }));
    }
    if (pixelcnn) {
      const look = await timed(
        async () => (await engine.sample({ model: pixelcnn, count: FEW, seed: SEED })).images,
      );
      const exact = mean(await engine.logLikelihood({ model: pixelcnn, images: bits }));
      add('pixelcnn', look, () => say('side.exact', { nats: number(exact, 1) }));
    }
  }, page.fail);

  return {
    update(changed) {
      rival.value = store.state.rival;
      if (touched(changed, 'look')) {
        [...families, ...rows].forEach((fill) => fill());
        showRace();
      }
      if (!begun) {
        begun = true;
        compare();
      }
    },
  };
}
