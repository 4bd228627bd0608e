// What the engine says when something is missing or damaged, and that trying again works.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, startEngine } from './engine-page.mjs';
import { HALF_SEVEN, PIXELS, setUp } from './harness.mjs';

const { site, browser } = await setUp();

const WASM = 'wasm/halfdrawn_web_bg.wasm';
const GLUE = 'wasm/halfdrawn_web.js';
const INDEX = 'pretrained/index.json';
const WEIGHTS = 'pretrained/completion-base/model.safetensors';
const CONFIG = 'pretrained/completion-base/config.json';
const request = { ...HALF_SEVEN, count: 1, seed: 1 };

/** A blank page on which errors in the console are to be expected. */
const visit = (run) =>
  browser.visit(`${site.url}blank.html`, { expectErrors: true }, run).finally(() => site.faults.clear());

const cut = (share) => (bytes) => bytes.subarray(0, Math.floor(bytes.length * share));
const flip = (share) => (bytes) => {
  const damaged = Buffer.from(bytes);
  damaged[Math.min(damaged.length - 1, Math.floor(damaged.length * share))] ^= 0x10;
  return damaged;
};

const starts = [
  ['the wasm file is missing', WASM, 404, 'fetch', WASM],
  ['the server breaks down', WASM, 503, 'fetch', '503'],
  ['the wasm file is cut short', WASM, cut(0.5), 'wasm', 'WebAssembly'],
  ['the wasm file is a web page', WASM, () => '<!doctype html>', 'wasm', 'WebAssembly'],
  ['the script that binds it is missing', GLUE, 404, 'fetch', GLUE],
  ['the list of models is missing', INDEX, 404, 'fetch', INDEX],
  ['the list of models is damaged', INDEX, cut(0.5), 'weights', INDEX],
  ['the worker is missing', 'js/worker.js', 404, 'fetch', 'worker'],
];
for (const [what, path, fault, code, named] of starts) {
  test(`start says so when ${what}, and works once it is mended`, async () => {
    site.faults.set(path, fault);
    await visit(async (page) => {
      const error = await startEngine(page);
      assert.equal(error?.code, code, JSON.stringify(error));
      assert.ok(error.message.includes(named), error.message);
      site.faults.clear();
      assert.equal(await startEngine(page), null);
      assert.equal((await ask(page, 'complete', request)).images.length, PIXELS);
    });
  });
}

const damages = [
  ['are missing', WEIGHTS, 404, 'fetch'],
  ['are empty', WEIGHTS, () => '', 'weights'],
  ['lack their last byte', WEIGHTS, (bytes) => bytes.subarray(0, -1), 'weights'],
  ['are cut in half', WEIGHTS, cut(0.5), 'weights'],
  ['have a byte too many', WEIGHTS, (bytes) => Buffer.concat([bytes, Buffer.of(0)]), 'weights'],
  ...[0, 0.005, 0.02, 0.3, 0.6, 0.999].map((share) => [
    `have a bit flipped at ${share * 100} %`,
    WEIGHTS,
    flip(share),
    'weights',
  ]),
  ['have no configuration', CONFIG, 404, 'fetch'],
  ['have a configuration cut in half', CONFIG, cut(0.5), 'weights'],
  ['have the configuration of another model', CONFIG, () => '{}', 'weights'],
];
for (const [what, path, fault, code] of damages) {
  test(`a request says so when the weights ${what}, and works once they are mended`, async () => {
    site.faults.set(path, fault);
    await visit(async (page) => {
      assert.equal(await startEngine(page), null);
      const { error } = await ask(page, 'complete', request);
      assert.equal(error?.code, code, JSON.stringify(error));
      assert.ok(error.message.length > 20, error.message);
      const other = await ask(page, 'complete', { ...request, model: 'pixelcnn-small' });
      assert.equal(other.images?.length, PIXELS, 'the other model is not affected');
      site.faults.clear();
      assert.equal((await ask(page, 'complete', request)).images?.length, PIXELS, 'mended');
    });
  });
}

test('a browser without WebAssembly, or without SIMD, is told what to do', async () => {
  await visit(async (page) => {
    const validate = await page.evaluate(() => {
      window.realValidate = WebAssembly.validate;
      WebAssembly.validate = () => false;
    });
    assert.equal(validate, undefined);
    assert.equal((await startEngine(page))?.code, 'simd');
    await page.evaluate(() => {
      WebAssembly.validate = window.realValidate;
      window.WebAssembly = undefined;
    });
    const error = await startEngine(page);
    assert.equal(error?.code, 'wasm');
    assert.match(error.message, /browser/);
  });
});
