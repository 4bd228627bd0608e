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
  let reopenTimer = 0;
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
  const spectator = new Spectator(session, (settings, seen) => plates.update(settings, seen));
  /** @type {import('../train/runs.js').RunActions} */
  const earlier = {
    changed: showSoon,
    resume: (kept) => resume(kept).catch(fail),
    async forget(kept) {
      await keep.remove(kept.id);
      await listRuns();
      transport.announce(() => say('runs.forgotten'));
    },
  };
  const runs = createRuns(document, earlier, READING);
  const transport = createTransport(document, {
    play: () => act(() => (training.playing ? training.pause() : training.play(store.state))),
    step: () => act(() => training.act(store.state, (run) => run.step(1))),
    epoch: () => act(() => training.act(store.state, (run) => run.epoch())),
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
    transport.update(store.state, training, share);
  }

  async function listRuns() {
    const all = await keep.all().catch(() => []);
    runs.update(all.filter(({ id }) => id !== training.id));
    showSoon();
  }

  /** Keeps the run there is as an earlier one, laid over the chart. */
  async function shelve() {
    if (training.run && training.step > 0) {
      await training.keep();
      runs.overlay(training.id);
    }
  }

  /**
   * Another run in place of the one there is.
   * @param {import('../train/training.js').Beginning<import('./curve.js').Curve>} from
   * @param {Settings} [settings]
   */
  async function begin(from, settings = store.state) {
    clearTimeout(reopenTimer);
    await shelve();
    const opening = training.open(settings, from);
    await listRuns();
    await opening;
    notice.settle();
  }

  function reopen() {
    act(() => begin({}));
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
    const { id, settings: before } = training;
    const settings = { ...store.state, ...choice };
    const switched = identityOf(settings) !== identityOf(store.state);
    try {
      await begin({ weights }, settings);
    } catch (error) {
      const kept = (await keep.all()).find((each) => each.id === id && each.snapshot);
      await (kept && before ? adopt(kept, before) : begin({}));
      throw error;
    }
    store.set(settings);
    const { model, preset } = settings;
    const words = { name, network: `${say(`model.${model}`)} ${say(`preset.${preset}`)}` };
    transport.announce(() => say(switched ? 'files.switched' : 'files.brought', words));
  }

  /** @param {Kept} kept */
  async function resume(kept) {
    await shelve();
    clearTimeout(reopenTimer);
    const { theme, language, device } = store.state;
    const settings = { ...settingsIn(kept.settings), theme, language, device };
    const opening = adopt(kept, settings);
    store.set(settings);
    await opening;
  }

  /**
   * @param {Kept} kept
   * @param {Settings} settings
   */
  async function adopt(kept, settings) {
    const { Curve } = await import('./curve.js');
    const snapshot = kept.snapshot ?? undefined;
    const curve = Curve.fromRecord(kept.curve);
    // The losses may be younger than the snapshot.
    curve.cutAfter(kept.step);
    const opening = training.open(settings, { id: kept.id, snapshot, curve });
    await listRuns();
    await opening;
    transport.announce(() => say('status.restored', { step: number(training.step) }));
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
      clearTimeout(reopenTimer);
      reopenTimer = window.setTimeout(reopen, REOPEN_DELAY);
    } else if (changed.has('device')) {
      act(() => training.move(settings));
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
  await listRuns();
  const kept = training.find(store.state, await keep.all().catch(() => []), settingsIn);
  if (kept) {
    await act(() => adopt(kept, store.state));
  } else if (!(await spectator.showPretrained(store.state).catch(() => false))) {
    // The visitor may have begun a run meanwhile.
    if (!training.settings) {
      reopen();
    }
  }
  explore().catch(fail);
  // With the page at work, everything is put aside for a visit without a network.
  navigator.serviceWorker?.register('./sw.js').catch(() => {});
}

run().catch((error) => {
  find(document, '#fatal', HTMLElement).hidden = false;
  throw error;
});
