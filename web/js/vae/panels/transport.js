// @ts-check
/** Play, pause, step, rewind; how far the run is. */

import { find } from '../../dom.js';
import { number, say } from '../../text.js';
import { createStatus, put } from '../../train/status.js';

/** @typedef {import('../craft.js').Training} Training */
/** @typedef {import('../state.js').Settings} Settings */

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
  const status = createStatus(root);
  const meter = (/** @type {string} */ name) => find(root, `#meter-${name}`, HTMLElement);
  const meters = {
    step: meter('step'),
    epoch: meter('epoch'),
    train: meter('train'),
    heldOut: meter('held-out'),
    speed: meter('speed'),
  };
  const heldOutName = find(root, '#meters .main dt', HTMLElement);

  BUTTONS.forEach((name) => buttons[name].addEventListener('click', actions[name]));

  return {
    announce: status.announce,
    tellProgress: status.tellProgress,
    /**
     * @param {Settings} settings
     * @param {Training} training
     * @param {boolean} playing what the page's button pauses
     * @param {number} share of the time that views took
     */
    update(settings, training, playing, share) {
      const { status: now, curve, step, keptStep } = training;
      const { state, device } = now;
      const done = state === 'finished';
      status.update({ status: now, step, keptStep, playing }, share);
      buttons.step.disabled = playing || done;
      buttons.epoch.disabled = playing || done;
      buttons.rewind.disabled = !training.canGoBack;
      buttons.again.disabled = step === 0;

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
    },
  };
}
