// @ts-check
/** The lesson switch: which model finishes the drawing, and what the order costs in nats. */

import { addRadios, find, radioGroup } from '../dom.js';
import { LESSONS } from '../state.js';
import { number, say } from '../text.js';
import { CellPainter, paletteOf, whenSized } from '../views/cells.js';
import { createSight } from '../views/sight.js';

/** @typedef {import('../insight.js').Verdict} Verdict */

const EXPLANATIONS = {
  completion: 'lesson.onlyCompletion',
  plain: 'lesson.onlyPlain',
  both: 'lesson.sideBySide',
};

/**
 * e to the given power, in words short enough to read.
 * @param {number} nats
 */
function times(nats) {
  if (nats < Math.log(1e6)) {
    return number(Math.exp(nats), nats < Math.log(10) ? 1 : 0);
  }
  const digits = [...String(Math.round(nats / Math.LN10))];
  return `10${digits.map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')}`;
}

/**
 * @param {Document} root
 * @param {import('../settings.js').Store<import('../state.js').State>} store
 */
export function createLessonPanel(root, store) {
  const panel = find(root, '#lesson', HTMLElement);
  const lessons = find(panel, '#lessons', HTMLElement);
  const explanation = find(panel, '#lesson-explanation', HTMLElement);
  const box = find(panel, '#verdict', HTMLElement);
  const title = find(panel, '#verdict-title', HTMLElement);
  const text = find(panel, '#verdict-text', HTMLElement);
  const holder = find(panel, '#verdict-picture', HTMLElement);
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  holder.append(canvas);
  const painter = new CellPainter(canvas, paletteOf(holder));
  /** @type {Verdict | null} */
  let verdict = null;
  const sights = [
    createSight(
      find(panel, '#sight-completion', HTMLElement),
      'lesson.sightCompletion',
      () => true,
    ),
    createSight(
      find(panel, '#sight-pixelcnn', HTMLElement),
      'lesson.sightPlain',
      (index, at) => index < at,
    ),
  ];

  addRadios(lessons, LESSONS, 'lesson');
  const showLesson = radioGroup(lessons, (lesson) => {
    store.set({ lesson: /** @type {any} */ (lesson) });
  });

  function paint() {
    if (!verdict || painter.cell === 0) {
      return;
    }
    const { image, known } = verdict;
    painter.clear();
    painter.squares((index) => known[index] === 0, painter.palette.hidden);
    painter.dots((index) => known[index] === 0 && image[index] === 1, painter.palette.filled, 0.9);
    painter.squares((index) => known[index] === 1 && image[index] === 1, painter.palette.ink);
  }
  whenSized(canvas, (size) => {
    painter.resize(size);
    paint();
  });

  /** @param {Verdict['nats']} nats */
  function showNats(nats) {
    for (const kind of /** @type {const} */ (['completion', 'pixelcnn'])) {
      const value = nats ? number(nats[kind], 1) : '…';
      find(panel, `#nats-${kind}`, HTMLElement).textContent = say('lesson.value', { nats: value });
    }
    if (!nats) {
      return;
    }
    const gain = nats.completion - nats.pixelcnn;
    const key = Math.abs(gain) < 0.1 ? 'equal' : gain > 0 ? 'better' : 'worse';
    const size = Math.abs(gain);
    text.textContent = say(`lesson.${key}`, { difference: number(size, 1), times: times(size) });
  }

  return {
    /**
     * @param {import('../state.js').State} state
     * @param {import('../picture.js').Picture} picture
     * @param {Verdict | null} next null where only one model is asked or nothing is hidden
     */
    update(state, picture, next) {
      verdict = next;
      sights.forEach((sight) => sight.update(picture));
      showLesson(state.lesson);
      explanation.textContent = say(EXPLANATIONS[state.lesson]);
      box.hidden = !next;
      if (next) {
        title.textContent =
          next.completion === null
            ? say('lesson.pictureTruth')
            : say('lesson.pictureWatched', { number: next.completion + 1 });
        canvas.setAttribute('aria-label', say('lesson.pictureLabel'));
        showNats(next.nats);
        paint();
      }
    },
    /** Takes up the theme's colours. */
    reset() {
      painter.palette = paletteOf(holder);
      paint();
      sights.forEach((sight) => sight.reset());
    },
  };
}
