// @ts-check
/** Wiring only: state, engine, panels and the address hear of each other here. */

import { EngineError, PIXELS } from './engine.js';
import { find } from './dom.js';
import { Finisher } from './finish.js';
import { listenToKeys } from './keys.js';
import { latest } from './latest.js';
import { createDrawPanel } from './panels/draw.js';
import { LETTERS, createFinishPanel } from './panels/finish.js';
import { createHeader } from './panels/header.js';
import { createLessonPanel, pictureToJudge } from './panels/lesson.js';
import { createNotice } from './panels/notice.js';
import { createSlowPanel } from './panels/slow.js';
import { drawingIn, pictureOf } from './picture.js';
import { Session } from './session.js';
import { Store, addressState, parseState, printState, writeAddress } from './state.js';
import { saveState, savedState } from './storage.js';
import { fillWords, languageFor, loadWords } from './text.js';

/** @typedef {import('./finish.js').Kind} Kind */
/** @typedef {import('./state.js').State} State */

/** @type {Record<import('./state.js').Lesson, Kind[]>} */
const KINDS = { completion: ['completion'], plain: ['pixelcnn'], both: ['completion', 'pixelcnn'] };
/** The settings that change what the model is asked. */
/** @type {(keyof State)[]} */
const DRAWING = ['ink', 'hidden', 'hide', 'fit'];
/** @type {(keyof State)[]} */
const WORK = [...DRAWING, 'count', 'seed', 'temperature', 'lesson'];
/** How long the address waits for more changes: browsers limit how often it may be written. */
const ADDRESS_DELAY = 250;

