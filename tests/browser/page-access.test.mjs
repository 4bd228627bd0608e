// The page for everybody: keyboard, touch, small and large screens, two languages, two lights.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setUp } from './harness.mjs';
import { counts, finished, overflow, pictures } from './page.mjs';

const { site, browser } = await setUp();

const visit = (context, run, hash = '') => browser.visit(`${site.url}${hash}`, { context }, run);

/** Presses Tab until the element that has the focus matches. */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  assert.fail(`Tab never reaches ${selector}`);
}

test('everything can be done by keyboard alone', () =>
  visit({}, async (page) => {
    await finished(page);
    const before = await counts(page);
    await tabTo(page, '#canvas canvas');
    for (let step = 0; step < 8; step++) await page.keyboard.press('ArrowUp');
    assert.match(await page.textContent('#status'), /^Row 7, column 15: /);
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('Space');
    await finished(page);
    await page.keyboard.press('ArrowLeft');
    assert.match(await page.textContent('#status'), /: (ink|paper)$/);
    const drawn = await counts(page);
    assert.ok(drawn.ink > before.ink);
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await tabTo(page, '#tools button');
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.getAttribute('#tools [value=eraser]', 'aria-checked'), 'true');
    await tabTo(page, '#regions button');
    await page.keyboard.press('ArrowLeft');
    assert.equal(await page.getAttribute('#regions [value=top]', 'aria-checked'), 'true');
    await finished(page);
    await tabTo(page, '.keep');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    assert.equal(
      await page.evaluate(() => [...document.querySelectorAll('.keep')].indexOf(document.activeElement)),
      4,
    );
    await page.keyboard.press('Enter');
    await finished(page);
    assert.equal(await page.getAttribute('#regions [value=ink]', 'aria-checked'), 'true');
    await page.keyboard.press('?');
    assert.ok(await page.isVisible('#help'));
    await page.keyboard.press('Escape');
    assert.ok(await page.isHidden('#help'));
  }));

test('what has the focus is seen to have it', () =>
  visit({}, async (page) => {
    await finished(page);
    const seen = new Set();
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press('Tab');
      const [name, width, style] = await page.evaluate(() => {
        const { outlineWidth, outlineStyle } = getComputedStyle(document.activeElement);
        return [document.activeElement.outerHTML.slice(0, 80), parseFloat(outlineWidth), outlineStyle];
      });
      if (name.startsWith('<body')) break;
      seen.add(name);
      assert.ok(width >= 2 && style !== 'none', name);
    }
    assert.ok(seen.size > 20, `${seen.size} stops`);
  }));

test('every control has a name', () =>
  visit({}, async (page) => {
    await finished(page);
    const snapshot = await page.locator('body').ariaSnapshot();
    assert.doesNotMatch(snapshot, /- (button|checkbox|radio|slider|combobox|textbox|img|application)( \[[^\]]*\])*:?$/m);
  }));

test('single keys can be switched off', () =>
  visit({}, async (page) => {
    await finished(page);
    await page.keyboard.press('?');
    await page.uncheck('#shortcuts');
    await page.keyboard.press('Escape');
    await page.keyboard.press('e');
    assert.equal(await page.getAttribute('#tools [value=pen]', 'aria-checked'), 'true');
  }));

test('a finger draws on a phone, and the page stays where it is', () =>
  visit({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, async (page, context) => {
    await finished(page);
    const before = await counts(page);
    const box = await page.locator('#canvas canvas').boundingBox();
    const touch = await context.newCDPSession(page);
    const at = (x, y) => [{ x: box.x + box.width * x, y: box.y + box.height * y }];
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0.2, 0.45) });
    for (let step = 1; step <= 10; step++) {
      await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(0.2, 0.45 - step * 0.04) });
    }
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await finished(page);
    assert.ok((await counts(page)).ink > before.ink + 8);
    assert.equal(await page.evaluate(() => window.scrollY), 0);
    const firstRow = await page.locator('.keep').first().boundingBox();
    assert.ok(firstRow.y + firstRow.height < 844, 'the first completions are in view');
  }));

for (const [width, height] of [[360, 640], [390, 844], [768, 1024], [1024, 768], [1280, 800], [1920, 1080]]) {
  test(`nothing overflows and every target is large enough at ${width} by ${height}`, () =>
    visit({ viewport: { width, height }, hasTouch: width < 800 }, async (page) => {
      for (const lesson of ['completion', 'both']) {
        await page.click(`#lessons [value=${lesson}]`);
        await finished(page);
        assert.ok((await overflow(page)) <= 0, `${await overflow(page)} px too wide with ${lesson}`);
      }
      const small = await page.$$eval('button, select, input', (all) =>
        all
          .filter((each) => each.checkVisibility() && !each.matches('.watch, [type=checkbox]'))
          .map((each) => [each.id || each.className || each.value, each.getBoundingClientRect()])
          .filter(([, box]) => box.width < 39.5 || box.height < 39.5)
          .map(([name, box]) => `${name} ${box.width}×${box.height}`),
      );
      assert.deepEqual(small, []);
    }));
}

test('the browser’s language is spoken, and can be changed', () =>
  visit({ locale: 'zh-CN' }, async (page) => {
    await finished(page);
    assert.match(await page.textContent('h1'), /画半个数字/);
    assert.equal(await page.getAttribute('html', 'lang'), 'zh-CN');
    const seen = await pictures(page);
    await page.selectOption('#language', 'en');
    await page.waitForFunction(() => /^Draw half/.test(document.querySelector('h1').textContent));
    assert.match(await page.textContent('#status'), /9 completions/);
    assert.deepEqual(await pictures(page), seen);
    await page.reload();
    await finished(page);
    assert.match(await page.textContent('h1'), /^Draw half/);
  }));

for (const locale of ['en-GB', 'zh-CN', 'fr-FR']) {
  test(`no word is missing in ${locale}`, () =>
    visit({ locale }, async (page) => {
      await page.click('#lessons [value=both]');
      await finished(page);
      await page.click('#help-open');
      const text = await page.evaluate(() =>
        [document.body.innerText, ...[...document.querySelectorAll('[aria-label], [title]')].flatMap((each) => [each.ariaLabel, each.title])].join('\n'),
      );
      assert.doesNotMatch(text, /\b[a-z]+\.[a-z]+[A-Za-z.]*\b|\{\w+\}|undefined|NaN/);
    }));
}

test('dark and light follow the system and the switch', () =>
  visit({ colorScheme: 'dark' }, async (page) => {
    await finished(page);
    const light = () =>
      page.evaluate(() => {
        const [r, g, b] = getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g).map(Number);
        return r + g + b > 380;
      });
    assert.equal(await light(), false);
    await page.selectOption('#theme', 'light');
    assert.equal(await light(), true);
    await page.selectOption('#theme', 'auto');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'light');
    await page.selectOption('#theme', 'presenter');
    assert.equal(await light(), true);
  }));

test('who asks for less motion sees nothing move by itself', () =>
  visit({ reducedMotion: 'reduce' }, async (page) => {
    await finished(page);
    const moving = await page.evaluate(() => document.getAnimations().length);
    assert.equal(moving, 0);
  }));
