// @ts-check
/** Play, pause, single moves, undo; how far the game is. */

import { find } from '../../dom.js';
import { number, say } from '../../text.js';
import { createStatus, put } from '../../train/status.js';
import { isProbability, sigmoid } from '../losses.js';
import { mean } from '../maths.js';
import { precise } from './charts.js';

/** @typedef {import('../craft.js').Training} Training */
/** @typedef {import('../driver.js').GameDriver} Driver */
/** @typedef {import('../state.js').Settings} Settings */

/** @typedef {'play' | 'critic' | 'generator' | 'round' | 'undo' | 'again' | 'renew'} Action */
/** @type {Action[]} */
const BUTTONS = ['play', 'critic', 'generator', 'round', 'undo', 'again', 'renew'];
/** @type {Action[]} */
const MOVES = ['critic', 'generator', 'round'];

/**
 * @param {Document} root
 * @param {Record<Action, () => void>} actions
 */
export function createTransport(root, actions) {
  const buttons = /** @type {Record<Action, HTMLButtonElement>} */ (
    Object.fromEntries(BUTTONS.map((name) => [name, find(root, `#${name}`, HTMLButtonElement)]))
  );
  const status = createStatus(root);
  const meter = (/** @type {string} */ name) => find(root, `#meter-${name}`, HTMLElement);
  const meters = {
    round: meter('round'),
    step: meter('step'),
    epoch: meter('epoch'),
    real: meter('real'),
    fake: meter('fake'),
    sure: meter('sure'),
    speed: meter('speed'),
  };

  BUTTONS.forEach((name) => buttons[name].addEventListener('click', actions[name]));

  return {
    announce: status.announce,
    tellProgress: status.tellProgress,
    /**
     * @param {Settings} settings
     * @param {Training} training
     * @param {Driver} driver
     * @param {number} share of the time that views took
     */
    update(settings, training, driver, share) {
      const { status: now, curve: ledger, step, keptStep } = training;
      const { playing } = driver;
      // While the page makes the steps, the engine only seems to pause after each.
      const seen = driver.active && now.state === 'paused' ? { ...now, state: 'running' } : now;
      status.update({ status: seen, step, keptStep, playing }, share);
      const done = now.state === 'finished';
      MOVES.forEach((name) => {
        buttons[name].disabled = playing || done;
      });
      buttons.undo.disabled = playing || ledger.undoable === 0;
      buttons.again.disabled = step === 0;

      const shown = (/** @type {number[]} */ raw) =>
        precise(mean(isProbability(settings.loss) ? raw.map(sigmoid) : raw));
      const { last } = ledger;
      put(meters.round, number(last?.round ?? 0));
      put(meters.step, number(step));
      put(meters.epoch, number(last?.epoch ?? 0, Number.isInteger(last?.epoch ?? 0) ? 0 : 1));
      put(meters.real, shown(ledger.outputs.real));
      put(meters.fake, shown(ledger.outputs.fake));
      const census = ledger.film.findLast((frame) => frame.census)?.census;
      put(meters.sure, census ? say('meter.percent', { percent: number(100 * census.sure) }) : '–');
      const time = perRound(ledger, settings.criticSteps);
      put(
        meters.speed,
        time > 0 ? say('meter.perStep', { time: number(time, time < 10 ? 1 : 0) }) : '–',
      );
    },
  };
}

/** Late half-steps that the time of a round is measured by. */
const TIMED = 30;

/**
 * Milliseconds of k critic steps and a generator step, by the late ones of each.
 * @param {import('../ledger.js').Ledger} ledger
 * @param {number} k
 */
export function perRound({ columns }, k) {
  const late = (/** @type {number} */ player) => {
    const times = columns.milliseconds
      .slice(-TIMED)
      .filter((_, at) => columns.player.at(Math.max(-TIMED, -columns.player.length) + at) === player)
      .sort((a, b) => a - b);
    return times[times.length >> 1] ?? 0;
  };
  return k * late(0) + late(1);
}
