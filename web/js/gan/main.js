// @ts-check
/** Wiring of the page that plays: settings, game, views, database and address hear of each other here. */

import { loadDigits, mixedIndices, picked } from '../digits.js';
import { find, prefersStillness } from '../dom.js';
import { listenToKeys } from '../keys.js';
import { createHeader } from '../panels/header.js';
import { Session } from '../session.js';
import { Store, addressState, writeAddress } from '../settings.js';
import { saveGame, saveLook, savedGame, savedLook } from '../storage.js';
import { fillWords, languageFor, loadWords, say } from '../text.js';
import { createDesk } from '../train/desk.js';
import { createFiles } from '../train/files.js';
import { followSettings } from '../train/follow.js';
import { Keep } from '../train/keep.js';
import { anySeed, createKnobs } from '../train/knobs.js';
import { CRAFT, READING } from './craft.js';
import { GameDriver } from './driver.js';
import { createCharts } from './panels/charts.js';
import { createFilm } from './panels/film.js';
import { KNOBS } from './panels/knobs.js';
import { createStage } from './panels/stage.js';
import { createTransport } from './panels/transport.js';
import { createSymptom } from './sections/break.js';
import { createSample } from './sections/sample.js';
import { Watch, createSections } from './sections/sections.js';
import { Spectator } from './spectator.js';
import { LIVE, beginningOf, gameIn, parseSettings, printSettings } from './state.js';

/** Files of words beside the common one: a run's words are those of the page that trains. */
const WORDS = ['train', 'explore', 'gan', 'plane'];
/** Real pictures that the diagram shows. */
const REAL = 9;

/** @type {import('../panels/header.js').Keys} */
const KEYS = [
  [['K'], 'play'],
  [['D'], 'critic'],
  [['G'], 'generator'],
  [['.'], 'round'],
  [[','], 'undoStep'],
  [['A'], 'again'],
  [['N'], 'renew'],
  [['S'], 'saveWeights'],
  [['←', '→'], 'point'],
  [['?'], 'help'],
];

