// @ts-check
/** Wiring of the page that plays: settings, game, views, database and address hear of each other here. */

import { loadDigits, mixedIndices, picked } from '../digits.js';
import { find, prefersStillness } from '../dom.js';
import { listenToKeys } from '../keys.js';
import { createHeader } from '../panels/header.js';
import { createNotice } from '../panels/notice.js';
import { Session } from '../session.js';
import { Store, addressState, writeAddress } from '../settings.js';
import { saveGame, saveLook, savedGame, savedLook } from '../storage.js';
import { fillWords, languageFor, loadWords, number, say } from '../text.js';
import { createFiles } from '../train/files.js';
import { Keep } from '../train/keep.js';
import { anySeed, createKnobs } from '../train/knobs.js';
import { createRuns } from '../train/runs.js';
import { Training } from '../train/training.js';
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
import { LIVE, beginningOf, gameIn, parseSettings, printGame, printSettings } from './state.js';

/** @typedef {import('./state.js').Settings} Settings */
/** @typedef {import('../train/keep.js').Kept} Kept */

/** Files of words beside the common one: a run's words are those of the page that trains. */
const WORDS = ['train', 'explore', 'gan'];
/** How long the address waits for more changes: browsers limit how often it may be written. */
const ADDRESS_DELAY = 250;
/** How long another game waits for more changes of the settings. */
const REOPEN_DELAY = 400;
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
  const keep = new Keep('halfdrawn-games');
  await loadWords(languageFor(store.state.language, navigator.languages), WORDS);

  let addressTimer = 0;
  let frame = 0;
  let told = -1;
  /** Whether the game has come near the window. */
  let near = false;

  const header = createHeader(document, store, KEYS);
  const notice = createNotice(find(document, '#notice', HTMLElement), () => reopen());
  const stage = createStage(document);
  const film = createFilm(document);
  const charts = createCharts(document);
  const watch = new Watch();
  /** @type {import('../train/training.js').Hooks<import('./craft.js').Game>} */
  const hooks = {
    changed: showSoon,
    opened() {
      spectator.follow();
      film.follow();
      driver.forget();
      watch.tell(['game', 'step']);
    },
    failed: fail,
    notKept: (problem) => notice.tell(`notice.keep.${problem}`),
    progress: (progress) => transport.tellProgress(progress),
  };
  const engine = () => session.engine();
  const training = new Training(engine, keep, hooks, CRAFT);
  const driver = new GameDriver(training, () => store.state, showSoon);
  const spectator = new Spectator(engine);
  const earlier = {
    changed: showSoon,
    resume: (/** @type {Kept} */ kept) =>
      act(() => driver.replace(() => adopt(kept, gameIn(kept.settings)))),
    async forget(/** @type {Kept} */ kept) {
      await keep.remove(kept.id);
      await listRuns();
      transport.announce(() => say('runs.forgotten'));
    },
  };
  const runs = createRuns(document, earlier, READING);
  const transport = createTransport(document, {
    play: () => act(() => (driver.playing ? driver.pause() : driver.play())),
    critic: () => act(() => driver.step('critic')),
    generator: () => act(() => driver.step('generator')),
    round: () => act(() => driver.step('round')),
    undo: () => act(undo),
    again: () => act(() => begin({})),
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
        await begin({ weights });
        transport.announce(() => say('files.brought', { name }));
      }),
    writeAddress: remember,
    announce: transport.announce,
  });
  session.onProgress = transport.tellProgress;

  /** @type {import('./sections/sections.js').Page} */
  const page = {
    store,
    training,
    driver,
    fail,
    jump,
    engine: () =>
      engine().catch((error) => {
        session.forgetFailure();
        throw error;
      }),
    begin: (patch) => begin({}, { patch, playing: true }),
  };

  /** @param {() => void | Promise<unknown>} work */
  async function act(work) {
    try {
      await work();
    } catch (error) {
      fail(error);
    }
  }

  /** @param {unknown} error */
  function fail(error) {
    const { code } = /** @type {any} */ (error) ?? {};
    if (code !== 'aborted' && code !== 'stopped') {
      driver.halt();
      notice.tellError(error);
      session.forgetFailure();
    }
  }

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

  async function listRuns() {
    const all = await keep.all().catch(() => []);
    runs.update(all.filter(({ id }) => id !== training.id));
    showSoon();
  }

  /**
   * Another game in place of the one there is, which is kept as an earlier one.
   * @param {import('../train/training.js').Beginning<import('./ledger.js').Ledger>} from
   * @param {{ patch?: Partial<Settings>, playing?: boolean, after?: number }} [how] other settings
   */
  async function begin(from, { patch = {}, ...how } = {}) {
    await driver.replace(() => open(patch, from), how);
    notice.settle();
  }

  function reopen(after = 0) {
    act(() => begin({}, { after }));
  }

  /**
   * Keeps the game there is, and opens another.
   * @param {Partial<Settings>} patch
   * @param {import('../train/training.js').Beginning<import('./ledger.js').Ledger>} from
   */
  async function open(patch, from) {
    await training.keep();
    const opening = training.open({ ...store.state, ...patch }, from);
    // Only now: a setting that changes before is one of the game that goes.
    store.set(patch);
    await listRuns();
    await opening;
  }

  /**
   * @param {Kept} kept
   * @param {Partial<Settings>} [patch]
   */
  async function adopt(kept, patch = {}) {
    const curve = READING.curveOf(kept);
    // The record may be younger than the snapshot.
    curve.cutAfter(kept.step);
    await open(patch, { id: kept.id, snapshot: kept.snapshot ?? undefined, curve });
    transport.announce(() => say('status.restored', { step: number(training.step) }));
  }

  /** Goes on with the kept game of these settings, if there is one. */
  async function restore() {
    await listRuns();
    const settingsIn = (/** @type {string} */ text) => parseSettings(text).settings;
    const kept = training.find(store.state, await keep.all().catch(() => []), settingsIn);
    if (kept) {
      await adopt(kept);
    }
  }

  /** @param {string} id */
  function jump(id) {
    const target = find(document, `#${id}`, HTMLElement);
    target.scrollIntoView({ behavior: prefersStillness() ? 'auto' : 'smooth' });
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
  }

  function remember() {
    clearTimeout(addressTimer);
    writeAddress(printSettings(store.state));
    saveGame(printGame(store.state));
    saveLook(store.state);
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
      reopen();
    }
  }

  /** Real pictures for the diagram; without them it only shows less. */
  async function showReal() {
    const digits = await loadDigits(store.state.dataset, 200).catch(() => null);
    if (digits) {
      stage.showReal(picked(digits.images, mixedIndices(digits, REAL)));
    }
  }

  store.subscribe(async (settings, changed) => {
    clearTimeout(addressTimer);
    addressTimer = window.setTimeout(remember, ADDRESS_DELAY);
    if (changed.has('language')) {
      await loadWords(languageFor(settings.language, navigator.languages), WORDS).catch(fail);
    }
    if (changed.has('language') || changed.has('theme')) {
      showAll();
      return;
    }
    knobs.update(settings);
    watch.tell(changed);
    showSoon();
    const current = training.settings;
    if (changed.has('dataset') && near) {
      showReal();
    }
    if (!current) {
      return;
    }
    if (beginningOf(current) !== beginningOf(settings)) {
      reopen(REOPEN_DELAY);
    } else if (changed.has('device')) {
      act(() => driver.replace(() => training.move(settings), { playing: driver.playing }));
    } else if (LIVE.some((name) => changed.has(name))) {
      act(() => training.adjust(settings));
    }
    if (changed.has('speed')) {
      act(() => driver.changePace());
    }
  });

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      training.keep();
    } else {
      showSoon();
    }
  });
  addEventListener('hashchange', () => {
    const link = parseSettings(addressState());
    store.set(link.settings);
    if (link.problems.length > 0) {
      notice.tell('notice.link', { problems: link.problems.join(', ') });
    }
  });
  addEventListener('pagehide', () => {
    remember();
    training.keepLast();
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
  if (fromLink && problems.length > 0) {
    notice.tell('notice.link', { problems: problems.join(', ') });
  }
  const restoring = act(() => driver.replace(restore));
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
