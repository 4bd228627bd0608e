// @ts-check
/** Samples: a grid by seed, of the digits that are asked for; walks and sums between its pictures. */

import { PIXELS } from '../../engine.js';
import { find, radioGroup } from '../../dom.js';
import { newest } from '../../newest.js';
import { number, say } from '../../text.js';
import { anySeed } from '../../train/knobs.js';
import { createPictures } from '../../views/pictures.js';
import { digitsIn, lerp, slerp, truncated } from '../maths.js';
import { SAMPLES, TRUNCATION } from '../state.js';
import { createChoice } from './choice.js';
import { paced, touched } from './sections.js';

/** @typedef {import('../sources.js').Source} Source */
/** @typedef {'a' | 'b' | 'c'} Slot */

/** @type {Slot[]} */
const SLOTS = ['a', 'b', 'c'];
/** Pictures across the grid. */
const COLUMNS = 10;
/** Frames of a walk. */
const FRAMES = 11;
/** Keys that move in the grid, and by how much. */
/** @type {Record<string, number>} */
const MOVES = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -COLUMNS, ArrowDown: COLUMNS };

/**
 * The labels of the grid: the digits asked for in turn; all ten, one a column, where none is.
 * @param {string} told
 * @param {number} count
 */
export const labelsOf = (told, count) => {
  const digits = told === 'any' ? '0123456789' : told;
  return Uint8Array.from({ length: count }, (_, index) => Number(digits[index % digits.length]));
};

/**
 * @param {HTMLElement} root
 * @param {import('./sections.js').Page} page
 * @returns {import('./sections.js').Section}
 */
