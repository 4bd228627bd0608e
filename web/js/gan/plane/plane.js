// @ts-check
/** The game on the plane: a cloud of points, a critic's map of it, and a generator's net thrown over it. */

import { addOptions, addRadios, find, radioGroup } from '../../dom.js';
import { listenToKeys } from '../../keys.js';
import { number, say } from '../../text.js';
import { anySeed } from '../../train/knobs.js';
import { put } from '../../train/status.js';
import { precise } from '../panels/charts.js';
import { LOSSES, REGULARISERS, SPEEDS } from '../state.js';
import { touched } from '../sections/sections.js';
import { createDistances } from './distances.js';
import { Match } from './match.js';
import { createPainter } from './painter.js';
import { createPencil } from './pencil.js';
import { CELLS, CLIPS, CLOUDS, CRITIC_STEPS, RATES, customsOf } from './settings.js';

/** @typedef {import('./settings.js').PlaneSettings} PlaneSettings */

/** Settings chosen from words, and from numbers: the end of their names in the page's settings. */
const WORDS = { loss: LOSSES, regulariser: REGULARISERS, speed: SPEEDS };
const NUMBERS = { clip: CLIPS, criticSteps: CRITIC_STEPS, criticRate: RATES, generatorRate: RATES };
/** Settings that a game takes up while it is played. */
/** @type {(keyof PlaneSettings)[]} */
const LIVE = [
  'planeLoss',
  'planeRegulariser',
  'planeClip',
  'planeCriticSteps',
  'planeCriticRate',
  'planeGeneratorRate',
];
/** Times the floor below which a distance is as good as none. */
const THERE = 1.6;

/** @param {string} name */
const settingOf = (name) =>
  /** @type {keyof PlaneSettings} */ (`plane${name[0].toUpperCase()}${name.slice(1)}`);

/**
 * @param {HTMLElement} root
 * @param {import('../sections/sections.js').Page} page
 * @returns {import('../sections/sections.js').Section}
 */
