// @ts-check
/** Wiring of the page that trains: settings, run, views, database and address hear of each other here. */

import { find } from '../dom.js';
import { listenToKeys } from '../keys.js';
import { createHeader } from '../panels/header.js';
import { Session } from '../session.js';
import { Store, addressState, writeAddress } from '../settings.js';
import { saveLook, saveTraining, savedLook, savedTraining } from '../storage.js';
import { fillWords, languageFor, loadWords, say } from '../text.js';
import { createDesk } from '../train/desk.js';
import { Driver } from '../train/driver.js';
import { createFiles } from '../train/files.js';
import { followSettings } from '../train/follow.js';
import { Keep } from '../train/keep.js';
import { anySeed, createKnobs } from '../train/knobs.js';
import { networkIn } from '../train/weights.js';
import { CRAFT, READING } from './craft.js';
import { settingsFor } from './network.js';
import { KNOBS } from './panels/knobs.js';
import { createLosses } from './panels/losses.js';
import { createPlates } from './panels/plates.js';
import { createTransport } from './panels/transport.js';
import { Spectator } from './spectator.js';
import { LIVE, addressWith, identityOf, parseSettings, printSettings } from './state.js';

/** @typedef {import('./state.js').Settings} Settings */

/** Files of words beside the common one. */
const WORDS = ['train', 'vae', 'explore'];

/** @type {import('../panels/header.js').Keys} */
const KEYS = [
  [['K'], 'train'],
  [['.'], 'oneStep'],
  [['E'], 'oneEpoch'],
  [[','], 'rewind'],
  [['A'], 'again'],
  [['N'], 'renew'],
  [['S'], 'saveWeights'],
  [['←', '→'], 'point'],
  [['?'], 'help'],
];

/** @param {string} text */
const settingsIn = (text) => parseSettings(text).settings;

async function run() {
  const fromLink = addressState();
  const { settings: found, problems } = parseSettings(fromLink || (savedTraining() ?? ''));
  const store = new Store(fromLink ? found : { ...found, ...savedLook() });
  const session = new Session();
  await loadWords(languageFor(store.state.language, navigator.languages), WORDS);

  let frame = 0;
  /** Who hears of another run. */
  /** @type {((run: import('../engine.js').Run | null) => void)[]} */
  const runListeners = [];

  const header = createHeader(document, store, KEYS);
  const plates = createPlates(document);
  const losses = createLosses(document);
  const desk = createDesk({
    store,
    session,
    keep: new Keep(),
    craft: CRAFT,
    reading: READING,
    drive: (training) => new Driver(training, () => store.state, showSoon),
    parse: settingsIn,
    own(text) {
      const { theme, language, device } = store.state;
      return { ...settingsIn(text), theme, language, device };
    },
    overlays: true,
    changed: showSoon,
    opened(opened) {
      spectator.follow();
      runListeners.forEach((listener) => listener(opened));
    },
    announce: (words) => transport.announce(words),
    progress: (progress) => transport.tellProgress(progress),
  });
  const { training, driver, runs, notice, act, fail } = desk;
  const spectator = new Spectator(session, (settings, seen) => plates.update(settings, seen));
  const transport = createTransport(document, {
    play: () => act(() => (driver.playing ? driver.pause() : driver.play())),
    step: () => act(() => walk((run) => run.step(1))),
    epoch: () => act(() => walk((run) => run.epoch())),
    rewind: () => act(() => training.back()),
    again: () => desk.reopen(),
    renew: () => store.set({ seed: anySeed() }),
  });
  const knobs = createKnobs(document, store, transport.announce, KNOBS);
  const files = createFiles(document, {
    weights: async () => (await training.run?.weights()) ?? null,
    losses: () => (training.curve.length > 0 ? training.curve.toCsv() : null),
    canvases: plates.canvases,
    name: () => {
      const { model, preset, dataset, seed } = store.state;
      return `halfdrawn-${model}-${preset}-${dataset}-seed-${seed}-step-${training.step}`;
    },
    bring: (weights, name) => act(() => bring(weights, name)),
    writeAddress: () => follow.remember(),
    announce: transport.announce,
  });

  function showSoon() {
    frame ||= requestAnimationFrame(show);
  }

  function show() {
    frame = 0;
    const share = spectator.watch(training, store.state, () =>
      losses.update(store.state, training.curve, runs.shown()),
    );
    transport.update(store.state, training, driver.playing, share);
  }

  /** @param {(run: import('../engine.js').Run) => Promise<unknown>} work that another run must not get */
  async function walk(work) {
    await driver.settled();
    await training.act(store.state, work);
  }

  /**
   * Weights of a file bring their network with them.
   * @param {Uint8Array} weights
   * @param {string} name of the file
   */
  async function bring(weights, name) {
    const network = networkIn(weights);
    const choice = settingsFor(network);
    if (network && !choice) {
      notice.tell('notice.foreign', { name });
      return;
    }
    const before = store.state;
    if (await desk.bring(weights, choice ?? {})) {
      const { model, preset } = store.state;
      const words = { name, network: `${say(`model.${model}`)} ${say(`preset.${preset}`)}` };
      const switched = identityOf(before) !== identityOf(store.state);
      transport.announce(() => say(switched ? 'files.switched' : 'files.brought', words));
    }
  }

  /** The second half of the page, which nobody waits for. */
  async function explore() {
    const { createExplore } = await import('./explore/explore.js');
    await createExplore(find(document, '#explore', HTMLElement), {
      engine: desk.engine,
      store: {
        get state() {
          return training.settings ?? store.state;
        },
      },
      run: () => training.run,
      onRun: (listener) => runListeners.push(listener),
    });
  }

  function showAll() {
    fillWords(document);
    header.update(store.state);
    notice.update();
    knobs.update(store.state);
    plates.reset(store.state);
    losses.reset();
    runs.reset();
    show();
  }

  const follow = followSettings(desk, {
    store,
    words: WORDS,
    parse: parseSettings,
    remember() {
      writeAddress(addressWith(store.state, addressState()));
      saveTraining(printSettings(store.state));
      saveLook(store.state);
    },
    showAll,
    showSoon,
    announce: transport.announce,
    show(settings) {
      knobs.update(settings);
      plates.reset(settings);
      showSoon();
    },
    beginning: identityOf,
    live: LIVE,
    eager: true,
  });

  header.whenSystemThemeChanges(showAll);
  listenToKeys({
    k: () => find(document, '#play', HTMLButtonElement).click(),
    '.': () => find(document, '#step', HTMLButtonElement).click(),
    e: () => find(document, '#epoch', HTMLButtonElement).click(),
    ',': () => find(document, '#rewind', HTMLButtonElement).click(),
    a: () => find(document, '#again', HTMLButtonElement).click(),
    n: () => find(document, '#renew', HTMLButtonElement).click(),
    s: () => files.take('weights'),
    '?': header.openHelp,
  });

  showAll();
  follow.tellProblems(fromLink ? problems : []);
  document.documentElement.dataset.ready = '';
  await act(desk.restore);
  const shown = training.settings || (await spectator.showPretrained(store.state).catch(() => false));
  // The visitor may have begun a run meanwhile.
  if (!shown && !training.settings) {
    desk.reopen();
  }
  explore().catch(fail);
  // With the page at work, everything is put aside for a visit without a network.
  navigator.serviceWorker?.register('./sw.js').catch(() => {});
}

run().catch((error) => {
  find(document, '#fatal', HTMLElement).hidden = false;
  throw error;
});
