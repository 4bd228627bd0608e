// @ts-check
/** How many nats each latent variable carries: a bar each, those that carry none marked. */

import { number, say } from '../../text.js';

/** A latent that carries fewer nats than this is not used: its posterior is the prior. */
export const UNUSED = 0.05;

/** @param {HTMLElement} container a list */
export function createBars(container) {
  /** @type {HTMLLIElement[]} */
  const items = [];

  return {
    /** @param {Float64Array} nats KL(q(z|x) ‖ p(z)) of each variable */
    update(nats) {
      const most = Math.max(1, ...nats);
      while (items.length > nats.length) {
        items.pop()?.remove();
      }
      while (items.length < nats.length) {
        const item = document.createElement('li');
        const bar = document.createElement('i');
        item.append(bar);
        items.push(item);
        container.append(item);
      }
      items.forEach((item, index) => {
        const value = nats[index];
        const unused = value < UNUSED;
        const key = unused ? 'bars.unused' : 'bars.item';
        item.classList.toggle('unused', unused);
        item.title = say(key, { number: index + 1, nats: number(value, 2) });
        item.setAttribute('aria-label', item.title);
        /** @type {HTMLElement} */ (item.firstElementChild).style.height =
          `${(100 * value) / most}%`;
      });
    },
  };
}
