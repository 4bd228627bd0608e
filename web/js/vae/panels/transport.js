// @ts-check
/** Play, pause, step, rewind; how far the run is, and what it says of itself. */

import { find } from '../../dom.js';
import { number, say } from '../../text.js';

/** @typedef {import('../craft.js').Training} Training */
/** @typedef {import('../state.js').Settings} Settings */

/** Adapters that compute on the processor: their speed says nothing about a GPU. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render/i;
/** @typedef {'play' | 'step' | 'epoch' | 'rewind' | 'again' | 'renew'} Action */
/** @type {Action[]} */
const BUTTONS = ['play', 'step', 'epoch', 'rewind', 'again', 'renew'];

/**
 * @param {Document} root
 * @param {Record<Action, () => void>} actions
 */
export function createTransport(root, actions) {
  const buttons = Object.fromEntries(
    BUTTONS.map((name) => [name, find(root, `#${name}`, HTMLButtonElement)]),
  );
  const playIcon = find(buttons.play, 'use', SVGUseElement);
  const playWord = find(root, '#play-word', HTMLElement);
  const status = find(root, '#status', HTMLElement);
  const progress = find(root, '#progress', HTMLProgressElement);
  const speeds = find(root, '#speeds', HTMLElement);
  const shares = find(root, '#shares', HTMLElement);
  const meter = (/** @type {string} */ name) => find(root, `#meter-${name}`, HTMLElement);
  const meters = {
    step: meter('step'),
    epoch: meter('epoch'),
    train: meter('train'),
    heldOut: meter('held-out'),
    speed: meter('speed'),
  };
  const heldOutName = find(root, '#meters .main dt', HTMLElement);
  /** What the page itself announces, until the run has something new to say. */
  /** @type {(() => string) | null} */
  let announced = null;
  let lastState = '';

  BUTTONS.forEach((name) => buttons[name].addEventListener('click', actions[name]));

  /** @param {HTMLElement} element @param {string} text */
  const put = (element, text) => {
    if (element.textContent !== text) {
      element.textContent = text;
    }
  };

  /** @param {Training} training */
  function stateWords({ status: { state, device, message, reason }, step }) {
    const values = { step: number(step), device: say(`device.${device ?? 'cpu'}`) };
    const words = say(
      state === 'paused' && step === 0 ? 'status.begin' : `status.${state}`,
      values,
    );
    const tells = reason && ['running', 'paused', 'finished'].includes(state);
    return tells ? `${words} ${say(`reason.${reason}`, { message: message ?? '' })}` : words;
  }

  /**
   * How the GPU that is got ready gets on, else the share of the time that pictures take, or up to
   * where a pausing run is kept.
   * @param {Training} training
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

  /** @param {Training} training */
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
    /** @param {import('../../engine.js').Progress} event */
    tellProgress({ loaded, total }) {
      progress.hidden = total !== null && loaded >= total;
      progress.value = total ? Math.min(1, loaded / total) : 0;
    },
    /**
     * @param {Settings} settings
     * @param {Training} training
     * @param {number} share of the time that views took
     */
    update(settings, training, share) {
      const { status: now, curve, step, playing } = training;
      const { state, warmUp, device } = now;
      const done = state === 'finished';
      const words = playing ? 'train.pause' : step > 0 ? 'train.resume' : 'train.play';
      put(playWord, say(words));
      playIcon.setAttribute('href', playing ? '#i-pause' : '#i-play');
      buttons.play.title = say(`${words}Title`);
      buttons.play.disabled = done;
      buttons.step.disabled = playing || done;
      buttons.epoch.disabled = playing || done;
      buttons.rewind.disabled = !training.canGoBack;
      buttons.again.disabled = step === 0;

      const said = `${state} ${now.reason} ${device} ${state === 'paused' ? step : ''}`;
      if (said !== lastState) {
        lastState = said;
        announced = null;
      }
      put(status, announced ? announced() : stateWords(training));
      if (warmUp) {
        progress.hidden = false;
        progress.value = warmUp.total > 0 ? warmUp.done / warmUp.total : 0;
      } else if (state !== 'loading') {
        progress.hidden = true;
      }
      showSpeeds(training);

      const last = curve.last;
      const held = curve.lastHeldOut;
      const isVae = settings.model === 'vae';
      put(meters.step, number(step));
      put(meters.epoch, last ? number(last.epoch, Number.isInteger(last.epoch) ? 0 : 1) : '0');
      put(meters.train, last ? number(last.smooth, 1) : '–');
      put(heldOutName, say(isVae ? 'meter.elbo' : 'meter.heldOut'));
      put(
        meters.heldOut,
        held ? number(isVae ? -(held.reconstruction + held.kl) : held.loss, 1) : '–',
      );
      const time = (device && now.speeds[device]) ?? last?.milliseconds ?? 0;
      put(
        meters.speed,
        time > 0 ? say('meter.perStep', { time: number(time, time < 10 ? 1 : 0) }) : '–',
      );
      put(shares, asideWords(training, share));
    },
  };
}