export function createPlane(root, page) {
  const { store } = page;
  const part = (/** @type {string} */ id) => find(root, `#p-${id}`, HTMLElement);
  const button = (/** @type {string} */ id) => find(root, `#p-${id}`, HTMLButtonElement);
  const buttons = {
    play: button('play'),
    critic: button('critic'),
    generator: button('generator'),
    round: button('round'),
    undo: button('undo'),
    again: button('again'),
  };
  const playIcon = find(buttons.play, 'use', SVGUseElement);
  const tools = part('tools');
  const seed = find(root, '#p-seed', HTMLInputElement);
  const selects = [...Object.keys(WORDS), ...Object.keys(NUMBERS)].map((name) => ({
    name,
    setting: settingOf(name),
    select: find(root, `#p-${name}`, HTMLSelectElement),
  }));
  const checks = /** @type {const} */ (['field', 'manifold', 'arrows']).map((name) => ({
    name,
    input: find(root, `#p-show-${name}`, HTMLInputElement),
  }));
  const distances = createDistances(part('chart'));
  const painter = createPainter(part('canvas'));
  /** What the visitor drew, stroke by stroke. */
  let cells = new Uint8Array(CELLS * CELLS);
  let tool = 'pen';
  let frame = 0;
  let opened = false;
  /** What the section itself has to say, until the game moves. */
  /** @type {{ step: number, words: () => string } | null} */
  let said = null;

  const drawing = () => store.state.planeCloud === 'drawn';
  const showSoon = () => {
    frame ||= requestAnimationFrame(show);
  };
  const match = new Match(page.engine, { changed: showSoon, failed: fail });

  new IntersectionObserver((entries) => {
    match.inSight = entries[entries.length - 1].isIntersecting;
  }).observe(painter.canvas);

  /** @param {unknown} error */
  function fail(error) {
    if (/** @type {any} */ (error)?.code === 'diverged') {
      tell(() => say('plane.diverged'));
    } else {
      page.fail(error);
    }
  }

  /** @param {() => string} words */
  function tell(words) {
    said = { step: match.step, words };
    showSoon();
  }

  /** @param {() => Promise<unknown>} work */
  const act = (work) => () => {
    work().catch(fail);
  };

  const pencil = createPencil(painter.canvas, {
    cellAt: painter.cellAt,
    enabled: drawing,
    erases: () => tool === 'eraser',
    mark(marked, value) {
      marked.forEach((cell) => {
        cells[cell] = value;
      });
      showSoon();
    },
    end: () => store.set({ planeDrawn: cells.includes(1) ? cells.slice() : null }),
    visit(cell) {
      const marked = cells[cell] === 1 ? 'plane.cellMarked' : 'plane.cell';
      put(
        part('cell'),
        pencil.cursor === null
          ? ''
          : say(marked, { column: (cell % CELLS) + 1, row: Math.floor(cell / CELLS) + 1 }),
      );
      showSoon();
    },
  });

  addRadios(part('clouds'), CLOUDS, 'plane.cloud');
  const showCloud = radioGroup(part('clouds'), (value) =>
    store.set({ planeCloud: /** @type {PlaneSettings['planeCloud']} */ (value) }),
  );
  const showTool = radioGroup(part('pens'), (value) => {
    tool = value;
    showTool(tool);
  });
  showTool(tool);
  for (const [name, values] of Object.entries(WORDS)) {
    addOptions(find(root, `#p-${name}`, HTMLSelectElement), values, name);
  }
  for (const { name, setting, select } of selects) {
    select.addEventListener('change', () => {
      const value = name in NUMBERS ? Number(select.value) : select.value;
      const customs =
        name === 'loss' ? customsOf(/** @type {PlaneSettings['planeLoss']} */ (value)) : {};
      store.set({ ...customs, [setting]: value });
    });
  }
  seed.addEventListener('change', () => {
    const valid = /^\d+$/.test(seed.value.trim()) && Number(seed.value) <= 0xffffffff;
    seed.setAttribute('aria-invalid', String(!valid));
    if (valid) {
      store.set({ planeSeed: Number(seed.value) });
    } else {
      tell(() => say('settings.seedWrong'));
    }
  });
  button('dice').addEventListener('click', () => store.set({ planeSeed: anySeed() }));
  checks.forEach(({ input }) => {
    input.checked = true;
    input.addEventListener('change', showSoon);
  });
  button('clear').addEventListener('click', () => {
    cells = new Uint8Array(CELLS * CELLS);
    store.set({ planeDrawn: null });
  });

  buttons.play.addEventListener(
    'click',
    act(() => (match.playing ? match.pause() : match.play())),
  );
  for (const what of /** @type {const} */ (['critic', 'generator', 'round'])) {
    buttons[what].addEventListener(
      'click',
      act(() => match.make(what)),
    );
  }
  buttons.undo.addEventListener('click', act(undo));
  buttons.again.addEventListener(
    'click',
    act(() => match.open(store.state)),
  );
  const press = (/** @type {keyof typeof buttons} */ name) => () => buttons[name].click();
  // Within the section the keys of the page are those of this game.
  listenToKeys(
    {
      k: press('play'),
      d: press('critic'),
      g: press('generator'),
      '.': press('round'),
      ',': press('undo'),
      undo: press('undo'),
      a: press('again'),
    },
    root,
  );

  async function undo() {
    try {
      await match.undo();
    } catch (error) {
      if (/** @type {any} */ (error)?.code !== 'undo') {
        throw error;
      }
      tell(() => say('game.noUndo'));
    }
  }

  function showControls() {
    const { state } = store;
    showCloud(state.planeCloud);
    tools.hidden = !drawing();
    part('canvas').classList.toggle('drawing', drawing());
    for (const { name, setting, select } of selects) {
      const value = /** @type {string | number} */ (state[setting]);
      if (name in NUMBERS) {
        const offered = NUMBERS[/** @type {keyof typeof NUMBERS} */ (name)];
        const values = [...new Set([...offered, Number(value)])].sort((a, b) => a - b);
        select.replaceChildren(
          ...values.map((each) => new Option(number(each, digitsOf(each)), String(each))),
        );
      }
      select.value = String(value);
    }
    part('clip-field').hidden = state.planeRegulariser !== 'clip';
    if (document.activeElement !== seed) {
      seed.value = String(state.planeSeed);
      seed.removeAttribute('aria-invalid');
    }
    put(part('watch'), say(`plane.watch.${state.planeLoss}`));
    put(part('hint'), say(drawing() ? 'plane.hintDraw' : `plane.hint.${state.planeCloud}`));
  }

  function show() {
    frame = 0;
    const { state } = store;
    const { view, figures, last, playing, step } = match;
    const drawn = drawing() ? cells : null;
    const [field, manifold, arrows] = checks.map(({ input }) => input.checked);
    const scene = { view, loss: state.planeLoss, shown: { field, manifold, arrows }, drawn };
    painter.canvas.setAttribute('role', drawing() ? 'application' : 'img');
    painter.canvas.tabIndex = drawing() ? 0 : -1;
    painter.update({ ...scene, cursor: pencil.cursor }, labelOf());

    put(part('play-word'), say(playing ? 'train.pause' : step > 0 ? 'train.resume' : 'train.play'));
    playIcon.setAttribute('href', playing ? '#i-pause' : '#i-play');
    buttons.play.disabled = !match.isOpen;
    for (const what of /** @type {const} */ (['critic', 'generator', 'round'])) {
      buttons[what].disabled = playing || !match.isOpen;
      const seen = !playing || state.planeSpeed !== 'full';
      buttons[what].classList.toggle('moved', seen && last?.player === what);
    }
    buttons.undo.disabled = playing || step === 0;
    buttons.again.disabled = step === 0;

    const percent = (/** @type {number} */ share) =>
      say('meter.percent', { percent: number(100 * share) });
    put(part('at'), number(match.round));
    put(part('distance'), figures ? precise(figures.distance) : '–');
    put(part('floor'), figures ? say('plane.floor', { floor: precise(figures.floor) }) : '');
    put(part('covered-name'), say(figures?.shares.length ? 'plane.modes' : 'plane.reached'));
    put(
      part('covered'),
      !figures
        ? '–'
        : figures.shares.length > 0
          ? say('plane.of', { covered: figures.covered, all: figures.shares.length })
          : percent(figures.reached),
    );
    put(part('on'), figures ? percent(figures.onCloud) : '–');
    put(part('critic-loss'), last ? precise(last.criticLoss) : '–');
    put(part('generator-loss'), last ? precise(last.generatorLoss) : '–');
    put(part('push'), view ? precise(meanLength(view.pushes)) : '–');
    distances.update(match.history, figures?.floor ?? null);
    part('here').hidden = !drawing() || cells.includes(1);
    put(part('status'), statusWords());
  }

  function labelOf() {
    const { figures } = match;
    const cloud = say(`plane.cloud.${store.state.planeCloud}`);
    if (!figures) {
      return say('plane.labelEmpty', { cloud });
    }
    const [on, reached] = [figures.onCloud, figures.reached].map((share) => number(100 * share));
    return say('plane.label', { cloud, distance: precise(figures.distance), on, reached });
  }

  function statusWords() {
    const { last, figures, playing, step } = match;
    if (said && said.step === step) {
      return said.words();
    }
    said = null;
    if (!match.isOpen) {
      return drawing() && !cells.includes(1) ? say('plane.empty') : say('plane.loading');
    }
    const there = figures && figures.distance < THERE * figures.floor && step > 0;
    if (playing && store.state.planeSpeed === 'full') {
      return there ? say('plane.there') : say('plane.learning');
    }
    if (step === 0) {
      return say('plane.begin');
    }
    return say(last ? `plane.moved.${last.player}` : 'plane.back', { step: number(step) });
  }

  return {
    update(changed) {
      const { state } = store;
      if (touched(changed, 'look')) {
        distances.reset();
      }
      if (touched(changed, 'look', 'planeDrawn')) {
        cells = state.planeDrawn?.slice() ?? new Uint8Array(CELLS * CELLS);
      }
      showControls();
      if (!opened || touched(changed, 'planeCloud', 'planeSeed')) {
        opened = true;
        match.open(state).catch(fail);
      } else {
        if (drawing() && changed.has('planeDrawn')) {
          match.learn(state).catch(fail);
        }
        if (touched(changed, ...LIVE)) {
          match.adjust(state).catch(fail);
        }
        if (changed.has('planeSpeed')) {
          match.pace(state.planeSpeed).catch(fail);
        }
      }
      showSoon();
    },
  };
}

/** @param {number} value */
const digitsOf = (value) => (String(Number(value.toFixed(8))).split('.')[1] ?? '').length;

/** @param {Float32Array} pairs */
function meanLength(pairs) {
  let sum = 0;
  for (let at = 0; at < pairs.length; at += 2) {
    sum += Math.hypot(pairs[at], pairs[at + 1]);
  }
  return sum / (pairs.length / 2);
}
