// The page that plays on WebGPU, on a software adapter: the game begins on the CPU, is handed over, and goes on
// when the GPU is lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp, WEBGPU } from './harness.mjs';
import { SMALL, ready, record, says, stepIs, stepOf } from './gan-page.mjs';
import { destroyDevice, exposeDevice, slowDownCpu } from './train-page.mjs';

/** Long enough for the shaders, on a machine that does much else. */
const TIMEOUT = 800_000;

const { site, browser } = await setUp({ args: WEBGPU });

test('a game begins on the CPU, is handed to the GPU, and goes on when that is lost', async (context) => {
  exposeDevice(site);
  slowDownCpu(site);
  await browser
    .visit(`${site.url}gan.html${SMALL.replace('dev=cpu', 'dev=auto')}`, { expectErrors: true, timeout: TIMEOUT }, async (page) => {
      if (!(await page.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter())))) {
        context.skip('this Chromium has no WebGPU adapter');
        return;
      }
      page.setDefaultTimeout(TIMEOUT);
      await ready(page);
      await page.click('#play');
      await says(page, /^Playing on the CPU/);
      await page.waitForFunction(() => /^Getting the GPU ready/.test(document.querySelector('#shares').textContent));
      const early = await stepOf(page);
      await stepIs(page, early + 4);

      await says(page, /^Playing on the WebGPU\. The GPU was measured to be faster/);
      assert.match(await page.textContent('#speeds'), /CPU [\d,.]+ ms a step\s+WebGPU [\d,.]+ ms a step\s+Adapter: .*software/);
      const taken = await stepOf(page);
      await stepIs(page, taken + 3);
      const before = await stepOf(page);
      await destroyDevice(page);
      await says(page, /^Playing on the CPU\. The GPU was lost: the CPU went on from step \d/);
      await stepIs(page, before + 4);
      await page.click('#play');
      await says(page, /^Paused/);

      const rows = await record(page);
      assert.deepEqual(rows.map(({ step }) => step), rows.map((_, index) => index + 1), 'every half-step once');
      const players = rows.map(({ player }) => player);
      assert.deepEqual(players, players.map((_, index) => (index % 2 === 0 ? 'critic' : 'generator')), 'in turn');
      assert.ok(await page.isHidden('#notice'));
    })
    .finally(() => site.faults.clear());
});
