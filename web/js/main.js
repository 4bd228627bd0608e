// @ts-check
/** Wiring only: state, engine, panels and the address hear of each other here. */

import { EngineError, PIXELS } from './engine.js';
import { find } from './dom.js';
import { Finisher } from './finish.js';
import { listenToKeys } from './keys.js';
import { Insight } from './insight.js';
import { createDrawPanel } from './panels/draw.js';
import { LETTERS, createFinishPanel } from './panels/finish.js';
import { createHeader } from './panels/header.js';
import { createLessonPanel } from './panels/lesson.js';
import { createNotice } from './panels/notice.js';
import { createSlowPanel } from './panels/slow.js';
import { drawingIn, pictureOf } from './picture.js';
import { Session } from './session.js';
import { Store, addressState, writeAddress } from './settings.js';
import { parseState, printState } from './state.js';
import { saveLook, saveState, savedLook, savedState } from './storage.js';
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
  const { state: found, problems } = parseState(fromLink || (savedState() ?? ''));
  const opening = fromLink ? found : { ...found, ...savedLook() };
  const store = new Store(opening);
  const session = new Session();
  // The bundle loads beside the words; what goes wrong with it is told to the first who needs it.
  session.engine().catch(() => {});
  await loadWords(languageFor(opening.language, navigator.languages));

  const finisher = new Finisher(session, showCompletions, fail);
  const insight = new Insight(session, showInsight, fail);
  let picture = pictureOf(opening);
  /** The completion under the pointer or the focus. */
  /** @type {string | null} */
  let preview = null;
  let addressTimer = 0;
  let frame = 0;
  let keptOffline = false;

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
      showFilled();
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
  session.onProgress = finishPanel.tellProgress;

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

  function showFilled() {
    const shown = completionAt(preview ?? store.state.pick);
    drawPanel.fill(shown?.image ?? new Uint8Array(PIXELS));
  }

  function showDrawing() {
    drawPanel.update(store.state, picture);
    showFilled();
  }

  function showResults() {
    cancelAnimationFrame(frame);
    frame = 0;
    finishPanel.update(store.state, finisher.results);
    showFilled();
  }

  function showInsight() {
    slowPanel.update(store.state, insight.watched);
    lessonPanel.update(store.state, picture, insight.verdict);
  }

  /**
   * @param {Map<Kind, import('./finish.js').Result>} results
   * @param {boolean} done
   */
  function showCompletions(results, done) {
    if (!done) {
      // Pixels come many a frame.
      frame ||= requestAnimationFrame(showResults);
      return;
    }
    showResults();
    keepOffline();
    notice.settle();
    finishPanel.tellDone(results);
    lookInto();
  }

  /** @param {unknown} error */
  function fail(error) {
    if (!(error instanceof EngineError && ['aborted', 'stopped'].includes(error.code))) {
      finishPanel.hideProgress();
      notice.tellError(error);
      session.forgetFailure();
    }
  }

  /** @param {boolean} drawing whether the pen is down */
  function ask(drawing) {
    const { count, seed, temperature, lesson } = store.state;
    const { pixels, known } = picture;
    insight.cancel();
    finisher.ask({ kinds: KINDS[lesson], pixels, known, count, seed, temperature }, drawing);
    showResults();
  }

  /** Shows how the plain model's download gets on; the completions that wait for it tell of failure. */
  function loadForLesson() {
    if (store.state.lesson !== 'completion') {
      session.loadPlain().catch(() => {});
    }
  }

  /** Explains the watched completion, and has it judged where the lesson compares the models. */
  function lookInto() {
    const found = completionAt(store.state.pick);
    if (!found || found.result.running) {
      return;
    }
    insight.explain(found);
    if (store.state.lesson === 'completion' || !picture.known.includes(0)) {
      insight.dropVerdict();
    } else {
      insight.judge(picture, found);
    }
  }

  /** With the page at work, everything is put aside for a visit without a network. */
  function keepOffline() {
    if (keptOffline) {
      return;
    }
    keptOffline = true;
    // Where there is no secure context, or storage is forbidden, the page works online only.
    navigator.serviceWorker?.register('./sw.js').catch(() => {});
  }

  function remember() {
    clearTimeout(addressTimer);
    const printed = printState(store.state);
    writeAddress(printed);
    saveState(printed);
    saveLook(store.state);
  }

  function showAll() {
    fillWords(document);
    header.update(store.state);
    drawPanel.reset();
    finishPanel.reset();
    slowPanel.reset();
    lessonPanel.reset();
    notice.update();
    showResults();
    showDrawing();
    showInsight();
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
    if (touched([...DRAWING, 'tool', 'width', 'peek'])) {
      showDrawing();
    }
    if (touched(WORK)) {
      slowPanel.stop();
      store.set({ at: null });
      if (touched(['lesson'])) {
        insight.dropVerdict();
        loadForLesson();
      }
      ask(drawPanel.drawing);
    }
    if (touched(['pick'])) {
      showResults();
      lookInto();
    }
    if (touched(['at', 'speed'])) {
      slowPanel.update(state, insight.watched);
    }
  });

  addEventListener('hashchange', () => {
    const link = parseState(addressState());
    drawPanel.change(drawingIn(link.state));
    store.set(link.state);
    if (link.problems.length > 0) {
      notice.tell('notice.link', { problems: link.problems.join(', ') });
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
    notice.tell('notice.link', { problems: problems.join(', ') });
  }
  document.documentElement.dataset.ready = '';
  loadForLesson();
  ask(false);
}

run().catch((error) => {
  find(document, '#fatal', HTMLElement).hidden = false;
  throw error;
});
