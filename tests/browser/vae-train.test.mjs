// Training in the page: play, pause, step, rewind, reset, keep, export, import.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { DIST, setUp } from './harness.mjs';
import { SMALL, begin, losses, ready, saved, says, stepIs, stepOf } from './vae-train.mjs';

const { site, browser } = await setUp();

const visit = (run, hash = SMALL, options = {}) => browser.visit(`${site.url}vae.html${hash}`, options, run);

test('the page opens with pictures to look at and one button to press', () =>
  visit(async (page) => {
    await ready(page);
    assert.equal(await page.textContent('#play-word'), 'Train');
    assert.equal(await page.locator('main button.primary:visible').count(), 1);
    assert.match(await page.textContent('#status'), /Press Train/);
    const shades = await page.$eval('#samples canvas', (canvas) =>
      new Set(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).size,
    );
    assert.ok(shades > 10, `${shades} shades`);
  }, ''));

test('play trains, pause holds, and the loss falls', () =>
  visit(async (page) => {
    await ready(page);
    await page.click('#play');
    await stepIs(page, 40);
    assert.match(await page.textContent('#status'), /^Training on the CPU/);
    await page.click('#play');
    await says(page, /^Paused/);
    const held = await stepOf(page);
    await page.waitForTimeout(400);
    assert.equal(await stepOf(page), held);
    const all = await losses(page);
    assert.equal(all.length, held);
    assert.deepEqual(all.map(({ step }) => step), all.map((_, index) => index + 1));
    const mean = (rows) => rows.reduce((sum, { loss }) => sum + loss, 0) / rows.length;
    assert.ok(mean(all.slice(-5)) < 0.7 * mean(all.slice(0, 3)));
  }));

test('one step is one step, and rewinding takes it back', () =>
  visit(async (page) => {
    await begin(page);
    await page.click('#step');
    await says(page, /^Paused at step 2/);
    const [, second] = await losses(page);
    await page.click('#rewind');
    await says(page, /^Paused at step 1/);
    assert.equal(await stepOf(page), 1);
    await page.click('#step');
    await says(page, /^Paused at step 2/);
    assert.deepEqual((await losses(page))[1], second, 'the same step again has the same loss');
  }));

test('an epoch ends where every picture has been seen once, with a look at held-out ones', () =>
  visit(async (page) => {
    await ready(page);
    await page.click('#epoch');
    await says(page, /^Paused at step 1[78]\./);
    await page.waitForFunction(() => /^−\d/.test(document.querySelector('#meter-held-out').textContent));
  }, '#model=vae&preset=mlp-2d&data=fashion-mnist&dev=cpu&batch=512'));

test('beginning again with the same seed repeats the run, another seed does not', () =>
  visit(async (page) => {
    await begin(page);
    const [first] = await losses(page);
    await page.click('#again');
    await says(page, /^Ready/);
    await page.click('#step');
    await says(page, /^Paused at step 1/);
    assert.deepEqual((await losses(page))[0], first);
    await page.click('#renew');
    await says(page, /^Ready/);
    assert.notEqual(await page.inputValue('#knob-seed'), '7');
    await page.click('#step');
    await says(page, /^Paused at step 1/);
    assert.notDeepEqual((await losses(page))[0], first);
  }));

test('a reload finds the run and its losses as they were, and goes on', () =>
  visit(async (page) => {
    await ready(page);
    await page.click('#play');
    await stepIs(page, 30);
    await page.click('#play');
    await says(page, /^Paused/);
    const held = await stepOf(page);
    const before = await losses(page);
    await page.waitForFunction((step) => document.querySelector('#shares').textContent.endsWith(` ${step}`), held);
    await page.reload();
    await says(page, /^Your run is here again/);
    assert.equal(await stepOf(page), held);
    assert.deepEqual(await losses(page), before);
    assert.equal(await page.textContent('#play-word'), 'Go on');
    await page.click('#play');
    await stepIs(page, held + 5);
  }));

