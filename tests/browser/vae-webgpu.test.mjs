// The page on WebGPU, on a software adapter: the GPU is got ready beside the CPU that trains, takes the
// run over, and is lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launch, setUp, WEBGPU } from './harness.mjs';
import { destroyDevice, exposeDevice, slowDownCpu } from './train-page.mjs';
import { SMALL, losses, ready, says, stepIs, stepOf } from './vae-train.mjs';

const TIMEOUT = 400_000;
const AUTO = SMALL.replace('dev=cpu', 'dev=auto');

const { site, browser } = await setUp({ args: WEBGPU });

test('the CPU trains while the GPU is got ready, hands over at a snapshot, and goes on when it is lost', async (context) => {
  exposeDevice(site);
  slowDownCpu(site);
  await browser
    .visit(`${site.url}vae.html${AUTO}`, { expectErrors: true, timeout: TIMEOUT }, async (page) => {
      if (!(await page.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter())))) {
        context.skip('this Chromium has no WebGPU adapter');
        return;
      }
      page.setDefaultTimeout(TIMEOUT);
      await ready(page);
      await page.click('#play');
      const aside = (words) =>
        page.waitForFunction((source) => new RegExp(source).test(document.querySelector('#shares').textContent), words);
      await aside('^Getting the GPU ready: .* MB loaded');
      assert.match(await page.textContent('#status'), /^Training on the CPU/);
      const early = await stepOf(page);
      await stepIs(page, early + 10);
      await aside('[1-9]\\d* shaders compiled, [1-9] of 6 trial steps');
      assert.ok(await page.isVisible('#progress'));
      assert.ok((await page.$eval('#progress', (bar) => bar.value)) > 0);
      assert.match(await page.textContent('#status'), /^Training on the CPU/, 'the CPU trains meanwhile');

      await says(page, /^Training on the WebGPU\. The GPU was measured to be faster/);
      const taken = await stepOf(page);
      assert.match(await page.textContent('#speeds'), /CPU [\d,.]+ ms a step\s+WebGPU [\d,.]+ ms a step\s+Adapter: .*software/);
      assert.ok(await page.isHidden('#progress'));
      await stepIs(page, taken + 3);
      const before = await stepOf(page);
      await destroyDevice(page);
      await says(page, /^Training on the CPU\. The GPU was lost: the CPU went on from step \d/);
      const from = Number((await page.textContent('#status')).match(/from step ([\d,]+)/)[1].replace(',', ''));
      assert.ok(from > early, `from step ${from}, not from the beginning`);
      await stepIs(page, before + 5);
      await page.click('#play');
      await says(page, /^Paused/);
      const steps = (await losses(page)).map(({ step }) => step);
      assert.deepEqual(steps, steps.map((_, index) => index + 1), 'every step once');
      assert.ok(await page.isHidden('#notice'));
    })
    .finally(() => site.faults.clear());
});

test('without an adapter the page trains on the CPU and says why, in the visitor’s language', async () => {
  const plain = await launch();
  try {
    for (const [locale, start, words] of [
      ['en-GB', /^Press Train|learned/, /The CPU trains: WebGPU found no graphics adapter\.|The CPU trains: this browser has no WebGPU\./],
      ['zh-CN', /训练/, /由 CPU 训练：(WebGPU 未找到图形适配器|此浏览器没有 WebGPU)。/],
    ]) {
      await plain.visit(`${site.url}vae.html${AUTO}`, { expectErrors: true, context: { locale } }, async (page) => {
        await ready(page);
        assert.match(await page.textContent('h1'), start);
        await page.click('#play');
        await says(page, words);
        await page.click('#play');
      });
    }
  } finally {
    await plain.close();
  }
});