async function run() {
  const fromLink = addressState();
  const { settings: found, problems } = parseSettings(fromLink || (savedGame() ?? ''));
  const store = new Store(fromLink ? found : { ...found, ...savedLook() });
  const session = new Session();
  await loadWords(languageFor(store.state.language, navigator.languages), WORDS);

  let frame = 0;
  let told = -1;
  /** Whether the game has come near the window. */
  let near = false;

  const header = createHeader(document, store, KEYS);
  const stage = createStage(document, () =>
    store.set({ speed: store.state.speed === 'slow' ? 'full' : 'slow' }),
  );
  const film = createFilm(document);
  const charts = createCharts(document);
  const watch = new Watch();
  const desk = createDesk({
    store,
    session,
    keep: new Keep('halfdrawn-games'),
    craft: CRAFT,
    reading: READING,
    drive: (training) => new GameDriver(training, () => store.state, showSoon),
    parse: (text) => parseSettings(text).settings,
    own: gameIn,
    overlays: false,
    changed: showSoon,
    opened() {
      spectator.follow();
      film.follow();
      driver.forget();
      watch.tell(['game', 'step']);
    },
    announce: (words) => transport.announce(words),
    progress: (progress) => transport.tellProgress(progress),
  });
  const { training, driver, runs, notice, act, fail } = desk;
  const spectator = new Spectator(desk.engine);
  const transport = createTransport(document, {
    play: () => act(() => (driver.playing ? driver.pause() : driver.play())),
    critic: () => act(() => driver.step('critic')),
    generator: () => act(() => driver.step('generator')),
    round: () => act(() => driver.step('round')),
    undo: () => act(undo),
    again: () => desk.reopen(),
    renew: () => store.set({ seed: anySeed() }),
  });
  const knobs = createKnobs(document, store, transport.announce, KNOBS);
  const files = createFiles(document, {
    weights: async () => (await training.run?.weights()) ?? null,
    losses: () => (training.curve.length > 0 ? training.curve.toCsv() : null),
    canvases: () =>
      [
        { canvas: film.canvas, words: say('plate.film') },
        { canvas: charts.canvas, words: say('plate.outputs') },
      ].filter(({ canvas }) => canvas.width > 0),
    name: () => {
      const { loss, preset, dataset, seed } = store.state;
      return `halfdrawn-gan-${loss}-${preset}-${dataset}-seed-${seed}-step-${training.step}`;
    },
    bring: (weights, name) =>
      act(async () => {
        if (await desk.bring(weights)) {
          transport.announce(() => say('files.brought', { name }));
        }
      }),
    writeAddress: () => follow.remember(),
    announce: transport.announce,
  });

  /** @type {import('./sections/sections.js').Page} */
  const page = {
    store,
    training,
    driver,
    fail,
    jump,
    engine: desk.engine,
    begin: (patch) => desk.begin({ patch, playing: true }),
  };

  function showSoon() {
    frame ||= requestAnimationFrame(show);
  }

  function show() {
    frame = 0;
    const { curve } = training;
    const share = spectator.watch(training, driver.playing, () => {
      charts.update(store.state, curve, runs.shown());
      film.update(training.settings ?? store.state, curve);
      if (told !== training.step) {
        told = training.step;
        watch.tell(['step']);
      }
    });
    stage.update(store.state, curve, driver.moment, driver.playing);
    transport.update(store.state, training, driver, share);
  }

  /** Takes the last half-step back. */
  async function undo() {
    const { run: game, curve } = training;
    if (!game) {
      return;
    }
    try {
      const { step, undoable } = await game.undo();
      curve.undoable = undoable;
      training.cutAfter(step);
      driver.forget();
      spectator.follow();
      await training.keep();
    } catch (error) {
      if (/** @type {any} */ (error)?.code !== 'undo') {
        throw error;
      }
      // A new worker went on with the game, and remembers nothing of what was before.
      curve.undoable = 0;
      transport.announce(() => say('game.noUndo'));
    }
  }

  /** @param {string} id */
  function jump(id) {
    const target = find(document, `#${id}`, HTMLElement);
    target.scrollIntoView({ behavior: prefersStillness() ? 'auto' : 'smooth' });
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
  }

  function showAll() {
    fillWords(document);
    header.update(store.state);
    notice.update();
    knobs.update(store.state);
    stage.reset();
    film.reset();
    charts.reset();
    runs.reset();
    watch.tell(['look']);
    show();
  }

  /** The game is loaded when it comes near the window, or is asked for: who samples need not wait for it. */
  async function openNear() {
    if (near) {
      return;
    }
    near = true;
    showReal();
    await driver.settled();
    if (!training.settings) {
      desk.reopen();
    }
  }

  /** Real pictures for the diagram; without them it only shows less. */
  async function showReal() {
    const digits = await loadDigits(store.state.dataset, 200).catch(() => null);
    if (digits) {
      stage.showReal(picked(digits.images, mixedIndices(digits, REAL)));
    }
  }

  const follow = followSettings(desk, {
    store,
    words: WORDS,
    parse: parseSettings,
    remember() {
      writeAddress(printSettings(store.state));
      saveGame(printSettings(store.state));
      saveLook(store.state);
    },
    showAll,
    showSoon,
    announce: transport.announce,
    show(settings, changed) {
      knobs.update(settings);
      watch.tell(changed);
      showSoon();
      if (changed.has('dataset') && near) {
        showReal();
      }
      if (changed.has('speed')) {
        act(() => driver.changePace());
      }
    },
    beginning: beginningOf,
    live: LIVE,
    eager: false,
  });

  header.whenSystemThemeChanges(showAll);
  find(document, '#jumps', HTMLElement).addEventListener('click', (event) => {
    const button = /** @type {Element} */ (event.target).closest('button');
    if (button) {
      jump(button.value);
    }
  });
  const press = (/** @type {string} */ id) => () =>
    find(document, `#${id}`, HTMLButtonElement).click();
  listenToKeys({
    k: press('play'),
    d: press('critic'),
    g: press('generator'),
    '.': press('round'),
    ',': press('undo'),
    undo: press('undo'),
    a: press('again'),
    n: press('renew'),
    s: () => files.take('weights'),
    '?': header.openHelp,
  });

  showAll();
  watch.add(
    find(document, '#sample', HTMLElement),
    createSample(find(document, '#sample', HTMLElement), page),
  );
  follow.tellProblems(fromLink ? problems : []);
  const restoring = act(desk.restore);
  document.documentElement.dataset.ready = '';
  createSections(find(document, '#more', HTMLElement), page, watch).catch(fail);
  const symptom = createSymptom(find(document, '#symptom', HTMLElement), page);
  watch.add(find(document, '#game', HTMLElement), {
    update(changed) {
      openNear();
      symptom.update(changed);
    },
  });
  await restoring;
  // With the page at work, everything is put aside for a visit without a network.
  navigator.serviceWorker?.register('./sw.js').catch(() => {});
}

run().catch((error) => {
  find(document, '#fatal', HTMLElement).hidden = false;
  throw error;
});
