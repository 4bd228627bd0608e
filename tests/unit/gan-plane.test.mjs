// The plane's mathematics: what is drawn becomes points, outputs become shares, fields have contours.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contour, shareOf } from '../../web/js/gan/plane/scale.js';
import { CELLS, cellsAlong, cloudOf, customsOf, initialPlane, liveOf, pointsOf } from '../../web/js/gan/plane/settings.js';
import { initialSettings, parseSettings, printSettings } from '../../web/js/gan/state.js';

test('the settings of the plane and what was drawn come back from the address', () => {
  const planeDrawn = new Uint8Array(CELLS * CELLS);
  for (const cell of [0, 77, CELLS * CELLS - 1]) planeDrawn[cell] = 1;
  const settings = { ...initialSettings(), planeCloud: 'drawn', planeLoss: 'wasserstein', planeClip: 0.3, planeSeed: 11, planeDrawn };
  const { settings: read, problems } = parseSettings(printSettings(settings));
  assert.deepEqual(problems, []);
  assert.deepEqual(read, settings);
});

test('drawn cells are points of the square, upwards is up', () => {
  assert.equal(pointsOf(null), null);
  assert.equal(pointsOf(new Uint8Array(CELLS * CELLS)), null);
  const cells = new Uint8Array(CELLS * CELLS);
  cells[0] = 1;
  cells[CELLS * CELLS - 1] = 1;
  const edge = 1 - 1 / CELLS;
  assert.deepEqual([...pointsOf(cells)], [-edge, edge, edge, -edge]);
  assert.equal(cloudOf({ ...initialPlane(), planeCloud: 'moons' }), 'moons');
  assert.equal(cloudOf({ ...initialPlane(), planeCloud: 'drawn' }), null);
});

test('a stroke has no gaps and keeps to the square', () => {
  const cells = cellsAlong([-3, 10.5], [CELLS + 3, 30.5], 0).sort((a, b) => a - b);
  assert.equal(new Set(cells.map((cell) => cell % CELLS)).size, CELLS);
  const places = cells.map((cell) => [cell % CELLS, Math.floor(cell / CELLS)]);
  for (const [x, y] of places) {
    const near = places.filter(([u, v]) => Math.abs(u - x) <= 1 && Math.abs(v - y) <= 1);
    assert.ok(near.length >= 2, `${x}, ${y}`);
  }
  assert.equal(cellsAlong([5.5, 5.5], [5.5, 5.5], 2).length, 25);
  assert.deepEqual(cellsAlong([-9, -9], [-9, -9], 2), []);
});

test('an output is a share between what is generated and what is real', () => {
  const view = { realOutputs: [4, 6], fakeOutputs: [0, 2], field: [-7, 3, 8] };
  assert.equal(shareOf('non-saturating', view)(0), 0);
  assert.ok(shareOf('minimax', view)(9) > 0.99);
  assert.equal(shareOf('least-squares', view)(0.5), 0);
  assert.equal(shareOf('least-squares', view)(3), 1);
  // Halfway between the means of real and generated, as far as the field reaches.
  assert.equal(shareOf('wasserstein', view)(3), 0);
  assert.equal(shareOf('wasserstein', view)(-7), -1);
});

test('the contour of a slope is the straight line where it has the level', () => {
  const side = 5;
  const field = Float32Array.from({ length: side * side }, (_, at) => at % side);
  const pieces = contour(field, side, 1.5);
  assert.equal(pieces.length, side - 1);
  for (const [x0, , x1] of pieces) assert.deepEqual([x0, x1], [1.5, 1.5]);
  assert.deepEqual(contour(field, side, 9), []);
});

test('each loss brings what it needs, and only a clipped critic is told a clip', () => {
  const of = (planeLoss) => liveOf({ ...initialPlane(), planeLoss, ...customsOf(planeLoss) });
  assert.deepEqual(of('wasserstein'), { loss: 'wasserstein', regulariser: 'clip', criticSteps: 5, criticRate: 0.001, generatorRate: 0.0005, beta1: 0, clip: 0.1 });
  assert.equal(of('least-squares').regulariser, 'spectral');
  assert.ok(!('clip' in of('minimax')) && of('minimax').criticSteps === 1);
});
