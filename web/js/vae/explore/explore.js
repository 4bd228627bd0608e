// @ts-check
/** The explorer: wires its settings, the weights that are looked at, and its sections. */

import { find } from '../../dom.js';
import { fetched } from '../../fetched.js';
import { Store, addressState, writeAddress } from '../../settings.js';
import { fillWords } from '../../text.js';
import { touched } from './changed.js';
import { createChooser } from './chooser.js';
import { digitsOf, pictureAt } from './digits.js';
import { newest } from '../../newest.js';
import { createBetween } from './sections/between.js';
import { createBound } from './sections/bound.js';
import { createComplete } from './sections/complete.js';
import { createDials } from './sections/dials.js';
import { createHoles } from './sections/holes.js';
import { createInfer } from './sections/infer.js';
import { createMap } from './sections/map.js';
import { createSample } from './sections/sample.js';
import { encodeBits, pretrained, sourceOfRun } from './source.js';
import { addressWith, parseState } from './state.js';
import { surveyOf } from './survey.js';

/** @typedef {import('./state.js').ExploreState} ExploreState */
/** @typedef {import('./source.js').Source} Source */
/** @typedef {import('../../engine.js').Run} Run */

/**
 * What every section looks at.
 * @typedef {object} Scene
 * @property {ExploreState} state
 * @property {import('../../engine.js').Engine} engine
 * @property {Source} source
 * @property {Source[]} sources all that there are
 * @property {import('./digits.js').Digits} digits
 * @property {import('./survey.js').Survey} survey
 * @property {Uint8Array} picture x: what the visitor drew, or the test picture
 * @property {number} label the class that a conditional model is told
 * @property {{ mean: Float32Array, logVariance: Float32Array }} code of x
 */

/** What of a scene has changed: settings, 'weights', 'code', or 'look': language and theme. */
/** @typedef {Set<keyof ExploreState | 'weights' | 'code' | 'look'>} Changed */

/**
 * @typedef {object} Section
 * @property {(scene: Scene, changed: Changed) => void} update
 */

/** How long the address waits for more changes: browsers limit how often it may be written. */
const ADDRESS_DELAY = 250;
/** Milliseconds between two looks at the weights of a run under way, at least. */
const LOOK_AGAIN = 4000;
/** And the share of its time that looking may take. */
const LOOK_SHARE = 0.1;
/** How near to the window a section begins to work. */
const NEAR = '300px';

/**
 * The class that a conditional model is told: that of the test picture, unless another is chosen.
 * @param {ExploreState} state
 * @param {import('./digits.js').Digits} digits
 */
const labelOf = (state, digits) => state.label ?? digits.labels[state.test];

async function fetchMarkup() {
  const response = await fetched(new URL('./explore.html', import.meta.url));
  return new DOMParser().parseFromString(await response.text(), 'text/html').body;
}

/**
 * Fills `root` with the explorer.
 * @param {HTMLElement} root
 * @param {object} page
 * @param {() => Promise<import('../../engine.js').Engine>} page.engine
 * @param {{ state: import('../state.js').Settings }} page.store settings of the page, which say what its run trains
 * @param {() => Run | null} page.run the run of the moment, or null
 * @param {(told: (run: Run | null) => void) => unknown} page.onRun hears of another run
 */
