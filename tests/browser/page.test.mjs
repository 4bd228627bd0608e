// The main job, with a real pointer: draw, complete, undo, keep, share.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { setUp } from './harness.mjs';
import { counts, finished, pictures, stroke } from './page.mjs';

const { site, browser } = await setUp();

const visit = (run, hash = '', options = {}) => browser.visit(`${site.url}${hash}`, options, run);

test('the page opens with a half-drawn digit finished in nine ways', () =>
  visit(async (page) => {
    await finished(page);
    assert.equal(await page.locator('.keep:visible').count(), 9);
    for (const nats of await page.locator('.nats:visible').allTextContents()) {
      assert.match(nats, /^−\d+\.\d$/);
    }
    assert.match(await page.textContent('#status'), /^9 completions, −[\d.]+ nats on average$/);
    const { ink, hidden } = await counts(page);
    assert.ok(ink > 20 && hidden === 392);
  }));

test('a stroke is completed anew, undo takes it back and redo brings it again', () =>
  visit(async (page) => {
    await finished(page);
    const first = await pictures(page);
    const before = await counts(page);
    await stroke(page, [[3, 3], [10, 4]]);
    await finished(page);
    const second = await pictures(page);
    assert.notDeepEqual(second, first);
    assert.ok((await counts(page)).ink > before.ink);
    await page.click('#undo');
    await finished(page);
    assert.deepEqual(await pictures(page), first);
    assert.ok(await page.isDisabled('#undo'));
    await page.keyboard.press('Control+Shift+z');
    await finished(page);
    assert.deepEqual(await pictures(page), second);
    assert.ok(await page.isDisabled('#redo'));
  }));

test('ink drawn into the hidden region is known, and the eraser gives it back', () =>
  visit(async (page) => {
    await finished(page);
    const before = await counts(page);
    await stroke(page, [[20, 22], [24, 22]]);
    const drawn = await counts(page);
    assert.ok(drawn.hidden < before.hidden);
    assert.equal(drawn.ink - before.ink, before.hidden - drawn.hidden);
    await page.keyboard.press('e');
    await page.fill('#width', '6');
    await stroke(page, [[18, 22], [26, 22]]);
    assert.deepEqual(await counts(page), before);
  }));

test('the unknown brush hides what it is drawn over', () =>
  visit(async (page) => {
    await page.click('#regions [value=scribble]');
    assert.equal((await counts(page)).hidden, 0);
    await finished(page);
    assert.match(await page.textContent('#status'), /Nothing is hidden/);
    await stroke(page, [[14, 6], [14, 20]]);
    const { hidden } = await counts(page);
    assert.ok(hidden > 20 && hidden < 80, String(hidden));
    await finished(page);
    assert.match(await page.textContent('#status'), /9 completions/);
  }));

test('each region hides its part and only my ink leaves the rest to the model', () =>
  visit(async (page) => {
    for (const [region, hidden] of Object.entries({ top: 392, left: 392, right: 392, centre: 196 })) {
      await page.click(`#regions [value=${region}]`);
      assert.equal((await counts(page)).hidden, hidden, region);
    }
    await page.click('#regions [value=ink]');
    const counted = await counts(page);
    assert.equal(counted.ink + counted.hidden, 784);
    await finished(page);
  }));

test('a completion that is kept becomes the drawing, and one goes on from it', () =>
  visit(async (page) => {
    await finished(page);
    const before = await counts(page);
    await page.locator('.keep').nth(2).click();
    await finished(page);
    assert.equal(await page.getAttribute('#regions [value=ink]', 'aria-checked'), 'true');
    const kept = await counts(page);
    assert.equal(kept.ink + kept.hidden, 784);
    assert.ok(kept.ink > before.ink);
    await stroke(page, [[2, 2], [2, 8]]);
    await finished(page);
    assert.ok((await counts(page)).ink > kept.ink);
    await page.click('#undo');
    await page.click('#undo');
    assert.deepEqual(await counts(page), before);
  }));

test('a link gives the same pictures in another browser', async () => {
  let link;
  let seen;
  const context = { permissions: ['clipboard-read', 'clipboard-write'] };
  await visit(
    async (page) => {
      await page.click('#regions [value=right]');
      await page.fill('#count', '5');
      await page.fill('#temperature', '0.7');
      await page.fill('#seed', '4294967295');
      await page.keyboard.press('Enter');
      await stroke(page, [[4, 20], [9, 24]]);
      await page.check('#fit');
      await finished(page);
      seen = await pictures(page);
      await page.click('#copy');
      await page.waitForFunction(() => /copied/.test(document.querySelector('#status').textContent));
      link = await page.evaluate(() => navigator.clipboard.readText());
    },
    '',
    { context },
  );
  assert.ok(link.length < 600, `${link.length} characters`);
  await browser.visit(link, async (page) => {
    await finished(page);
    assert.equal(seen.length, 5);
    assert.deepEqual(await pictures(page), seen);
    assert.equal(await page.inputValue('#seed'), '4294967295');
    assert.ok(await page.isChecked('#fit'));
  });
});

test('a damaged link is told of, and the page works', () =>
  visit(async (page) => {
    await finished(page);
    assert.match(await page.textContent('#notice'), /d, seed, frob/);
    assert.equal(await page.locator('.keep:visible').count(), 4);
    assert.equal((await counts(page)).hidden, 392);
  }, '#d=%00%%&n=4&seed=-1&frob=2'));

