// @ts-check
/** Wiring of the page that trains: settings, run, views, database and address hear of each other here. */

import { find } from '../dom.js';
import { listenToKeys } from '../keys.js';
import { createHeader } from '../panels/header.js';
import { createNotice } from '../panels/notice.js';
import { Session } from '../session.js';
import { Store, addressState, writeAddress } from '../settings.js';
import { saveLook, saveTraining, savedLook, savedTraining } from '../storage.js';
import { fillWords, languageFor, loadWords, number, say } from '../text.js';
import { Driver } from '../train/driver.js';
import { createFiles } from '../train/files.js';
import { Keep } from '../train/keep.js';
import { anySeed, createKnobs } from '../train/knobs.js';
import { createRuns } from '../train/runs.js';
import { Training } from '../train/training.js';
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
/** @typedef {import('../train/keep.js').Kept} Kept */

/** Files of words beside the common one. */
const WORDS = ['train', 'vae', 'explore'];
/** How long the address waits for more changes: browsers limit how often it may be written. */
const ADDRESS_DELAY = 250;
/** How long another run waits for more changes of the settings. */
const REOPEN_DELAY = 400;

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
  const keep = new Keep();
  await loadWords(languageFor(store.state.language, navigator.languages), WORDS);

  let addressTimer = 0;
  let frame = 0;
  /** Who hears of another run. */
  /** @type {((run: import('../engine.js').Run | null) => void)[]} */
  const runListeners = [];
  /** The step at which the page was hidden. */
  /** @type {{ step: number, playing: boolean } | null} */
  let hidden = null;

  const header = createHeader(document, store, KEYS);
  const notice = createNotice(find(document, '#notice', HTMLElement), () => reopen());
  const plates = createPlates(document);
  const losses = createLosses(document);
  /** @type {import('../train/training.js').Hooks<import('../engine.js').Run>} */
  const hooks = {
    changed: showSoon,
    opened(opened) {
      spectator.follow();
      runListeners.forEach((listener) => listener(opened));
    },
    failed: fail,
    notKept: (problem) => notice.tell(`notice.keep.${problem}`),
    progress: (progress) => transport.tellProgress(progress),
  };
  const training = new Training(() => session.engine(), keep, hooks, CRAFT);
  const driver = new Driver(training, () => store.state, showSoon);
  const spectator = new Spectator(session, (settings, seen) => plates.update(settings, seen));
  /** @type {import('../train/runs.js').RunActions} */
  const earlier = {
    changed: showSoon,
    resume: (kept) => act(() => resume(kept)),
    async forget(kept) {
      await keep.remove(kept.id);
      await listRuns();
      transport.announce(() => say('runs.forgotten'));
    },
  };
  const runs = createRuns(document, earlier, READING);
  const transport = createTransport(document, {
    play: () => act(() => (driver.playing ? driver.pause() : driver.play())),
    step: () => act(() => walk((run) => run.step(1))),
    epoch: () => act(() => walk((run) => run.epoch())),
    rewind: () => act(() => training.back()),
    again: () => act(() => begin({})),
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
    writeAddress: remember,
    announce: transport.announce,
  });
  session.onProgress = transport.tellProgress;

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
      notice.tellError(error);
      session.forgetFailure();
    }
  }

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

  async function listRuns() {
    const all = await keep.all().catch(() => []);
    runs.update(all.filter(({ id }) => id !== training.id));
    showSoon();
  }

  /**
   * Another run in place of the one there is.
   * @param {import('../train/training.js').Beginning<import('./curve.js').Curve>} from
   * @param {{ patch?: Partial<Settings>, after?: number }} [how] other settings
   */
  async function begin(from, { patch = {}, ...how } = {}) {
    await driver.replace(() => open(patch, from), how);
    notice.settle();
  }

  function reopen(after = 0) {
    act(() => begin({}, { after }));
  }

  /**
   * Keeps the run there is as an earlier one, laid over the chart, and opens another.
   * @param {Partial<Settings>} patch
   * @param {import('../train/training.js').Beginning<import('./curve.js').Curve>} from
   */
  async function open(patch, from) {
    if (training.run && training.step > 0) {
      await training.keep();
      runs.overlay(training.id);
    }
    const opening = training.open({ ...store.state, ...patch }, from);
    // Only now: a setting that changes before is one of the run that goes.
    store.set(patch);
    await listRuns();
    await opening;
  }

  /**
   * A run that begins with the weights of a file, and has its network. Where they are refused, the run
   * that was there is there again.
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
    await driver.settled();
    const before = store.state;
    const { run: left, id, curve } = training;
    const snapshot = await left?.snapshot();
    let refused = false;
    await driver.replace(async () => {
      try {
        await open(choice ?? {}, { weights });
      } catch {
        // It has been told why.
        refused = true;
        const { model, preset } = before;
        await open({ model, preset }, snapshot ? { id, snapshot, curve } : {});
      }
    });
    if (refused) {
      return;
    }
    notice.settle();
    const { model, preset } = store.state;
    const words = { name, network: `${say(`model.${model}`)} ${say(`preset.${preset}`)}` };
    const switched = identityOf(before) !== identityOf(store.state);
    transport.announce(() => say(switched ? 'files.switched' : 'files.brought', words));
  }

  /**
   * @param {Kept} kept
   * @param {Partial<Settings>} [patch]
   */
  async function adopt(kept, patch = {}) {
    const curve = READING.curveOf(kept);
    // The losses may be younger than the snapshot.
    curve.cutAfter(kept.step);
    await open(patch, { id: kept.id, snapshot: kept.snapshot ?? undefined, curve });
    transport.announce(() => say('status.restored', { step: number(training.step) }));
  }

  /** @param {Kept} kept */
  async function resume(kept) {
    const { theme, language, device } = store.state;
    const patch = { ...settingsIn(kept.settings), theme, language, device };
    await driver.replace(() => adopt(kept, patch));
  }

  /** Goes on with the kept run of these settings, if there is one. */
  async function restore() {
    await listRuns();
    const kept = training.find(store.state, await keep.all().catch(() => []), settingsIn);
    if (kept) {
      await adopt(kept);
    }
  }

  /** The second half of the page, which nobody waits for. */
  async function explore() {
    const { createExplore } = await import('./explore/explore.js');
    await createExplore(find(document, '#explore', HTMLElement), {
      engine: () =>
        session.engine().catch((error) => {
          session.forgetFailure();
          throw error;
        }),
      store: {
        get state() {
          return training.settings ?? store.state;
        },
      },
      run: () => training.run,
      onRun: (listener) => runListeners.push(listener),
    });
  }

  function remember() {
    clearTimeout(addressTimer);
    writeAddress(addressWith(store.state, addressState()));
    saveTraining(printSettings(store.state));
    saveLook(store.state);
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
    plates.reset(settings);
    showSoon();
    const current = training.settings;
    if (!current || identityOf(current) !== identityOf(settings)) {
      reopen(REOPEN_DELAY);
    } else if (changed.has('device')) {
      act(() => driver.replace(() => training.move(settings), { playing: driver.playing }));
    } else if (LIVE.some((name) => changed.has(name))) {
      act(() => training.adjust(settings));
    }
  });

  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      hidden = { step: training.step, playing: training.playing };
      training.keep();
      return;
    }
    if (hidden?.playing) {
      const steps = training.step - hidden.step;
      transport.announce(() =>
        say(steps > 0 ? 'status.wentOn' : 'status.stood', { count: steps, shown: number(steps) }),
      );
    }
    showSoon();
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
  if (fromLink && problems.length > 0) {
    notice.tell('notice.link', { problems: problems.join(', ') });
  }
  document.documentElement.dataset.ready = '';
  await act(() => driver.replace(restore));
  const shown = training.settings || (await spectator.showPretrained(store.state).catch(() => false));
  // The visitor may have begun a run meanwhile.
  if (!shown && !training.settings) {
    reopen();
  }
  explore().catch(fail);
  // With the page at work, everything is put aside for a visit without a network.
  navigator.serviceWorker?.register('./sw.js').catch(() => {});
}

run().catch((error) => {
  find(document, '#fatal', HTMLElement).hidden = false;
  throw error;
});