export async function createExplore(root, page) {
  root.classList.add('explore');
  root.setAttribute('role', 'region');
  root.setAttribute('aria-labelledby', 'explore-title');
  root.append(...(await fetchMarkup()).childNodes);
  const store = new Store(parseState(addressState()));
  /** @type {Source | null} */
  let runSource = null;
  /** @type {Partial<Scene>} */
  let scene = {};
  /** What each section has not seen yet. */
  /** @type {Map<Element, { section: Section, unseen: Changed, near: boolean }>} */
  const sections = new Map();
  let addressTimer = 0;
  /** Whether the last work failed: what repeats by itself then waits for the visitor. */
  let failed = false;
  /** When the last work ended, and how long it took. */
  let last = { end: 0, took: 0 };

  const chooser = createChooser(root, store, () => refresh(['weights', 'code']));

  /** @type {Record<string, (root: HTMLElement, store: Store<ExploreState>, fail: (error: unknown) => void) => Section>} */
  const makers = {
    'x-map': createMap,
    'x-sample': createSample,
    'x-infer': createInfer,
    'x-between': createBetween,
    'x-dials': createDials,
    'x-holes': createHoles,
    'x-bound': createBound,
    'x-complete': createComplete,
  };
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const entry = sections.get(target);
        if (entry) {
          entry.near = isIntersecting;
        }
      }
      if (scene.code) {
        showSections();
      } else if (anyNear()) {
        refresh(['weights', 'code']);
      }
    },
    { rootMargin: NEAR },
  );
  for (const [id, make] of Object.entries(makers)) {
    const element = find(root, `#${id}`, HTMLElement);
    const section = make(element, store, fail);
    sections.set(element, { section, unseen: new Set(['weights']), near: false });
    observer.observe(element);
  }

  const anyNear = () => [...sections.values()].some(({ near }) => near);

  /** @param {unknown} error */
  function fail(error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code !== 'aborted' && code !== 'stopped') {
      failed = true;
      chooser.tellError(error);
    }
  }

  /** Sections out of sight wait until they are near. */
  function showSections() {
    for (const entry of sections.values()) {
      if (entry.near && entry.unseen.size > 0) {
        const changed = entry.unseen;
        entry.unseen = new Set();
        entry.section.update(/** @type {Scene} */ (scene), changed);
      }
    }
  }

  /** The sources there are, the run's first, and the one that is chosen. */
  async function findSources() {
    const engine = await page.engine();
    const sources = [...(runSource ? [runSource] : []), ...(await pretrained(engine))];
    const wanted = sources.find(({ name }) => name === store.state.weights);
    const usual = sources.find(
      ({ name, kind, latent }) => name !== 'run' && kind === 'vae' && latent === 2,
    );
    return { engine, sources, source: wanted ?? usual ?? sources[0] };
  }

  /** Encodes x and puts it into the scene. */
  async function encode() {
    const { source, digits } = scene;
    if (source && digits) {
      const { state } = store;
      const picture = state.ink ?? pictureAt(digits, state.test);
      const label = labelOf(state, digits);
      const code = await encodeBits(source, picture, label);
      scene = { ...scene, picture, label, code };
    }
  }

  /** What has changed since the sections were last told. */
  /** @type {Changed} */
  let owed = new Set();

  /** @param {Iterable<any>} changed */
  function tell(changed) {
    scene = { ...scene, state: store.state };
    for (const { unseen } of sections.values()) {
      [...changed, ...owed].forEach((name) => unseen.add(name));
    }
    owed = new Set();
    if (scene.code) {
      showSections();
    }
  }

  const work = newest(async (superseded) => {
    const begun = performance.now();
    if (owed.has('weights')) {
      chooser.tellWorking();
      const { engine, sources, source } = await findSources();
      chooser.update(sources, source);
      if (!source) {
        return;
      }
      const digits = await digitsOf(source.dataset);
      const label = labelOf(store.state, digits);
      chooser.showLabel(source, label);
      const survey = await surveyOf(source, digits, label);
      scene = { ...scene, engine, sources, source, digits, survey };
    }
    await encode();
    if (!superseded()) {
      failed = false;
      last = { end: performance.now(), took: performance.now() - begun };
      chooser.tellDone();
      tell([]);
    }
  }, fail);

  /** @param {Iterable<any>} changed */
  function refresh(changed) {
    owed = new Set([...owed, ...changed]);
    work();
  }

  store.subscribe((_, changed) => {
    clearTimeout(addressTimer);
    addressTimer = window.setTimeout(
      () => writeAddress(addressWith(addressState(), store.state)),
      ADDRESS_DELAY,
    );
    const told = scene.source?.conditional && touched(changed, 'label', 'test');
    if (changed.has('weights') || told) {
      refresh([...changed, 'weights', 'code']);
    } else if (touched(changed, 'test', 'ink')) {
      refresh([...changed, 'code']);
    } else {
      tell(changed);
    }
  });

  /** @param {Run | null} run */
  function takeRun(run) {
    const { model, latent, conditional, dataset } = page.store.state;
    runSource =
      run && model !== 'pixelcnn'
        ? sourceOfRun(run, { kind: model, latent, conditional, dataset })
        : null;
    if (store.state.weights === 'run' && scene.code) {
      refresh(['weights', 'code']);
    } else if (scene.sources) {
      const others = scene.sources.filter(({ name }) => name !== 'run');
      scene = { ...scene, sources: runSource ? [runSource, ...others] : others };
      chooser.update(scene.sources ?? [], scene.source);
    }
  }
  page.onRun(takeRun);
  takeRun(page.run());

  setInterval(() => {
    const rest = Math.max(LOOK_AGAIN, last.took / LOOK_SHARE);
    const due = performance.now() - last.end > rest && !failed && !document.hidden;
    if (scene.source?.name === 'run' && due && anyNear()) {
      refresh(['weights']);
    }
  }, LOOK_AGAIN);

  // Language and theme are the page's; both show on the root element.
  const lookOf = () => `${document.documentElement.lang} ${document.documentElement.dataset.theme}`;
  let look = lookOf();
  new MutationObserver(() => {
    if (look !== lookOf()) {
      look = lookOf();
      fillWords(root);
      chooser.reset();
      tell(['look']);
    }
  }).observe(document.documentElement, { attributeFilter: ['lang', 'data-theme'] });

  addEventListener('hashchange', () => store.set(parseState(addressState())));
  fillWords(root);
}