test('weights go out as a file and come in again; a damaged file is refused with words', () =>
  visit(async (page) => {
    await begin(page);
    const { name, bytes } = await saved(page, 'weights');
    assert.match(name, /^halfdrawn-vae-mlp-2d-mnist-seed-7-step-1\.safetensors$/);
    await page.setInputFiles('#file', { name, mimeType: 'application/octet-stream', buffer: bytes });
    await says(page, /are in place/);
    assert.equal(await stepOf(page), 0);
    assert.ok(await page.isHidden('#notice'));
    const half = bytes.subarray(0, bytes.length >> 1);
    await page.setInputFiles('#file', { name: 'half.safetensors', mimeType: 'application/octet-stream', buffer: half });
    await page.waitForSelector('#notice:not([hidden])');
    assert.match(await page.textContent('#notice .title'), /do not fit/);
  }));

test('weights of another network bring their network with them, and lose nothing', () =>
  visit(async (page) => {
    await begin(page);
    const { name, bytes } = await saved(page, 'weights');
    await page.selectOption('#knob-model', 'autoencoder');
    await page.selectOption('#knob-preset', 'mlp-20');
    await says(page, /^Ready/);
    await page.click('#step');
    await says(page, /^Paused at step 1/);
    await page.setInputFiles('#file', { name, mimeType: 'application/octet-stream', buffer: bytes });
    await says(page, /are in place, and with them their network: VAE mlp-2d/);
    assert.deepEqual(
      [await page.inputValue('#knob-model'), await page.inputValue('#knob-preset'), await page.inputValue('#knob-latent')],
      ['vae', 'mlp-2d', '2'],
    );
    assert.equal(await stepOf(page), 0);
    await page.waitForSelector('#runs li:has-text("Autoencoder")');
    await page.waitForFunction(() => location.hash.includes('preset=mlp-2d'));
    assert.equal(await stepOf(page), 0, 'the settings of the weights open no other run');
    await page.click('#step');
    await says(page, /^Paused at step 1/);
  }));

test('weights that are refused leave the run as it was, and say why', () =>
  visit(async (page) => {
    await begin(page);
    const before = await losses(page);
    const { bytes } = await saved(page, 'weights');
    const wrong = Buffer.from(bytes);
    wrong.writeFloatLE(NaN, wrong.length - 4);
    const foreign = await readFile(`${DIST}pretrained/completion-base/model.safetensors`);
    for (const [buffer, title, advice] of [
      [foreign, /not for this page/, /some\.safetensors holds no network that this page trains/],
      [wrong, /do not fit/, /no finite numbers/],
      [bytes.subarray(0, 1000), /do not fit/, /damaged/],
    ]) {
      await page.setInputFiles('#file', { name: 'some.safetensors', mimeType: 'application/octet-stream', buffer });
      await page.waitForFunction((words) => new RegExp(words).test(document.querySelector('#notice:not([hidden]) .title')?.textContent), title.source);
      assert.match(await page.textContent('#notice .advice'), advice);
      await page.waitForFunction(() => document.querySelector('#meter-step').textContent === '1');
      await page.click('#notice .dismiss');
    }
    assert.deepEqual(await losses(page), before);
    await page.click('#step');
    await says(page, /^Paused at step 2/);
  }));

test('pictures are saved as a PNG that is one', () =>
  visit(async (page) => {
    await ready(page);
    const { name, bytes } = await saved(page, 'pictures');
    assert.match(name, /\.png$/);
    assert.deepEqual([...bytes.subarray(1, 4)], [...Buffer.from('PNG')]);
    assert.ok(bytes.length > 5000);
  }));

test('a run that is replaced stays on the chart, and can be gone on with or forgotten', () =>
  visit(async (page) => {
    await begin(page);
    await page.click('#again');
    await page.waitForSelector('#runs li');
    assert.match(await page.textContent('#runs li'), /VAE · mlp-2d · seed 7 · 1 step/);
    assert.ok(await page.isChecked('#runs input'));
    await page.click('#runs button:has-text("Go on")');
    await says(page, /^Your run is here again, at step 1/);
    await page.waitForFunction(() => document.querySelectorAll('#runs li').length === 0);
  }));

