// @ts-check
/** What can be taken away and brought in: weights, losses, pictures, a link. */

import { addOptions, find } from '../dom.js';
import { say } from '../text.js';
import { colours } from '../views/shades.js';

/** @typedef {'weights' | 'losses' | 'pictures'} Kind */

/** @type {Kind[]} */
const KINDS = ['weights', 'losses', 'pictures'];
/** Larger files hold no weights of ours, and would only fill the memory. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Side of the first picture of the sheet in pixels, and the gap around all. */
const WIDE = 600;
const GAP = 24;

/**
 * Canvases one under the other, each with its words.
 * @param {{ canvas: HTMLCanvasElement, words: string }[]} canvases
 * @param {string} caption
 * @param {Element} themed
 * @returns {Promise<Blob>}
 */
function sheetOf(canvases, caption, themed) {
  const heights = canvases.map(({ canvas }) => Math.round((WIDE * canvas.height) / canvas.width));
  const sheet = document.createElement('canvas');
  sheet.width = WIDE + 2 * GAP;
  sheet.height = heights.reduce((sum, height) => sum + height + 2 * GAP, 2 * GAP);
  const context = /** @type {CanvasRenderingContext2D} */ (sheet.getContext('2d'));
  const colour = colours(themed);
  context.fillStyle = colour('--page');
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.font = `15px ${colour('--sans')}`;
  context.textBaseline = 'top';
  context.fillStyle = colour('--text');
  context.fillText(caption, GAP, GAP / 2);
  let top = 2 * GAP;
  canvases.forEach(({ canvas, words }, index) => {
    context.fillStyle = colour('--muted');
    context.fillText(words, GAP, top);
    context.imageSmoothingEnabled = canvas.width > WIDE;
    context.drawImage(canvas, GAP, top + GAP, WIDE, heights[index]);
    top += heights[index] + 2 * GAP;
  });
  return new Promise((resolve, reject) => {
    sheet.toBlob((blob) =>
      blob ? resolve(blob) : reject(new Error('No memory for the picture.')),
    );
  });
}

/**
 * @param {Document} root
 * @param {object} hooks
 * @param {() => Promise<Uint8Array | null>} hooks.weights of the run; null where there is none
 * @param {() => string | null} hooks.losses as CSV
 * @param {() => { canvas: HTMLCanvasElement, words: string }[]} hooks.canvases
 * @param {() => string} hooks.name of the files, without their ending
 * @param {(bytes: Uint8Array, name: string) => void} hooks.bring
 * @param {() => void} hooks.writeAddress
 * @param {(words: () => string) => void} hooks.announce
 */
export function createFiles(root, hooks) {
  const save = find(root, '#save', HTMLSelectElement);
  const file = find(root, '#file', HTMLInputElement);
  const drop = find(root, '#drop', HTMLElement);

  /** @type {Record<Kind, () => Promise<[Blob, string] | null>>} */
  const makers = {
    async weights() {
      const bytes = await hooks.weights();
      return bytes && [new Blob([new Uint8Array(bytes)]), 'safetensors'];
    },
    async losses() {
      const text = hooks.losses();
      return text === null ? null : [new Blob([text], { type: 'text/csv' }), 'csv'];
    },
    async pictures() {
      const canvases = hooks.canvases();
      return canvases.length === 0 ? null : [await sheetOf(canvases, hooks.name(), save), 'png'];
    },
  };

  /** @param {Kind} kind */
  async function take(kind) {
    try {
      const made = await makers[kind]();
      if (!made) {
        hooks.announce(() => say('files.nothing'));
        return;
      }
      const { download } = await import('../share.js');
      const [blob, ending] = made;
      const name = `${hooks.name()}.${ending}`;
      download(blob, name);
      hooks.announce(() => say('files.saved', { name }));
    } catch {
      hooks.announce(() => say('share.saveFailed'));
    }
  }

  /** @param {File | undefined | null} chosen */
  async function bring(chosen) {
    if (!chosen) {
      return;
    }
    if (chosen.size > MOST_BYTES) {
      hooks.announce(() => say('files.tooLarge', { name: chosen.name }));
      return;
    }
    hooks.bring(new Uint8Array(await chosen.arrayBuffer()), chosen.name);
  }

  // The first option names the control and is never chosen.
  addOptions(save, ['title', ...KINDS], 'files.save');
  save.addEventListener('change', () => {
    const kind = /** @type {Kind | 'title'} */ (save.value);
    save.value = 'title';
    if (kind !== 'title') {
      take(kind);
    }
  });
  find(root, '#import', HTMLButtonElement).addEventListener('click', () => file.click());
  file.addEventListener('change', () => {
    bring(file.files?.[0]);
    file.value = '';
  });
  find(root, '#share', HTMLButtonElement).addEventListener('click', async () => {
    hooks.writeAddress();
    try {
      await navigator.clipboard.writeText(location.href);
      hooks.announce(() => say('share.copied'));
    } catch {
      hooks.announce(() => say('share.copyFailed'));
    }
  });

  const hasFile = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files');
  addEventListener('dragover', (event) => {
    if (hasFile(event)) {
      event.preventDefault();
      drop.hidden = false;
    }
  });
  addEventListener('dragleave', (event) => {
    drop.hidden ||= event.relatedTarget === null;
  });
  addEventListener('drop', (event) => {
    if (hasFile(event)) {
      event.preventDefault();
      drop.hidden = true;
      bring(event.dataTransfer?.files[0]);
    }
  });

  return { take };
}
