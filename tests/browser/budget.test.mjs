// What a visitor waits for: everything up to the first completion, gzipped, and how long it takes.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DIST, setUp } from './harness.mjs';

const MOST_BYTES = 1_500_000;
const MOST_BYTES_OF_WEIGHTS = 1_000_000;

const { site, browser } = await setUp();

test('everything up to the first completion is under 1.5 MB gzipped', async () => {
  // The service worker fetches what later visits need; the first completion does not wait for it.
  await browser.visit(site.url, { context: { serviceWorkers: 'block' } }, (page) =>
    page.waitForLoadState('networkidle'),
  );
  const loaded = site.answers.filter(({ status }) => status === 200);
  const total = loaded.reduce((sum, { bytes }) => sum + bytes, 0);
  const width = Math.max(...loaded.map(({ path }) => path.length));
  for (const { path, bytes } of loaded.toSorted((a, b) => b.bytes - a.bytes)) {
    console.log(`${path.padEnd(width)} ${String(bytes).padStart(9)}`);
  }
  console.log(`${'in all'.padEnd(width)} ${String(total).padStart(9)} of ${MOST_BYTES}`);
  const models = JSON.parse(await readFile(`${DIST}pretrained/index.json`, 'utf8'));
  const { name } = models.find((model) => model.default);
  for (const needed of ['wasm/halfdrawn_web_bg.wasm', `pretrained/${name}/model.safetensors`]) {
    assert.ok(loaded.some(({ path }) => path === needed), `${needed} was not loaded`);
  }
  assert.ok(total < MOST_BYTES, `${total} bytes are more than ${MOST_BYTES}`);
});

test('the default model costs at most 1 MB gzipped', async () => {
  const models = JSON.parse(await readFile(`${DIST}pretrained/index.json`, 'utf8'));
  const { name } = models.find((model) => model.default);
  const bytes = gzipSync(await readFile(`${DIST}pretrained/${name}/model.safetensors`)).length;
  assert.ok(bytes <= MOST_BYTES_OF_WEIGHTS, `${bytes} bytes`);
});