test('a link carries the settings', () =>
  visit(async (page) => {
    await ready(page);
    await page.selectOption('#knob-model', 'autoencoder');
    await page.selectOption('#knob-learningRate', '0.003');
    await page.selectOption('#knob-loss', 'squared');
    await page.waitForFunction(() => /model=autoencoder.*lr=0\.003.*loss=squared/.test(location.hash));
    const link = page.url();
    await browser.visit(link, async (other) => {
      await ready(other);
      assert.equal(await other.inputValue('#knob-loss'), 'squared');
      assert.ok(await other.isHidden('#knob-beta'));
    });
  }));

test('a damaged link is told of, and the page works', () =>
  visit(async (page) => {
    await ready(page);
    assert.match(await page.textContent('#notice'), /batch, frob/);
    assert.equal(await page.inputValue('#knob-batch'), '128');
  }, '#model=vae&preset=mlp-2d&dev=cpu&batch=-3&frob=1'));

test('a run that diverges names the setting, and goes on with a smaller one', () =>
  visit(
    async (page) => {
      await ready(page);
      await page.click('#play');
      await page.waitForSelector('#notice:not([hidden])');
      assert.match(await page.textContent('#notice .title'), /diverged/);
      assert.match(await page.textContent('#notice .advice'), /learning rate/);
      assert.match(await page.textContent('#status'), /^The run has stopped/);
      const good = await stepOf(page);
      await page.selectOption('#knob-learningRate', '0.001');
      await page.click('#step');
      await says(page, /^Paused/);
      const steps = (await losses(page)).map(({ step }) => step);
      assert.deepEqual(steps, Array.from({ length: good + 1 }, (_, index) => index + 1), 'steps that were taken back are not shown');
      await page.click('#play');
      await stepIs(page, 4);
      assert.match(await page.textContent('#status'), /^Training on the CPU/);
    },
    `${SMALL}&lr=1`,
  ));

test('the learning rate changes in flight', () =>
  visit(async (page) => {
    await begin(page);
    await page.selectOption('#knob-learningRate', '0.0001');
    await page.click('#step');
    await says(page, /^Paused at step 2/);
    const { bytes } = await saved(page, 'losses');
    const rates = bytes.toString().split('\n').filter((row) => row.startsWith('train')).map((row) => Number(row.split(',')[7]));
    assert.ok(Math.abs(rates[0] - 0.001) < 1e-9 && Math.abs(rates[1] - 0.0001) < 1e-9, String(rates));
  }));

test('a full disk is told of and training goes on', () =>
  visit(async (page) => {
    await page.evaluate(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('full', 'QuotaExceededError');
      };
    });
    await begin(page);
    await page.waitForSelector('#notice:not([hidden])');
    assert.match(await page.textContent('#notice .title'), /storage is full/);
    await page.click('#step');
    await says(page, /^Paused at step 2/);
  }));

test('the views take at most a tenth of the time', () =>
  visit(async (page) => {
    await ready(page);
    await page.click('#play');
    await page.waitForTimeout(20_000);
    // The share is that of the last half-minute: a first look that had to wait for others counts for so long.
    let shares = [];
    for (let looks = 0; looks < 5; looks++) {
      shares = [];
      for (let look = 0; look < 20; look++) {
        await page.waitForTimeout(400);
        shares.push(Number((await page.textContent('#shares')).match(/\d+/)[0]));
      }
      if (shares.reduce((sum, share) => sum + share, 0) / shares.length <= 11) return;
    }
    assert.fail(String(shares));
  }, '#model=vae&preset=mlp-20&dev=cpu'));

test('who comes back to the tab is told what went on meanwhile', () =>
  visit(async (page) => {
    await ready(page);
    await page.click('#play');
    await stepIs(page, 5);
    const hide = (hidden) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { configurable: true, value });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await hide(true);
    await page.waitForTimeout(700);
    await hide(false);
    await says(page, /background, training went on: \d+ steps/);
  }));