export function createSample(root, page) {
  const { store } = page;
  const text = find(root, '#s-text', HTMLInputElement);
  const asked = find(root, '#s-asked', HTMLElement);
  const models = find(root, '#s-model', HTMLSelectElement);
  const seed = find(root, '#s-seed', HTMLInputElement);
  const truncation = find(root, '#s-truncation', HTMLInputElement);
  const truncationTold = find(root, '#s-truncation-told', HTMLOutputElement);
  const along = find(root, '#x-along', HTMLInputElement);
  const grid = find(root, '#s-grid', HTMLElement);
  const status = find(root, '#s-status', HTMLElement);
  const styles = find(root, '#s-styles', HTMLElement);
  const place = (/** @type {string} */ id) => createPictures(find(root, id, HTMLElement));
  const films = { circle: place('#s-circle'), line: place('#s-line') };
  const large = { circle: place('#s-on-circle'), line: place('#s-on-line') };
  const terms = { a: place('#s-a'), b: place('#s-b'), c: place('#s-c') };
  const result = place('#s-result');
  const row = place('#s-row');
  const norms = {
    circle: find(root, '#s-circle-norm', HTMLElement),
    line: find(root, '#s-line-norm', HTMLElement),
  };
  /** @type {Source | null} */
  let source = null;
  /** @type {{ latents: Float32Array, labels: Uint8Array, images: Float32Array } | null} */
  let sheet = null;
  /** The slot that the next picture fills. */
  /** @type {Slot} */
  let slot = 'a';

  const cells = Array.from({ length: SAMPLES }, (_, index) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.tabIndex = index === 0 ? 0 : -1;
    button.addEventListener('click', () => fill(index));
    grid.append(button);
    const picture = createPictures(button);
    picture.canvas.setAttribute('aria-hidden', 'true');
    picture.canvas.removeAttribute('role');
    return { button, picture };
  });
  grid.addEventListener('keydown', (event) => {
    const from = cells.findIndex(({ button }) => button === event.target);
    const to = from + (MOVES[event.key] ?? 0);
    if (event.key in MOVES && from >= 0 && to >= 0 && to < SAMPLES) {
      event.preventDefault();
      cells[from].button.tabIndex = -1;
      cells[to].button.tabIndex = 0;
      cells[to].button.focus();
    }
  });

  const digits = find(root, '#s-digits', HTMLElement);
  for (const value of ['any', ...'0123456789']) {
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', value });
    button.setAttribute('role', 'radio');
    digits.append(button);
  }
  const slots = find(root, '#s-slots', HTMLElement);
  for (const value of SLOTS) {
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', value });
    button.setAttribute('role', 'radio');
    button.textContent = value.toUpperCase();
    slots.append(button);
  }
  const showDigit = radioGroup(digits, (value) => ask(value));
  const showSlot = radioGroup(slots, (value) => {
    slot = /** @type {Slot} */ (value);
    showSlot(slot);
  });
  showSlot(slot);

  /** @param {number} index */
  function fill(index) {
    store.set({ [slot]: index });
    slot = SLOTS[(SLOTS.indexOf(slot) + 1) % (slot === 'b' ? 2 : 3)];
    showSlot(slot);
  }

  /**
   * Asks for digits; a generator that is not told them gives way to one that is.
   * @param {string} told
   */
  function ask(told) {
    const able = choice.find(
      ({ conditional, name, dataset }) => conditional && name !== 'run' && dataset === 'mnist',
    );
    const other = told !== 'any' && !source?.conditional && able ? { model: able.name } : {};
    store.set({ told, ...other });
  }

  text.addEventListener('input', () => {
    const found = digitsIn(text.value).slice(0, 10).join('');
    if (found) {
      ask(found);
    } else if (text.value.trim() === '') {
      ask('any');
    }
    showAsked();
  });
  const choice = createChoice(models, page, {
    thisRun: 'sample.thisRun',
    fits: () => true,
    first: ({ conditional, dataset }) => conditional && dataset === 'mnist',
    chosen: () => store.state.model,
  });
  models.addEventListener('change', () => {
    const chosen = choice.find(({ name }) => name === models.value);
    store.set({ model: models.value, ...(chosen?.conditional ? {} : { told: 'any' }) });
  });
  seed.addEventListener('change', () => {
    const valid = /^\d+$/.test(seed.value.trim()) && Number(seed.value) <= 0xffffffff;
    seed.setAttribute('aria-invalid', String(!valid));
    if (valid) {
      store.set({ sampleSeed: Number(seed.value) });
    } else {
      status.textContent = say('settings.seedWrong');
    }
  });
  find(root, '#s-dice', HTMLButtonElement).addEventListener('click', () =>
    store.set({ sampleSeed: anySeed() }),
  );
  Object.assign(truncation, { min: TRUNCATION.least, max: TRUNCATION.most, step: TRUNCATION.step });
  truncation.addEventListener('input', () =>
    store.set({ truncation: Number(truncation.valueAsNumber.toFixed(2)) }),
  );
  along.addEventListener('input', () => store.set({ along: along.valueAsNumber }));

  function showAsked() {
    const { told } = store.state;
    const unread = text.value.trim() !== '' && digitsIn(text.value).length === 0;
    const knows = source?.conditional ? 'sample.askedEach' : 'sample.askedAny';
    const any = sheet ? knows : 'sample.loading';
    const key = unread ? 'sample.unread' : told === 'any' ? any : 'sample.asked';
    asked.textContent = say(key, { digits: [...told].join(', '), text: text.value.trim() });
  }

  /** @param {number} index */
  const latentOf = (index) => {
    const size = source?.latent ?? 1;
    return sheet?.latents.slice(index * size, (index + 1) * size) ?? new Float32Array(size);
  };
  /** @param {number} index */
  const pictureOf = (index) =>
    sheet?.images.slice(index * PIXELS, (index + 1) * PIXELS) ?? new Float32Array(PIXELS);

  const draw = newest(async (superseded) => {
    source = await choice.look();
    if (!source) {
      status.textContent = say('sample.none');
      return;
    }
    const { sampleSeed, told } = store.state;
    const kept = store.state.truncation;
    const radius = kept === TRUNCATION.most ? Infinity : kept;
    const latents = truncated(sampleSeed, SAMPLES * source.latent, radius);
    const labels = labelsOf(told, SAMPLES);
    const begun = performance.now();
    const images = await source.generate(latents, labels);
    const time = performance.now() - begun;
    if (superseded()) {
      return;
    }
    sheet = { latents, labels, images };
    cells.forEach(({ picture }, index) => picture.update(pictureOf(index), 1, ''));
    showNames();
    showAsked();
    status.textContent = say('sample.drawn', {
      count: SAMPLES,
      time: number(time),
      each: number(time / SAMPLES, 1),
    });
    walk();
  }, page.fail);

  const drawAgain = paced(draw);

  function showNames() {
    cells.forEach(({ button }, index) => {
      const name =
        source?.conditional && sheet
          ? say('sample.pictureOf', { number: index + 1, digit: className(sheet.labels[index]) })
          : say('sample.picture', { number: index + 1 });
      button.setAttribute('aria-label', name);
    });
  }

  /** @param {number} label */
  const className = (label) =>
    source?.dataset === 'fashion-mnist' ? say(`class.${label}`) : String(label);

  const walk = newest(async () => {
    const now = source;
    if (!now || !sheet) {
      return;
    }
    const { a, b, c } = store.state;
    const chosen = { a, b, c };
    cells.forEach(({ button }, index) => {
      const marks = SLOTS.filter((each) => chosen[each] === index).join('').toUpperCase();
      button.dataset.marks = marks;
      button.setAttribute('aria-pressed', String(marks !== ''));
    });
    const [from, to, third] = [a, b, c].map(latentOf);
    const told = sheet.labels;
    const shares = Array.from({ length: FRAMES }, (_, frame) => frame / (FRAMES - 1));
    const here = store.state.along / 100;
    const sum = towards(from.map((value, index) => value - to[index] + third[index]), from);
    const latents = joined([
      ...shares.map((share) => slerp(from, to, share)),
      ...shares.map((share) => lerp(from, to, share)),
      slerp(from, to, here),
      lerp(from, to, here),
      sum,
      ...Array.from({ length: now.conditional ? 10 : 0 }, () => sum),
    ]);
    const halfway = shares.map((share) => (share < 0.5 ? told[a] : told[b]));
    const labels = Uint8Array.from([
      ...halfway,
      ...halfway,
      ...[0, 1].map(() => (here < 0.5 ? told[a] : told[b])),
      told[a],
      ...Array.from({ length: now.conditional ? 10 : 0 }, (_, digit) => digit),
    ]);
    const images = await now.generate(latents, labels);
    const cut = (/** @type {number} */ first, /** @type {number} */ count) =>
      images.slice(first * PIXELS, (first + count) * PIXELS);
    films.circle.update(cut(0, FRAMES), FRAMES, say('sample.circleLabel', { count: FRAMES }));
    films.line.update(cut(FRAMES, FRAMES), FRAMES, say('sample.lineLabel', { count: FRAMES }));
    const percent = number(store.state.along);
    large.circle.update(cut(2 * FRAMES, 1), 1, say('sample.onCircleLabel', { percent }));
    large.line.update(cut(2 * FRAMES + 1, 1), 1, say('sample.onLineLabel', { percent }));
    const length = (/** @type {Float32Array} */ of) => number(Math.hypot(...of), 1);
    norms.circle.textContent = say('sample.norm', { norm: length(slerp(from, to, here)) });
    norms.line.textContent = say('sample.norm', { norm: length(lerp(from, to, here)) });
    SLOTS.forEach((each) =>
      terms[each].update(pictureOf(chosen[each]), 1, say('sample.slot', { slot: each.toUpperCase() })),
    );
    result.update(cut(2 * FRAMES + 2, 1), 1, say('sample.result'));
    styles.hidden = !now.conditional;
    if (now.conditional) {
      row.update(cut(2 * FRAMES + 3, 10), 10, say('sample.rowLabel'));
    }
  }, page.fail);

  return {
    update(changed) {
      const { state } = store;
      if (changed.has('look')) {
        for (const button of digits.querySelectorAll('button')) {
          button.textContent = button.value === 'any' ? say('sample.any') : button.value;
        }
        text.placeholder = say('sample.placeholder');
        [...Object.values(films), ...Object.values(large), ...Object.values(terms), result, row].forEach(
          (view) => view.reset(),
        );
        cells.forEach(({ picture }) => picture.reset());
        choice.show();
        showNames();
      }
      showDigit(state.told);
      // Digits that were typed have no button of their own: the first stays reachable.
      if (![...digits.querySelectorAll('button')].some((button) => button.tabIndex === 0)) {
        /** @type {HTMLButtonElement} */ (digits.firstElementChild).tabIndex = 0;
      }
      showAsked();
      truncation.value = String(state.truncation);
      truncationTold.value =
        state.truncation === TRUNCATION.most ? say('sample.keepsAll') : number(state.truncation, 2);
      along.value = String(state.along);
      if (document.activeElement !== seed) {
        seed.value = String(state.sampleSeed);
        seed.removeAttribute('aria-invalid');
      }
      const own = source?.name === 'run' && touched(changed, 'step');
      if (own) {
        drawAgain();
      }
      if (touched(changed, 'look', 'game', 'model', 'sampleSeed', 'told', 'truncation')) {
        draw();
      } else if (touched(changed, 'a', 'b', 'c', 'along')) {
        walk();
      }
    },
  };
}

/**
 * A latent as long as another: the sum of three is longer than any that the generator was trained on.
 * @param {Float32Array} latent
 * @param {Float32Array} like
 */
function towards(latent, like) {
  const scale = Math.hypot(...like) / Math.max(Math.hypot(...latent), 1e-9);
  return latent.map((value) => value * scale);
}

/** @param {Float32Array[]} parts of one size */
function joined(parts) {
  const all = new Float32Array(parts.length * parts[0].length);
  parts.forEach((part, index) => all.set(part, index * part.length));
  return all;
}
