// Drives games inside a page, as train-page.mjs drives runs.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { startRun } from './train-page.mjs';

/** The smallest game: little to load on a busy machine. */
export const TINY = { preset: 'tiny', device: 'cpu', seed: 5, paused: true, options: { batch: 16 } };
/** Latent variables of every preset. */
export const LATENT = 64;

/** Starts an engine and a game, which stays in the page as `runs[name]`; returns the error, or null. */
export const startGame = (page, options = TINY, name = 'run') => startRun(page, options, name, 'play');

/**
 * The metrics of the half-steps that the game is made to do, with its typed arrays as plain ones.
 * @param {'critic' | 'generator' | 'round'} what
 */
export function turns(page, what, count = 1, name = 'run') {
  return page.evaluate(
    async ([key, player, number]) => {
      const game = window.runs[key];
      const metrics = game.metrics();
      const taken = [];
      const follow = (async () => {
        for await (const each of metrics) taken.push({ ...each, real: [...each.real], fake: [...each.fake] });
      })();
      await game.step(player, number);
      await metrics.return();
      await follow;
      return taken;
    },
    [name, what, count],
  );
}

/** Latent variables that are the same everywhere: no seed of anybody's. */
export const latents = (count) => Array.from({ length: count * LATENT }, (_, i) => 1.3 * Math.sin(7.1 * i + i * i));

const FIGURES = ['step', 'round', 'epoch', 'player', 'criticLoss', 'generatorLoss', 'criticNorm', 'generatorNorm', 'real', 'fake'];

/** Of metrics what must not depend on the clock. */
export const figures = (metrics) => metrics.map((each) => Object.fromEntries(FIGURES.map((name) => [name, each[name]])));

/** A game's options and the figures of its first rounds, played natively. */
export const goldenRounds = async () =>
  JSON.parse(await readFile(new URL('../golden/ten-rounds.json', import.meta.url), 'utf8'));

/** Of the figures of a round, relative: sums are taken in another order, and rounds carry it on. */
const TOLERANCE = 2e-3;

/** Holds rounds to those that were played natively. */
export function assertRounds(metrics, rounds) {
  const ended = metrics.filter(({ player }) => player === 'generator');
  assert.equal(ended.length, rounds.length);
  ended.forEach(({ device, criticLoss, generatorLoss, criticNorm, generatorNorm }, round) => {
    [criticLoss, generatorLoss, criticNorm, generatorNorm].forEach((ours, figure) => {
      const theirs = rounds[round][figure];
      const error = Math.abs(ours - theirs) / Math.abs(theirs);
      assert.ok(error < TOLERANCE, `${device}, round ${round + 1}, figure ${figure}: ${ours}, natively ${theirs}`);
    });
  });
}
