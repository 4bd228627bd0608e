// @ts-check
/** How many pictures of each class there are: a bar each, those that are missing marked. */

import { number, say } from '../../text.js';

/** @param {HTMLElement} list */
export function createModes(list) {
  const items = Array.from({ length: 10 }, (_, digit) => {
    const item = document.createElement('li');
    const bar = document.createElement('i');
    const name = document.createElement('b');
    name.textContent = String(digit);
    item.append(bar, name);
    list.append(item);
    return { item, bar };
  });

  return {
    /**
     * @param {number[] | null} counts
     * @param {import('../../digits.js').Dataset} dataset
     */
    update(counts, dataset) {
      const total = counts?.reduce((sum, each) => sum + each, 0) ?? 0;
      const most = Math.max(1, ...(counts ?? []));
      items.forEach(({ item, bar }, digit) => {
        const count = counts?.[digit] ?? 0;
        bar.style.height = `${(100 * count) / most}%`;
        item.classList.toggle('missing', total > 0 && count < total / 100);
        item.title = say('modes.item', {
          name: dataset === 'mnist' ? String(digit) : say(`class.${digit}`),
          percent: total > 0 ? number((100 * count) / total, 0) : '–',
        });
      });
    },
  };
}
