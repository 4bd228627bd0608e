// @ts-check
/** Pictures of the same noise, now or at an earlier time of the game; and how many of each digit. */

import { find } from '../../dom.js';
import { number, say } from '../../text.js';
import { put } from '../../train/status.js';
import { createPictures } from '../../views/pictures.js';
import { FRAME, picturesOf } from '../ledger.js';
import { createModes } from '../views/modes.js';

/** @typedef {import('../ledger.js').Ledger} Ledger */
/** @typedef {import('../state.js').Settings} Settings */

/** @param {Document} root */
export function createFilm(root) {
  const pictures = createPictures(find(root, '#film', HTMLElement));
  const at = find(root, '#film-at', HTMLInputElement);
  const told = find(root, '#film-told', HTMLOutputElement);
  const summary = find(root, '#modes-summary', HTMLElement);
  const modes = createModes(find(root, '#modes', HTMLElement));
  /** The step that is looked at; null: the latest. */
  /** @type {number | null} */
  let chosen = null;
  /** @type {{ ledger: Ledger, settings: Settings } | null} */
  let shown = null;
  let painted = '';

  at.addEventListener('input', () => {
    const film = shown?.ledger.film ?? [];
    const index = at.valueAsNumber;
    chosen = index >= film.length - 1 ? null : (film[index]?.step ?? null);
    show();
  });

  function show() {
    if (!shown) {
      return;
    }
    const { ledger, settings } = shown;
    const { film } = ledger;
    const last = film.length - 1;
    const found = chosen === null ? last : film.findLastIndex(({ step }) => step <= (chosen ?? 0));
    const index = Math.max(0, found);
    const frame = film[index];
    at.max = String(Math.max(0, last));
    at.disabled = last < 1;
    at.value = String(index);
    if (!frame) {
      return;
    }
    const key = chosen === null ? 'film.now' : 'film.then';
    told.value = say(key, { step: number(frame.step), last: number(film[last].step) });
    at.setAttribute('aria-valuetext', told.value);
    const what = `${frame.step} ${film.length} ${document.documentElement.dataset.theme} ${document.documentElement.lang}`;
    if (what !== painted) {
      painted = what;
      pictures.update(
        picturesOf(frame.images),
        FRAME.columns,
        say('film.label', { count: FRAME.count, step: number(frame.step) }),
      );
    }
    const census = film.findLast(({ step, census: has }) => has && step <= frame.step)?.census;
    modes.update(census?.counts ?? null, settings.dataset);
    put(
      summary,
      census
        ? say('modes.summary', {
            covered: census.covered,
            sure: number(100 * census.sure, 0),
            kl: number(census.divergence, 2),
          })
        : say('modes.none'),
    );
  }

  return {
    canvas: pictures.canvas,
    /**
     * @param {Settings} settings
     * @param {Ledger} ledger
     */
    update(settings, ledger) {
      shown = { settings, ledger };
      show();
    },
    /** Looks at the latest again. */
    follow() {
      chosen = null;
    },
    /** Takes up the theme's colours and the language. */
    reset() {
      painted = '';
      show();
    },
  };
}
