// @ts-check
/** The list of generators and critics that a section offers: pretrained ones, and the game of the page. */

import { say } from '../../text.js';
import { pretrained, sourceOfGame } from '../sources.js';

/** @typedef {import('../sources.js').Source} Source */

/**
 * @param {HTMLSelectElement} list
 * @param {import('./sections.js').Page} page
 * @param {object} rules
 * @param {string} rules.thisRun the words for the game of the page
 * @param {(source: Source) => boolean} rules.fits whether the section can use it
 * @param {(source: Source) => boolean} rules.first the one to begin with
 * @param {() => string} rules.chosen the name that the visitor chose
 */
export function createChoice(list, page, { thisRun, fits, first, chosen }) {
  /** @type {Source[]} */
  let sources = [];
  /** @type {Source | null} */
  let source = null;

  /** @param {Source} one */
  function titleOf({ name, loss, dataset, conditional }) {
    const values = {
      loss: say(`loss.${loss}`),
      data: say(`dataset.${dataset}`),
      told: conditional ? say('sample.told') : '',
    };
    return say(name === 'run' ? thisRun : 'sample.pretrained', values);
  }

  /** Writes the list, in the language of the page. */
  function show() {
    list.replaceChildren(
      ...sources.map((one) => {
        const option = document.createElement('option');
        option.value = one.name;
        option.textContent = titleOf(one);
        return option;
      }),
    );
    list.value = source?.name ?? '';
    list.disabled = sources.length === 0;
  }

  return {
    show,
    /** @param {(source: Source) => boolean} is */
    find: (is) => sources.find(is),
    /** The one that is chosen, of those that there are now. */
    async look() {
      const engine = await page.engine();
      const { run, settings } = page.training;
      const own = run && settings ? [sourceOfGame(run, settings)] : [];
      sources = [...(await pretrained(engine)), ...own].filter(fits);
      const wanted = chosen();
      source = sources.find(({ name }) => name === wanted) ?? sources.find(first) ?? sources[0] ?? null;
      show();
      return source;
    },
  };
}
