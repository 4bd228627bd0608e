// @ts-check
/** The completions, what steers them, and what can be taken away. */

import { find } from '../dom.js';
import { keepCompletion } from '../picture.js';
import { PIXELS } from '../engine.js';
import { number, say } from '../text.js';
import { paletteOf } from '../views/cells.js';
import { createGrid } from '../views/grid.js';

/** @typedef {import('../finish.js').Result} Result */
/** @typedef {import('../finish.js').Kind} Kind */
/** @typedef {import('../state.js').State} State */

/** The letter of a model in `pick`. */
/** @type {Record<Kind, string>} */
export const LETTERS = { completion: 'c', pixelcnn: 'p' };

/**
 * @param {Document} root
 * @param {import('../settings.js').Store<State>} store
 * @param {object} hooks
 * @param {(drawing: import('../picture.js').Drawing) => void} hooks.keep
 * @param {(pick: string | null) => void} hooks.preview
 * @param {(pick: string) => void} hooks.watch
 * @param {() => { picture: import('../picture.js').Picture, results: Map<Kind, Result> }} hooks.seen
 * @param {() => void} hooks.writeAddress
 */
export function createFinishPanel(root, store, hooks) {
  const panel = find(root, '.finish', HTMLElement);
  const status = find(root, '#status', HTMLElement);
  const progress = find(root, '#progress', HTMLProgressElement);
  const count = find(root, '#count', HTMLInputElement);
  const temperature = find(root, '#temperature', HTMLInputElement);
  const seed = find(root, '#seed', HTMLInputElement);
  const models = find(root, '#models', HTMLElement);
  /** Says the status again, in another language. */
  let repeat = () => {};
  /** How much of each file under way has arrived, 0 to 1. */
  /** @type {Map<string, number>} */
  const arriving = new Map();

  const grids = /** @type {Kind[]} */ (['completion', 'pixelcnn']).map((kind) => {
    const section = find(models, `[data-kind="${kind}"]`, HTMLElement);
    const grid = createGrid(find(section, '.grid', HTMLElement), {
      keep(index) {
        const result = hooks.seen().results.get(kind);
        if (result) {
          hooks.keep(keepCompletion(result.images.slice(index * PIXELS, (index + 1) * PIXELS)));
          announce(() => say('finish.kept'));
        }
      },
      watch: (index) => hooks.watch(LETTERS[kind] + index),
      preview: (index) => hooks.preview(index === null ? null : LETTERS[kind] + index),
    });
    return { kind, section, grid };
  });

  /** @param {() => string} words */
  function announce(words) {
    repeat = () => {
      status.textContent = words();
    };
    repeat();
  }

  function hideProgress() {
    progress.hidden = true;
    arriving.clear();
  }

  count.addEventListener('input', () => store.set({ count: Number(count.value) }));
  temperature.addEventListener('input', () => {
    store.set({ temperature: Number(Number(temperature.value).toFixed(2)) });
  });
  seed.addEventListener('change', () => {
    const value = Number(seed.value);
    const valid = /^\d+$/.test(seed.value.trim()) && value <= 0xffffffff;
    seed.setAttribute('aria-invalid', String(!valid));
    if (valid) {
      store.set({ seed: value });
    } else {
      announce(() => say('settings.seedWrong'));
    }
  });
  const rollDice = () =>
    store.set({ seed: crypto.getRandomValues(new Uint32Array(1))[0] % 10_000 });
  find(root, '#dice', HTMLButtonElement).addEventListener('click', rollDice);

  find(root, '#copy', HTMLButtonElement).addEventListener('click', async () => {
    hooks.writeAddress();
    try {
      await navigator.clipboard.writeText(location.href);
      announce(() => say('share.copied'));
    } catch {
      announce(() => say('share.copyFailed'));
    }
  });
  async function save() {
    // Few visitors save a picture, and the first completion should not wait for what it takes.
    const { download, pngOf } = await import('../share.js');
    const { picture, results } = hooks.seen();
    const { seed: used } = store.state;
    const heat = number(temperature.valueAsNumber, 1);
    const caption = `${say('settings.seed')} ${used} · ${say('settings.temperature')} ${heat}`;
    const named = [...results].map(([kind, result]) => ({ name: say(`model.${kind}`), result }));
    const blob = await pngOf(picture, named, paletteOf(panel), `Halfdrawn · ${caption}`);
    download(blob, `halfdrawn-${used}.png`);
    announce(() => say('share.saved'));
  }
  find(root, '#save', HTMLButtonElement).addEventListener('click', () => {
    save().catch(() => announce(() => say('share.saveFailed')));
  });

  return {
    rollDice,
    announce,
    /**
     * @param {State} state
     * @param {Map<Kind, Result>} results
     */
    update(state, results) {
      count.value = String(state.count);
      temperature.value = String(state.temperature);
      find(root, '#count-shown', HTMLOutputElement).value = String(state.count);
      find(root, '#temperature-shown', HTMLOutputElement).value = number(state.temperature, 1);
      // Completions arrive while one types: the field is the visitor's until they leave it.
      if (document.activeElement !== seed) {
        seed.value = String(state.seed);
        seed.removeAttribute('aria-invalid');
      }
      models.classList.toggle('both', results.size > 1);
      for (const { kind, section, grid } of grids) {
        const result = results.get(kind);
        section.hidden = !result;
        if (result) {
          const picked = state.pick.startsWith(LETTERS[kind]) ? Number(state.pick.slice(1)) : -1;
          grid.update(result, picked);
        }
      }
    },
    /**
     * Says what came out, once all is done.
     * @param {Map<Kind, Result>} results
     */
    tellDone(results) {
      hideProgress();
      const [first] = results.values();
      if (!first.known.includes(0)) {
        announce(() => say('finish.nothing'));
        return;
      }
      const total = first.nats.reduce((/** @type {number} */ sum, nats) => sum + (nats ?? 0), 0);
      announce(() =>
        say('finish.done', { count: first.count, nats: number(total / first.count, 1) }),
      );
    },
    /** @param {import('../engine.js').Progress} event */
    tellProgress({ stage, model, loaded, total }) {
      const key = stage === 'wasm' ? 'wasm' : model?.startsWith('pixelcnn') ? 'plain' : 'weights';
      if (!arriving.has(key)) {
        announce(() => say(`progress.${key}`));
      }
      arriving.set(key, total ? Math.min(1, loaded / total) : 0);
      const shares = [...arriving.values()];
      if (shares.every((share) => share === 1)) {
        hideProgress();
        announce(() => say('finish.working'));
      } else {
        progress.hidden = false;
        progress.value = Math.min(...shares);
      }
    },
    hideProgress,
    /** Takes up the theme's colours and the language. */
    reset() {
      grids.forEach(({ grid }) => grid.reset());
      repeat();
    },
  };
}
