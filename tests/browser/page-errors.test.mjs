// When something fails: the page says what happened, the drawing is still there, trying again helps.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { setUp } from './harness.mjs';
import { counts, finished, stroke } from './page.mjs';

const { site, browser } = await setUp();
beforeEach(() => site.faults.clear());

const WEIGHTS = 'pretrained/completion-base/model.safetensors';
const options = { expectErrors: true, context: { serviceWorkers: 'block' } };

const told = (page) => page.waitForSelector('#notice:not([hidden])');

/** Sees the notice, draws all the same, repairs the fault, tries again. */
async function recovers(page, words) {
  await told(page);
  assert.match(await page.textContent('#notice'), words);
  const before = await counts(page);
  await stroke(page, [[3, 3], [8, 3]]);
  const drawn = await counts(page);
  assert.ok(drawn.ink > before.ink, 'one can draw');
  // What the stroke asked for is to fail too: mended before, it would put the notice away by itself.
  await page.waitForTimeout(1000);
  site.faults.clear();
  await told(page);
  await page.click('#notice .retry');
  await finished(page);
  assert.ok(await page.isHidden('#notice'));
  assert.deepEqual(await counts(page), drawn);
  assert.match(await page.textContent('#status'), /9 completions/);
}

const FAULTS = {
  'weights that are not there': [WEIGHTS, 404, /did not arrive/],
  'weights that are damaged': [
    WEIGHTS,
    (bytes) => Buffer.from(bytes).fill(0x5a, bytes.length / 2),
    /damaged/,
  ],
  'weights that are cut short': [WEIGHTS, (bytes) => bytes.subarray(0, 1000), /damaged/],
  'a bundle that is not there': ['wasm/halfdrawn_web_bg.wasm', 500, /did not arrive/],
  'a bundle that is damaged': [
    'wasm/halfdrawn_web_bg.wasm',
    (bytes) => bytes.subarray(0, bytes.length / 2),
    /stopped unexpectedly/,
  ],
  'a script of the bundle that is not there': ['wasm/halfdrawn_web.js', 404, /did not arrive/],
  'a worker that is not there': ['js/worker.js', 404, /did not arrive/],
  'a list of models that is not there': ['pretrained/index.json', 404, /did not arrive/],
};

for (const [what, [path, fault, words]] of Object.entries(FAULTS)) {
  test(`${what}: told, and mended by trying again`, async () => {
    site.faults.set(path, fault);
    await browser.visit(site.url, options, (page) => recovers(page, words));
  });
}

test('the plain model that is not there leaves the completion model at work', async () => {
  site.faults.set('pretrained/pixelcnn-small/model.safetensors', 404);
  await browser.visit(site.url, options, async (page) => {
    await finished(page);
    await page.click('#lessons [value=plain]');
    await told(page);
    await page.click('#lessons [value=completion]');
    await finished(page);
    assert.ok(await page.isHidden('#notice'));
  });
});

test('a worker that crashes is replaced by the next stroke', () =>
  browser.visit(site.url, options, async (page) => {
    await finished(page);
    const [worker] = page.workers();
    const ended = new Promise((done) => worker.once('close', done));
    await worker.evaluate(() => {
      setTimeout(() => {
        throw new Error('crashed on purpose');
      });
    });
    await ended;
    await stroke(page, [[3, 3], [8, 3]]);
    await finished(page);
    assert.equal(page.workers().length, 1);
    assert.match(await page.textContent('#status'), /9 completions/);
    assert.ok(await page.isHidden('#notice'));
  }));

/** Opens the page in a browser that `change` has taken something from. */
const lacking = (change, run) =>
  browser.visit(site.url, options, async (page) => {
    await page.addInitScript(change);
    await page.reload();
    await told(page);
    await run(page);
    const before = await counts(page);
    await stroke(page, [[3, 3], [8, 3]]);
    assert.ok((await counts(page)).ink > before.ink, 'one can draw');
  });

test('a browser without WebAssembly is told so', () =>
  lacking(
    () => delete window.WebAssembly,
    async (page) => assert.match(await page.textContent('#notice'), /cannot run the model.*WebAssembly/s),
  ));

test('a browser without SIMD is told which have it, and is offered no retry', () =>
  lacking(
    () => {
      WebAssembly.validate = () => false;
    },
    async (page) => {
      assert.match(await page.textContent('#notice'), /SIMD.*Firefox 89/s);
      assert.ok(await page.isHidden('#notice .retry'));
    },
  ));

test('words that do not arrive leave a message in both languages', async () => {
  site.faults.set('strings/en.json', 404);
  await browser.visit(site.url, options, async (page) => {
    await page.waitForSelector('#fatal:not([hidden])');
    assert.match(await page.textContent('#fatal'), /reload.*重新加载/s);
  });
});
