// Settings, record and symptoms of the page that plays.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { perRound } from '../../web/js/gan/panels/transport.js';
import { FRAME, Ledger } from '../../web/js/gan/ledger.js';
import { FAILURES, isSet } from '../../web/js/gan/sections/break.js';
import { beginningOf, gameIn, identityOf, initialSettings, optionsOf, parseSettings, printGame, printSettings, withConsequences } from '../../web/js/gan/state.js';
import { collapse, saturation, swing } from '../../web/js/gan/symptoms.js';

const half = (step, player, more = {}) => ({
  step, round: Math.floor(step / 2), epoch: 0, player, criticLoss: 1, generatorLoss: 2, criticNorm: 3, generatorNorm: 4,
  real: [1, 2], fake: [-1, -2], milliseconds: player === 'critic' ? 10 : 30, ...more,
});
const played = (count, more) => {
  const ledger = new Ledger();
  for (let step = 1; step <= count; step++) ledger.push(half(step, step % 2 ? 'critic' : 'generator', more?.(step)));
  return ledger;
};

test('settings come back from the address as they were', () => {
  const settings = { ...initialSettings(), loss: 'wasserstein', criticSteps: 5, clip: 0.05, told: '2024', truncation: 0.7, a: 5, conditional: true };
  assert.deepEqual(parseSettings(printSettings(settings)), { settings, problems: [] });
  const { settings: read, problems } = parseSettings('loss=best&k=0&seed=3&s-y=x');
  assert.deepEqual(problems, ['loss', 'k', 's-y']);
  assert.equal(read.seed, 3);
});

test('a kept game brings its own settings and no others', () => {
  const text = printGame({ ...initialSettings(), loss: 'least-squares', seed: 9, told: '7', truncation: 1 });
  assert.doesNotMatch(text, /s-/);
  const found = gameIn(text);
  assert.equal(found.loss, 'least-squares');
  assert.ok(!('told' in found));
});

test('a loss may change in the middle of a game, the network not', () => {
  const settings = initialSettings();
  assert.equal(beginningOf(settings), beginningOf({ ...settings, loss: 'minimax', criticRate: 0.01, speed: 'slow' }));
  assert.notEqual(beginningOf(settings), beginningOf({ ...settings, batch: 64 }));
  assert.notEqual(identityOf(settings), identityOf({ ...settings, loss: 'minimax' }));
  assert.equal(identityOf(settings), identityOf({ ...settings, speed: 'slow', clip: 3 }));
});

test('WGAN brings its customs, and leaving it takes them back', () => {
  const wgan = { ...initialSettings(), ...withConsequences(initialSettings(), { loss: 'wasserstein' }) };
  assert.equal(wgan.regulariser, 'clip');
  assert.ok(wgan.criticSteps > 1 && optionsOf(wgan).options.clip > 0 && !('smoothing' in optionsOf(wgan).options));
  const back = { ...wgan, ...withConsequences(wgan, { loss: 'least-squares' }) };
  assert.equal(back.regulariser, 'none');
  assert.ok(!('clip' in optionsOf(back).options));
});

test('figures of the player who did not move are not recorded again', () => {
  const ledger = played(6);
  assert.deepEqual(ledger.series('criticLoss').x, [1, 3, 5]);
  assert.deepEqual(ledger.series('generatorNorm').x, [2, 4, 6]);
  assert.equal(perRound(ledger, 2), 50);
});

test('the record knows whose turn it is, and after a cut too', () => {
  const ledger = new Ledger();
  assert.equal(ledger.next(2), 'critic');
  ledger.push(half(1, 'critic'));
  assert.equal(ledger.next(2), 'critic');
  ledger.push(half(2, 'critic'));
  assert.equal(ledger.next(2), 'generator');
  ledger.push(half(3, 'generator'));
  assert.equal(ledger.next(2), 'critic');
  ledger.cutAfter(1);
  assert.equal(ledger.ahead, 1);
  assert.equal(ledger.last.step, 1);
});

test('the film keeps its beginning and its end, and goes back with the game', () => {
  const ledger = played(200);
  for (let step = 1; step <= 200; step++) ledger.addFrame(step, new Float32Array(FRAME.values), null);
  assert.ok(ledger.film.length <= 64);
  assert.equal(ledger.film[0].step, 1);
  assert.equal(ledger.film.at(-1).step, 200);
  ledger.cutAfter(50);
  assert.ok(ledger.film.every(({ step }) => step <= 50));
});

test('a record survives the database, and is a table', () => {
  const ledger = played(5);
  ledger.addFrame(5, new Float32Array(FRAME.values).fill(0.5), { counts: [1], sure: 1, covered: 1, divergence: 0 });
  const copy = Ledger.fromRecord(structuredClone(ledger.toRecord()));
  assert.deepEqual(copy.columns, ledger.columns);
  assert.deepEqual(copy.film, ledger.film);
  const [head, first] = ledger.toCsv().split('\n');
  assert.match(head, /^step,round,epoch,player/);
  assert.match(first, /^1,0,0,critic,1,,3,,1.5,-1.5,10$/);
});

test('a long game is thinned by whole rounds', () => {
  const ledger = played(30_000);
  assert.ok(ledger.length < 20_000);
  const { player } = ledger.columns;
  assert.equal(player.filter((each) => each === 1).length, player.filter((each) => each === 0).length);
});

test('symptoms are read off the record', () => {
  const vanishing = played(400, (step) => ({ generatorNorm: step < 50 ? 1 : 0.001, real: [6], fake: [-6] }));
  assert.ok(saturation(vanishing).left < 0.01);
  assert.equal(saturation(vanishing).gap, 12);
  const swinging = played(400, (step) => ({ fake: [Math.sin(step / 8) * 3] }));
  assert.ok(swing(swinging).spread > 1.5 && swing(swinging).crossings > 2);
  assert.equal(collapse(played(4)), null);
});

test('each failure is recognised by its settings, and its cure is none', () => {
  for (const { broken, cured } of FAILURES) {
    assert.ok(isSet({ ...initialSettings(), ...broken }, broken));
    assert.ok(!isSet({ ...initialSettings(), ...cured }, broken));
  }
});