test('a reload and a later visit find the drawing as it was', () =>
  visit(async (page) => {
    await finished(page);
    await stroke(page, [[5, 5], [9, 9]]);
    await finished(page);
    const seen = await pictures(page);
    await page.reload();
    await finished(page);
    assert.deepEqual(await pictures(page), seen);
    await page.goto('about:blank');
    await page.goto(site.url);
    await finished(page);
    assert.deepEqual(await pictures(page), seen);
  }));

test('the seed decides: the dice change the pictures, the old seed brings them back', () =>
  visit(async (page) => {
    await finished(page);
    const seen = await pictures(page);
    await page.click('#dice');
    await finished(page);
    assert.notDeepEqual(await pictures(page), seen);
    await page.fill('#seed', '7');
    await page.press('#seed', 'Enter');
    await finished(page);
    assert.deepEqual(await pictures(page), seen);
    await page.fill('#seed', '5000000000');
    await page.press('#seed', 'Enter');
    assert.equal(await page.getAttribute('#seed', 'aria-invalid'), 'true');
    assert.match(await page.textContent('#status'), /0 to 4294967295/);
  }));

test('an example replaces the drawing, and what is under its cover can be looked at', () =>
  visit(async (page) => {
    await page.locator('#examples button').nth(2).click();
    await finished(page);
    const canvas = () => page.$eval('#canvas canvas', (each) => each.toDataURL());
    const covered = await canvas();
    await page.check('#peek');
    await finished(page);
    assert.notEqual(await canvas(), covered);
  }));

test('scaling and centring changes what the model sees and not the drawing', () =>
  visit(async (page) => {
    await page.click('#clear');
    await page.click('#regions [value=ink]');
    await stroke(page, [[2, 2], [8, 2], [4, 10]]);
    const eye = () => page.$eval('#eye canvas', (each) => each.toDataURL());
    const before = await eye();
    await page.check('#fit');
    assert.notEqual(await eye(), before);
    await page.uncheck('#fit');
    assert.equal(await eye(), before);
  }));

test('slow motion plays, pauses, steps, and tells the chance of each pixel', () =>
  visit(async (page) => {
    await finished(page);
    const position = () => page.inputValue('#slow-position').then(Number);
    const readout = () => page.textContent('#readout');
    assert.equal(await position(), 392);
    await page.locator('.watch').nth(1).click();
    await page.waitForFunction(() => Number(document.querySelector('#slow-position').value) > 3);
    await page.keyboard.press('k');
    const stopped = await position();
    assert.ok(stopped < 392);
    await page.click('#slow-next');
    assert.equal(await position(), stopped + 1);
    await page.click('#slow-back');
    await page.click('#slow-back');
    assert.equal(await position(), stopped - 1);
    await page.fill('#slow-position', '30');
    assert.match(await readout(), /^Row 16, column 3 is next: p\(ink \| what came before\) = [01]\.\d{3}\.$/);
    await page.focus('#slow-canvas canvas');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    assert.match(await readout(), /^Row 16, column 2: p\(ink \| what came before\) = [01]\.\d{3}\. It came up/);
    assert.equal(await page.textContent('#slow-status'), await readout());
    const box = await page.locator('#slow-canvas canvas').boundingBox();
    await page.mouse.move(box.x + 2, box.y + 2);
    assert.match(await readout(), /^Row 1, column 1: paper, given by you/);
  }));

test('the lesson shows both models on the same drawing, and loads the plain one only then', () =>
  visit(
    async (page) => {
      await finished(page);
      const plain = 'pretrained/pixelcnn-small/model.safetensors';
      const loads = () => site.answers.filter(({ path }) => path === plain).length;
      const before = loads();
      assert.equal(await page.locator('.model:visible').count(), 1);
      await page.click('#lessons [value=both]');
      await finished(page);
      assert.equal(loads(), before + 1);
      assert.equal(await page.locator('.keep:visible').count(), 18);
      await page.waitForFunction(() => /\d/.test(document.querySelector('#nats-pixelcnn').textContent));
      assert.match(await page.textContent('#nats-completion'), /^−[\d.,]+ nats$/);
      assert.match(await page.textContent('#verdict-text'), /nats|equally/);
      await page.click('#lessons [value=plain]');
      await finished(page);
      assert.equal(await page.locator('.keep:visible').count(), 9);
    },
    '',
    { context: { serviceWorkers: 'block' } },
  ));

test('the picture can be saved', () =>
  visit(async (page) => {
    await finished(page);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#save')]);
    assert.equal(download.suggestedFilename(), 'halfdrawn-7.png');
    const bytes = await readFile(await download.path());
    assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
    assert.ok(bytes.length > 3000);
  }));

test('the pen does not wait for the model', () =>
  visit(async (page) => {
    await page.fill('#count', '16');
    await finished(page);
    await page.evaluate(() => {
      window.gaps = [];
      let last = performance.now();
      const tick = (now) => {
        window.gaps.push(now - last);
        last = now;
        requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
    });
    await stroke(page, [[3, 3], [24, 5], [4, 9], [22, 12]]);
    const gaps = await page.evaluate(() => window.gaps.toSorted((a, b) => a - b));
    const median = gaps[gaps.length >> 1];
    assert.ok(median < 100, `a frame every ${median} ms`);
    await finished(page);
  }));
