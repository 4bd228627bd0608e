// @ts-check
/**
 * Why −log D and not log(1 − D): both curves over D(G(z)), the forgeries of the present batch on them, and
 * the gradient that each hands back through the critic's output o, with D = σ(o).
 */

import { find } from '../../dom.js';
import { number, say } from '../../text.js';
import { put } from '../../train/status.js';
import { colours } from '../../views/shades.js';
import { GENERATOR, isProbability, sigmoid } from '../losses.js';
import { mean } from '../maths.js';
import { precise } from '../panels/charts.js';
import { LOSSES } from '../state.js';

/** Range of the losses that is drawn. */
const [LEAST, MOST] = [-5, 5];
const HEIGHT = 300;
/** Margins of the plot. */
const [LEFT, BOTTOM] = [30, 34];
/** Where the slider is before there is a batch: a critic early in training, hard to fool. */
const EARLY = -4;
/** The curves of the lecture. */
const CURVES = /** @type {const} */ ([
  { loss: 'minimax', colour: '--part-reconstruction' },
  { loss: 'non-saturating', colour: '--part-kl' },
]);

/**
 * @param {HTMLElement} root
 * @param {import('./sections.js').Page} page
 * @returns {import('./sections.js').Section}
 */
export function createWhy(root, page) {
  const container = find(root, '#w-plot', HTMLElement);
  const at = find(root, '#w-at', HTMLInputElement);
  const told = find(root, '#w-told', HTMLOutputElement);
  const live = find(root, '#w-live', HTMLInputElement);
  const verdict = find(root, '#w-verdict', HTMLElement);
  const rows = find(root, '#w-rows', HTMLElement);
  const now = {
    minimax: find(root, '#w-minimax', HTMLElement),
    'non-saturating': find(root, '#w-saturating', HTMLElement),
  };
  const canvas = document.createElement('canvas');
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  canvas.setAttribute('role', 'img');
  container.append(canvas);
  const cells = LOSSES.map((loss) => {
    const row = document.createElement('tr');
    const name = document.createElement('th');
    const [value, slope] = [document.createElement('td'), document.createElement('td')];
    name.scope = 'row';
    row.append(name, value, slope);
    rows.append(row);
    return { loss, name, value, slope };
  });
  at.value = String(EARLY);
  live.checked = true;

  /** Outputs of the batch, where the game has one and its critic's output is a logit. */
  function batch() {
    const { fake } = page.training.curve.outputs;
    const has = fake.length > 0 && isProbability(page.store.state.loss);
    return live.checked && has ? fake : null;
  }

  at.addEventListener('input', () => {
    live.checked = false;
    show();
  });
  live.addEventListener('change', () => show());
  new ResizeObserver(() => show()).observe(container);

  /** @param {number[]} outputs */
  function paint(outputs) {
    const width = container.clientWidth;
    if (width === 0) {
      return;
    }
    const unit = devicePixelRatio;
    canvas.width = Math.round(width * unit);
    canvas.height = Math.round(HEIGHT * unit);
    canvas.style.aspectRatio = `${width} / ${HEIGHT}`;
    context.setTransform(unit, 0, 0, unit, 0, 0);
    const colour = colours(container);
    const x = (/** @type {number} */ chance) => LEFT + chance * (width - LEFT - 14);
    const y = (/** @type {number} */ value) =>
      12 + ((MOST - value) / (MOST - LEAST)) * (HEIGHT - BOTTOM - 12);
    context.clearRect(0, 0, width, HEIGHT);
    context.font = `12px ${colour('--sans')}`;
    context.textBaseline = 'middle';
    context.lineWidth = 1;
    for (const value of [-4, -2, 0, 2, 4]) {
      context.fillStyle = colour(value === 0 ? '--line-strong' : '--line');
      context.fillRect(x(0), y(value), x(1) - x(0), 1);
      context.fillStyle = colour('--muted');
      context.textAlign = 'right';
      context.fillText(number(value), LEFT - 6, y(value));
    }
    context.textAlign = 'center';
    for (const chance of [0, 0.25, 0.5, 0.75, 1]) {
      context.fillStyle = colour('--muted');
      context.fillText(number(chance, chance % 0.5 === 0 ? 1 : 2), x(chance), HEIGHT - 24);
    }
    context.fillText('D(G(z))', x(0.5), HEIGHT - 8);
    const frame = new Path2D();
    frame.rect(x(0), 8, x(1) - x(0), HEIGHT - BOTTOM - 4);
    const middle = sigmoid(mean(outputs));
    context.fillStyle = colour('--line-strong');
    context.fillRect(x(middle) - 0.5, 12, 1, HEIGHT - BOTTOM - 12);
    CURVES.forEach(({ loss, colour: name }, index) => {
      const { value, slope } = GENERATOR[loss];
      context.strokeStyle = colour(name);
      context.lineWidth = 2.5;
      context.setLineDash(index === 0 ? [7, 4] : []);
      context.beginPath();
      for (let step = 0; step <= 200; step++) {
        const output = -9 + (18 * step) / 200;
        context.lineTo(x(sigmoid(output)), y(value(output)));
      }
      context.save();
      context.clip(frame);
      context.stroke();
      context.restore();
      context.setLineDash([]);
      context.fillStyle = colour(name);
      context.globalAlpha = outputs.length > 1 ? 0.45 : 1;
      for (const output of outputs) {
        context.beginPath();
        const height = Math.max(LEAST, Math.min(MOST, value(output)));
        context.arc(x(sigmoid(output)), y(height), outputs.length > 1 ? 4 : 7, 0, 2 * Math.PI);
        context.fill();
      }
      context.globalAlpha = 1;
      // An arrow: where descent pushes D(G(z)), as long as its gradient by o.
      const pull = -mean(outputs.map(slope));
      const height = y(Math.max(LEAST + 0.4, Math.min(MOST - 0.4, value(mean(outputs)))));
      const [from, to] = [x(middle), Math.min(x(1), x(middle) + pull * 90)];
      context.lineWidth = 3;
      context.strokeStyle = colour(name);
      context.beginPath();
      context.moveTo(from, height);
      context.lineTo(to, height);
      if (to - from > 6) {
        context.moveTo(to - 6, height - 5);
        context.lineTo(to, height);
        context.lineTo(to - 6, height + 5);
      }
      context.stroke();
      context.textAlign = 'left';
      context.textBaseline = index === 0 ? 'top' : 'bottom';
      const [word, wordAt] = index === 0 ? ['log(1 − D)', -1.4] : ['−log D', 1.1];
      context.font = `italic 15px ${colour('--serif')}`;
      context.fillText(word, x(0.52), y(wordAt));
      context.textBaseline = 'middle';
    });
  }

  function show() {
    const outputs = batch() ?? [at.valueAsNumber];
    const isLive = batch() !== null;
    // Where there is no batch, or its outputs are no logits, there is nothing to follow.
    const { fake } = page.training.curve.outputs;
    live.disabled = fake.length === 0 || !isProbability(page.store.state.loss);
    if (isLive) {
      at.value = String(Math.max(-7, Math.min(7, mean(outputs))));
    }
    const chance = mean(outputs.map(sigmoid));
    told.value = precise(chance);
    at.setAttribute('aria-valuetext', told.value);
    paint(outputs);
    const slopes = CURVES.map(({ loss }) => mean(outputs.map(GENERATOR[loss].slope)));
    put(now.minimax, precise(slopes[0]));
    put(now['non-saturating'], precise(slopes[1]));
    const ratio = slopes[1] / slopes[0];
    const key = ratio > 2 ? 'why.weak' : ratio < 0.5 ? 'why.strong' : 'why.even';
    const times = number(ratio >= 1 ? ratio : 1 / ratio, Math.max(ratio, 1 / ratio) < 10 ? 1 : 0);
    put(verdict, say(key, { times, chance: precise(chance) }));
    cells.forEach(({ loss, name, value, slope }) => {
      put(name, say(`loss.${loss}`));
      put(value, precise(mean(outputs.map(GENERATOR[loss].value))));
      put(slope, precise(mean(outputs.map(GENERATOR[loss].slope))));
    });
    canvas.setAttribute(
      'aria-label',
      say('why.label', { chance: told.value, minimax: precise(slopes[0]), other: precise(slopes[1]) }),
    );
  }

  return { update: show };
}
