// How long the steps of a run take.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { typical } from '../../web/js/engine/speed.js';

const steps = (player, ...times) => times.map((milliseconds) => ({ player, milliseconds }));

test('one slow step does not count, and players whose steps differ count alike', () => {
  assert.equal(typical(steps(undefined, 3, 900, 4)), 4);
  assert.equal(typical([...steps('critic', 10, 10, 12), ...steps('generator', 30)]), 20);
});
