// @ts-check
/** What a run says of itself: its state, what it waits for, the speed of its devices; and the play button. */

import { find } from '../dom.js';
import { number, say } from '../text.js';

/** Adapters that compute on the processor: their speed says nothing about a GPU. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

/** Why there may be no WebGPU, as far as there are words for it. */
const CAUSES = ['webgpu', 'adapter', 'limits', 'fetch', 'memory'];

/**
 * The part of a run that is told of.
 * @typedef {object} Told
 * @property {Omit<import('../engine.js').RunStatus, 'state'> & { state: string }} status
 * @property {number} step
 * @property {number} keptStep
 * @property {boolean} playing
 */

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
export function put(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** @param {Document} root */
export function createStatus(root) {
  const play = find(root, '#play', HTMLButtonElement);
  const playIcon = find(play, 'use', SVGUseElement);
  const playWord = find(root, '#play-word', HTMLElement);
  const status = find(root, '#status', HTMLElement);
  const progress = find(root, '#progress', HTMLProgressElement);
  const speeds = find(root, '#speeds', HTMLElement);
  const shares = find(root, '#shares', HTMLElement);
  /** What the page itself announces, until the run has something new to say. */
  /** @type {(() => string) | null} */
  let announced = null;
  let lastState = '';

  /** @param {Told} told */
  function stateWords({ status: { state, device, reason, cause, from = 0 }, step }) {
    const values = { step: number(step), device: say(`device.${device ?? 'cpu'}`) };
    const words = say(
      state === 'paused' && step === 0 ? 'status.begin' : `status.${state}`,
      values,
    );
    const tells = reason && ['running', 'paused', 'finished'].includes(state);
    const why = say(`cause.${cause && CAUSES.includes(cause) ? cause : 'other'}`);
    return tells ? `${words} ${say(`reason.${reason}`, { cause: why, from: number(from) })}` : words;
  }

  /**
   * How the GPU that is got ready gets on, else the share of the time that pictures take, or up to
   * where a pausing run is kept.
   * @param {Told} told
   * @param {number} share
   */
  function asideWords({ status: { warmUp, state }, keptStep }, share) {
    if (warmUp) {
      const { done, total, pipelines, loaded } = warmUp;
      return say('status.warmUp', { done, total, pipelines, loaded: number(loaded / 1e6, 1) });
    }
    if (state === 'running') {
      return share > 0 ? say('status.share', { percent: number(share * 100, 0) }) : '';
    }
    return keptStep > 0 ? say('status.kept', { step: number(keptStep) }) : '';
  }

  /** @param {Told} told */
  function showSpeeds({ status: { speeds: measured = {}, adapter } }) {
    const words = Object.entries(measured)
      .filter(([, value]) => value !== undefined)
      .map(([device, value]) =>
        say('speeds.item', { device: say(`device.${device}`), time: number(Number(value), 1) }),
      );
    const lines = words.length > 0 ? [words.join('\n')] : [];
    if (adapter) {
      lines.push(say(SOFTWARE.test(adapter) ? 'speeds.software' : 'speeds.adapter', { adapter }));
    }
    put(speeds, lines.join('\n'));
  }

  return {
    /** @param {() => string} words */
    announce(words) {
      announced = words;
      put(status, words());
    },
    /** @param {import('../engine.js').Progress} event */
    tellProgress({ loaded, total }) {
      progress.hidden = total !== null && loaded >= total;
      progress.value = total ? Math.min(1, loaded / total) : 0;
    },
    /**
     * @param {Told} told
     * @param {number} share of the time that views took
     */
    update(told, share) {
      const { state, reason, device, warmUp } = told.status;
      const words = told.playing ? 'train.pause' : told.step > 0 ? 'train.resume' : 'train.play';
      put(playWord, say(words));
      playIcon.setAttribute('href', told.playing ? '#i-pause' : '#i-play');
      play.title = say(`${words}Title`);
      play.disabled = state === 'finished';

      const said = `${state} ${reason} ${device} ${state === 'paused' ? told.step : ''}`;
      if (said !== lastState) {
        lastState = said;
        announced = null;
      }
      put(status, announced ? announced() : stateWords(told));
      if (warmUp) {
        progress.hidden = false;
        progress.value = warmUp.total > 0 ? warmUp.done / warmUp.total : 0;
      } else if (state !== 'loading') {
        progress.hidden = true;
      }
      showSpeeds(told);
      put(shares, asideWords(told, share));
    },
  };
}
