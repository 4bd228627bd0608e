// @ts-check
/** What a page that trains does when its settings change, or the browser's address, or who looks. */

import { addressState } from '../settings.js';
import { languageFor, loadWords, number, say } from '../text.js';

/** How long the address waits for more changes: browsers limit how often it may be written. */
const ADDRESS_DELAY = 250;
/** How long another run waits for more changes of the settings. */
const REOPEN_DELAY = 400;

/**
 * @typedef {object} Common
 * @property {import('../settings.js').LanguageChoice} language
 * @property {import('../settings.js').Theme} theme
 * @property {unknown} device
 */
/**
 * @template {Common} S
 * @typedef {object} Page
 * @property {import('../settings.js').Store<S>} store
 * @property {string[]} words the files of words beside the common one
 * @property {(text: string) => { settings: S, problems: string[] }} parse
 * @property {() => void} remember writes the address, and what the next visit begins with
 * @property {() => void} showAll
 * @property {() => void} showSoon
 * @property {(words: () => string) => void} announce
 * @property {(settings: S, changed: Set<keyof S>) => void} show what changed
 * @property {(settings: S) => string} beginning what tells one run from another
 * @property {(keyof S)[]} live settings that a run takes up while it goes on
 * @property {boolean} eager whether a change begins a run where there is none yet
 */

/**
 * Has a run follow the settings of its page, and the page its address.
 * @template {Common} S
 * @param {ReturnType<typeof import('./desk.js').createDesk<any, any, any, any>>} desk
 * @param {Page<S>} page
 */
export function followSettings({ training, driver, notice, act, fail, reopen }, page) {
  const { store, parse, beginning } = page;
  let timer = 0;
  /** The step at which the page was hidden. */
  /** @type {{ step: number, playing: boolean } | null} */
  let hidden = null;

  function remember() {
    clearTimeout(timer);
    page.remember();
  }

  store.subscribe(async (settings, changed) => {
    clearTimeout(timer);
    timer = window.setTimeout(remember, ADDRESS_DELAY);
    if (changed.has('language')) {
      const language = languageFor(settings.language, navigator.languages);
      await loadWords(language, page.words).catch(fail);
    }
    if (changed.has('language') || changed.has('theme')) {
      page.showAll();
      return;
    }
    page.show(settings, changed);
    const current = training.settings;
    if (current ? beginning(current) !== beginning(settings) : page.eager) {
      reopen(REOPEN_DELAY);
    } else if (!current) {
      return;
    } else if (changed.has('device')) {
      act(() => driver.replace(() => training.move(settings), { playing: driver.playing }));
    } else if (page.live.some((name) => changed.has(name))) {
      act(() => training.adjust(settings));
    }
  });

  addEventListener('hashchange', () => {
    const { settings, problems } = parse(addressState());
    store.set(settings);
    tellProblems(problems);
  });
  addEventListener('pagehide', () => {
    remember();
    training.keepLast();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      hidden = { step: training.step, playing: driver.playing };
      training.keep();
      return;
    }
    if (hidden?.playing) {
      const steps = training.step - hidden.step;
      const words = steps > 0 ? 'status.wentOn' : 'status.stood';
      page.announce(() => say(words, { count: steps, shown: number(steps) }));
    }
    page.showSoon();
  });

  /** @param {string[]} problems of a link */
  function tellProblems(problems) {
    if (problems.length > 0) {
      notice.tell('notice.link', { problems: problems.join(', ') });
    }
  }

  return { remember, tellProblems };
}
