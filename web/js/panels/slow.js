// @ts-check
/** Slow motion: plays one completion pixel by pixel and tells each pixel's chance. */

import { PIXELS, SIDE } from '../engine.js';
import { addOptions, find, prefersStillness } from '../dom.js';
import { SPEEDS } from '../state.js';
import { number, say } from '../text.js';
import { createSlow } from '../views/slow.js';

/** @typedef {import('../state.js').State} State */

/** @typedef {import('../insight.js').Watched} Watched */

/** Pixels a second. */
/** @type {Record<import('../state.js').Speed, number>} */
const PACE = { slow: 8, normal: 48, fast: 192 };

/**
 * @param {Document} root
 * @param {import('../settings.js').Store<State>} store
 */
export function createSlowPanel(root, store) {
  const panel = find(root, '#slow', HTMLElement);
  const play = find(panel, '#slow-play', HTMLButtonElement);
  const icon = find(play, 'use', SVGUseElement);
  const position = find(panel, '#slow-position', HTMLInputElement);
  const speed = find(panel, '#slow-speed', HTMLSelectElement);
  const readout = find(panel, '#readout', HTMLElement);
  const status = find(panel, '#slow-status', HTMLElement);
  /** @type {Watched | null} */
  let watched = null;
  /** Raster indices of the pixels that were filled in. */
  /** @type {number[]} */
  let hidden = [];
  /** @type {number | null} */
  let cursor = null;
  /** The clock of the film; 0 where it stands still. */
  let timer = 0;

  const view = createSlow(find(panel, '#slow-canvas', HTMLElement), (index, byKeyboard) => {
    cursor = index;
    showReadout();
    if (byKeyboard && index !== null) {
      status.textContent = readout.textContent;
    }
  });

  addOptions(speed, SPEEDS, 'slow.speed');
  speed.addEventListener('change', () => store.set({ speed: /** @type {any} */ (speed.value) }));
  position.addEventListener('input', () => {
    stop();
    go(Number(position.value));
  });
  const step = (/** @type {number} */ by) => {
    stop();
    go(filled() + by);
  };
  find(panel, '#slow-back', HTMLButtonElement).addEventListener('click', () => step(-1));
  find(panel, '#slow-next', HTMLButtonElement).addEventListener('click', () => step(1));
  play.addEventListener('click', toggle);

  /** How many pixels are filled in. */
  const filled = () => Math.min(store.state.at ?? hidden.length, hidden.length);

  /** @param {number} at */
  function go(at) {
    store.set({ at: at >= hidden.length ? null : Math.max(0, at) });
  }

  function toggle() {
    if (timer) {
      stop();
    } else if (hidden.length > 0) {
      start();
    }
  }

  function start() {
    if (filled() === hidden.length) {
      go(0);
    }
    let last = performance.now();
    let progress = filled();
    const tick = (/** @type {number} */ now) => {
      progress += ((now - last) / 1000) * PACE[store.state.speed];
      last = now;
      timer = requestAnimationFrame(tick);
      if (Math.floor(progress) !== filled()) {
        go(Math.floor(progress));
      }
      if (store.state.at === null) {
        stop();
      }
    };
    timer = requestAnimationFrame(tick);
    showPlaying();
  }

  function stop() {
    cancelAnimationFrame(timer);
    timer = 0;
    showPlaying();
  }

  function showPlaying() {
    const words = say(timer ? 'slow.pause' : 'slow.play');
    icon.setAttribute('href', timer ? '#i-pause' : '#i-play');
    play.setAttribute('aria-label', words);
    play.title = `${words} (K)`;
  }

  function showReadout() {
    const nothing = watched && hidden.length === 0;
    readout.textContent = nothing ? say('slow.nothing') : watched ? reading(watched) : '';
  }

  /**
   * What is to be said of the pixel under the cursor, or of the next one.
   * @param {Watched} of
   */
  function reading({ kind, image, known, probabilities }) {
    const next = hidden[filled()] ?? PIXELS;
    const index = cursor ?? next;
    if (index === PIXELS || !probabilities) {
      return say('slow.hint');
    }
    const words = {
      row: Math.floor(index / SIDE) + 1,
      column: (index % SIDE) + 1,
      what: say(image[index] === 1 ? 'draw.isInk' : 'draw.isPaper'),
      p: number(probabilities[index], 3),
    };
    if (known[index] === 1) {
      return say(kind === 'pixelcnn' ? 'slow.givenPlain' : 'slow.given', words);
    }
    if (index === next) {
      return say('slow.upNext', words);
    }
    return say(index < next ? 'slow.drawn' : 'slow.coming', words);
  }

  return {
    toggle,
    step,
    stop,
    /** Shows the panel and plays from the first pixel. */
    watch() {
      stop();
      go(0);
      panel.scrollIntoView({ block: 'center', behavior: prefersStillness() ? 'auto' : 'smooth' });
      play.focus({ preventScroll: true });
      if (hidden.length > 0) {
        start();
      }
    },
    /**
     * @param {State} state
     * @param {Watched | null} now
     */
    update(state, now) {
      if (now?.known !== watched?.known) {
        hidden = now ? [...now.known.keys()].filter((index) => now.known[index] === 0) : [];
      }
      watched = now;
      const done = filled();
      position.max = String(hidden.length);
      position.value = String(done);
      position.disabled = hidden.length === 0;
      speed.value = state.speed;
      showPlaying();
      showReadout();
      if (now) {
        const { image, known, probabilities } = now;
        view.update(
          { image, known, probabilities, next: hidden[done] ?? PIXELS },
          say('slow.canvas', { number: now.index + 1, done, total: hidden.length }),
        );
      }
    },
    /** Takes up the theme's colours. */
    reset: () => view.reset(),
  };
}