async function run() {
  const fromLink = addressState();
  const { state: opening, problems } = parseState(fromLink || (savedState() ?? ''));
  const store = new Store(opening);
  await loadWords(languageFor(opening.language, navigator.languages));

  const session = new Session((progress) => finishPanel.tellProgress(progress));
  const finisher = new Finisher(() => session.engine(), showCompletions, fail);
  const explaining = latest();
  const judging = latest();
  let picture = pictureOf(opening);
  /** @type {string | null} */
  let preview = null;
  /** @type {import('./panels/slow.js').Watched | null} */
  let watched = null;
  /** @type {import('./panels/lesson.js').Verdict | null} */
  let verdict = null;
  let addressTimer = 0;

  const header = createHeader(document, store);
  const notice = createNotice(find(document, '#notice', HTMLElement), () => ask(false));
  const drawPanel = createDrawPanel(document, store, {
    settled: () => ask(false),
    announce: (words) => finishPanel.announce(() => words),
  });
  const finishPanel = createFinishPanel(document, store, {
    keep: (drawing) => drawPanel.change(drawing),
    preview(pick) {
      preview = pick;
      showDrawing();
    },
    watch(pick) {
      store.set({ pick });
      slowPanel.watch();
    },
    seen: () => ({ picture, results: finisher.results }),
    writeAddress: remember,
  });
  const slowPanel = createSlowPanel(document, store);
  const lessonPanel = createLessonPanel(document, store);

  /** @param {string} pick */
  function completionAt(pick) {
    const kind = pick.startsWith(LETTERS.pixelcnn) ? 'pixelcnn' : 'completion';
    const [result] = [finisher.results.get(kind), ...finisher.results.values()].filter((r) => r);
    const index = Math.min(Number(pick.slice(1)), (result?.count ?? 1) - 1);
    return (
      result && {
        result,
        index,
        image: result.images.subarray(index * PIXELS, (index + 1) * PIXELS),
      }
    );
  }

  function showDrawing() {
    const shown = completionAt(preview ?? store.state.pick);
    drawPanel.update(store.state, picture, shown?.image ?? new Uint8Array(PIXELS));
  }

  /**
   * @param {Map<Kind, import('./finish.js').Result>} results
   * @param {boolean} done
   */
  function showCompletions(results, done) {
    finishPanel.update(store.state, results);
    showDrawing();
    if (done) {
      keepOffline();
      notice.settle();
      finishPanel.tellDone(results);
      explain();
      judge();
    }
  }

  /** @param {unknown} error */
  function fail(error) {
    if (!(error instanceof EngineError && ['aborted', 'stopped'].includes(error.code))) {
      finishPanel.hideProgress();
      notice.tellError(error);
    }
  }

  /** @param {boolean} drawing whether the pen is down */
  function ask(drawing) {
    const { count, seed, temperature, lesson } = store.state;
    const { pixels, known } = picture;
    explaining.cancel();
    judging.cancel();
    finisher.ask({ kinds: KINDS[lesson], pixels, known, count, seed, temperature }, drawing);
  }

  /** The probabilities behind the watched completion. */
  function explain() {
    const found = completionAt(store.state.pick);
    if (!found || found.result.running) {
      return;
    }
    const { index, result } = found;
    const [image, known, kind] = [found.image.slice(), result.known, result.kind];
    watched = { kind, index, image, known, probabilities: null };
    explaining.run(async (signal) => {
      try {
        const engine = await session.engine();
        const model = (await engine.models()).find((each) => each.kind === kind)?.name;
        const probabilities = await engine.probabilities({ model, pixels: image, known, signal });
        watched = { kind, index, image, known, probabilities };
        slowPanel.update(store.state, watched);
      } catch (error) {
        fail(error);
      }
    });
    slowPanel.update(store.state, watched);
  }

  /** Both models' log-likelihood of one picture, where the lesson compares them. */
  function judge() {
    const found = completionAt(store.state.pick);
    if (store.state.lesson === 'completion' || !found || !picture.known.includes(0)) {
      verdict = null;
      lessonPanel.update(store.state, picture, verdict);
      return;
    }
    const { image, completion } = pictureToJudge(picture, found);
    const [images, known] = [image.slice(), picture.known];
    verdict = { image: images, known, completion, nats: null };
    judging.run(async (signal) => {
      try {
        const engine = await session.engine();
        const models = await engine.models();
        const [one, other] = await Promise.all(
          KINDS.both.map((kind) => {
            const model = models.find((each) => each.kind === kind)?.name;
            return engine.logLikelihood({ model, images, known, signal });
          }),
        );
        verdict = {
          image: images,
          known,
          completion,
          nats: { completion: one[0], pixelcnn: other[0] },
        };
        lessonPanel.update(store.state, picture, verdict);
      } catch (error) {
        fail(error);
      }
    });
    lessonPanel.update(store.state, picture, verdict);
  }

  /** With the page at work, everything is put aside for a visit without a network. */
  function keepOffline() {
    // Where there is no secure context, or storage is forbidden, the page works online only.
    navigator.serviceWorker?.register('./sw.js').catch(() => {});
  }

  function remember() {
    clearTimeout(addressTimer);
    writeAddress(store.state);
    saveState(printState(store.state));
  }

  function showAll() {
    fillWords(document);
    header.update(store.state);
    drawPanel.reset();
    finishPanel.reset();
    slowPanel.reset();
    lessonPanel.reset();
    notice.update();
    finishPanel.update(store.state, finisher.results);
    showDrawing();
    slowPanel.update(store.state, watched);
    lessonPanel.update(store.state, picture, verdict);
  }

  store.subscribe(async (state, changed) => {
    const touched = (/** @type {(keyof State)[]} */ names) =>
      names.some((name) => changed.has(name));
    clearTimeout(addressTimer);
    addressTimer = window.setTimeout(remember, ADDRESS_DELAY);
    if (touched(DRAWING)) {
      picture = pictureOf(state);
    }
    if (touched(['language'])) {
      await loadWords(languageFor(state.language, navigator.languages)).catch(fail);
    }
    if (touched(['language', 'theme'])) {
      showAll();
    }
    if (touched(WORK)) {
      slowPanel.stop();
      store.set({ at: null });
      if (touched(['lesson'])) {
        verdict = null;
        loadForLesson();
      }
      ask(drawPanel.drawing);
    }
    if (touched(['pick'])) {
      finishPanel.update(state, finisher.results);
      explain();
      judge();
    }
    if (touched(['at', 'speed'])) {
      slowPanel.update(state, watched);
    }
    if (touched(['pick', 'tool', 'width', 'peek'])) {
      showDrawing();
    }
  });

  /** Loads the plain model with its progress shown, where the lesson needs it. */
  async function loadForLesson() {
    lessonPanel.update(store.state, picture, verdict);
    if (store.state.lesson !== 'completion') {
      await session.loadPlain(new AbortController().signal).catch(fail);
    }
  }

  addEventListener('hashchange', () => {
    const link = parseState(addressState());
    drawPanel.change(drawingIn(link.state));
    store.set(link.state);
    if (link.problems.length > 0) {
      notice.tellLink(link.problems);
    }
  });
  addEventListener('pagehide', remember);
  header.whenSystemThemeChanges(showAll);
  listenToKeys({
    undo: drawPanel.undo,
    redo: drawPanel.redo,
    p: () => store.set({ tool: 'pen' }),
    e: () => store.set({ tool: 'eraser' }),
    u: () => store.set({ tool: 'unknown' }),
    '[': () => drawPanel.changeWidth(-1),
    ']': () => drawPanel.changeWidth(1),
    r: finishPanel.rollDice,
    k: slowPanel.toggle,
    ',': () => slowPanel.step(-1),
    '.': () => slowPanel.step(1),
    Delete: drawPanel.clear,
    '?': header.openHelp,
  });

  showAll();
  if (fromLink && problems.length > 0) {
    notice.tellLink(problems);
  }
  document.documentElement.dataset.ready = '';
  ask(false);
}

run().catch((error) => {
  find(document, '#fatal', HTMLElement).hidden = false;
  throw error;
});
