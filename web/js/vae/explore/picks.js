// @ts-check
/** A row of test pictures to pick from, one of each class. */

import { say } from '../../text.js';
import { className } from './chooser.js';
import { oneOfEach, pictureAt } from './digits.js';
import { createPictures } from './views/pictures.js';

/** @typedef {import('./digits.js').Digits} Digits */

/**
 * @param {HTMLElement} list
 * @param {(index: number) => void} pick
 */
export function createPicks(list, pick) {
  /** @type {Digits | null} */
  let digits = null;
  const items = Array.from({ length: 10 }, (_, label) => {
    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.addEventListener('click', () => {
      if (digits) {
        pick(oneOfEach(digits)[label]);
      }
    });
    item.append(button);
    list.append(item);
    const picture = createPictures(button);
    picture.canvas.setAttribute('aria-hidden', 'true');
    picture.canvas.removeAttribute('role');
    return { button, picture };
  });

  return {
    /**
     * @param {Digits} next
     * @param {number | null} picked
     */
    update(next, picked) {
      digits = next;
      const indices = oneOfEach(next);
      items.forEach(({ button, picture }, label) => {
        picture.update(pictureAt(next, indices[label]), '');
        const words = say('explore.pick', { label: className(next.dataset, label) });
        button.setAttribute('aria-label', words);
        button.title = words;
        button.setAttribute('aria-pressed', String(indices[label] === picked));
      });
    },
  };
}
