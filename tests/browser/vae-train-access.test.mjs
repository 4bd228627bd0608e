// The page that trains for everybody: keyboard, touch, small and large screens, two languages.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { DIST, setUp } from './harness.mjs';
import { overflow } from './page.mjs';
import { SMALL, ready, says, stepIs, stepOf } from './vae-train.mjs';

const { site, browser } = await setUp();

const visit = (context, run, hash = SMALL) => browser.visit(`${site.url}vae.html${hash}`, { context }, run);

/** Presses Tab until the element that has the focus matches. */
async function tabTo(page, selector) {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  assert.fail(`Tab never reaches ${selector}`);
}

test('a run is trained, read and rewound by single keys', () =>
  visit({}, async (page) => {
    await ready(page);
    await page.keyboard.press('.');
    await says(page, /^Paused at step 1/);
    await page.keyboard.press('.');
    await says(page, /^Paused at step 2/);
    await page.keyboard.press(',');
    await says(page, /^Paused at step 1/);
    await page.keyboard.press('k');
    await stepIs(page, 6);
    await page.keyboard.press('k');
    await says(page, /^Paused/);
    await page.keyboard.press('a');
    await says(page, /^Ready/);
    assert.equal(await stepOf(page), 0);
    await page.keyboard.press('?');
    assert.ok(await page.isVisible('#help'));
    await page.keyboard.press('Escape');
    assert.ok(await page.isHidden('#help'));
  }));

test('everything is reached by Tab, and what has the focus is seen to have it', () =>
  visit({}, async (page) => {
    await ready(page);
    await tabTo(page, '#play');
    await page.keyboard.press('Enter');
    await stepIs(page, 12);
    await page.keyboard.press('Space');
    await says(page, /^Paused/);
    for (const stop of ['#knob-model', '#knob-seed', '#save', '#import', '#classes button', '#loss-chart']) {
      await tabTo(page, stop);
      const [width, style] = await page.evaluate(() => {
        const { outlineWidth, outlineStyle } = getComputedStyle(document.activeElement);
        return [parseFloat(outlineWidth), outlineStyle];
      });
      assert.ok(width >= 2 && style !== 'none', stop);
    }
    const before = await page.textContent('#loss-readout .at');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    assert.notEqual(await page.textContent('#loss-readout .at'), before);
  }));

test('every control and every picture has a name', () =>
  visit({}, async (page) => {
    await ready(page);
    const snapshot = await page.locator('#train').ariaSnapshot();
    assert.doesNotMatch(snapshot, /- (button|checkbox|radio|slider|combobox|textbox|img|application)( \[[^\]]*\])*:?$/m);
  }));

for (const [width, height] of [[360, 640], [390, 844], [768, 1024], [1024, 768], [1280, 800], [1920, 1080]]) {
  test(`nothing overflows and every target is large enough at ${width} by ${height}`, () =>
    visit({ viewport: { width, height }, hasTouch: width < 800 }, async (page) => {
      await ready(page);
      if (await page.isVisible('#knobs summary')) await page.click('#knobs summary');
      assert.ok((await overflow(page)) <= 0, `${await overflow(page)} px too wide`);
      const small = await page.$$eval(':is(#header, #train) :is(button, select, input)', (all) =>
        all
          .filter((each) => each.checkVisibility() && !each.matches('[type=checkbox]'))
          .map((each) => [each.id || each.className || each.value, each.getBoundingClientRect()])
          .filter(([, box]) => box.width < 39.5 || box.height < 39.5)
          .map(([name, box]) => `${name} ${box.width}×${box.height}`),
      );
      assert.deepEqual(small, []);
    }));
}

test('a finger trains on a phone', () =>
  visit({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, async (page) => {
    await ready(page);
    await page.tap('#play');
    await stepIs(page, 8);
    await page.tap('#play');
    await says(page, /^Paused/);
    const chart = await page.locator('#loss-chart').boundingBox();
    assert.ok(chart.y + chart.height < 844, 'the chart is in view');
    await page.tap('#knobs summary');
    await page.selectOption('#knob-model', 'autoencoder');
    await says(page, /^Ready/);
  }));

for (const [locale, first] of [['en-GB', /^Press Train/], ['zh-CN', /按下“训练”/]]) {
  test(`no word is missing in ${locale}`, () =>
    visit({ locale }, async (page) => {
      await ready(page);
      await page.click('#step');
      await stepIs(page, 1);
      for (const model of ['vae', 'autoencoder', 'pixelcnn']) {
        await page.selectOption('#knob-model', model);
        await page.waitForTimeout(600);
        await page.click('#help-open');
        const text = await page.evaluate(() =>
          [document.title, document.querySelector('#header').innerText, document.querySelector('#train').innerText, document.querySelector('#help').innerText,
            ...[...document.querySelectorAll('#train :is([aria-label], [title])')].flatMap((each) => [each.ariaLabel, each.title])].join('\n'),
        );
        assert.doesNotMatch(text, /\b[a-z]+\.[a-z]+[A-Za-z.]*\b(?<!\.html)|\{\w+\}|undefined|NaN/);
        await page.keyboard.press('Escape');
      }
      assert.match(await page.textContent('h1'), first);
    }));
}

test('the pages lead to one another and keep theme and language', () =>
  visit({}, async (page) => {
    await ready(page);
    await page.selectOption('#theme', 'dark');
    await page.selectOption('#language', 'zh-CN');
    await page.waitForFunction(() => document.documentElement.lang === 'zh-CN');
    await page.waitForTimeout(400);
    await page.click('nav.pages a >> nth=0');
    await page.waitForFunction(() => /画半个数字/.test(document.querySelector('h1')?.textContent ?? ''));
    assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
    await page.click('nav.pages a >> nth=1');
    await page.waitForFunction(() => /按下“训练”/.test(document.querySelector('h1')?.textContent ?? ''));
    assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
  }));

test('the page states the policy of the other page, and holds no inline script or style', async () => {
  const [train, finish] = await Promise.all(['vae.html', 'index.html'].map((name) => readFile(`${DIST}${name}`, 'utf8')));
  const policy = (html) => html.match(/default-src[^"]*/)[0].replaceAll('&#39;', "'");
  assert.equal(policy(train), policy(finish));
  for (const [tag] of train.matchAll(/<script\b[^>]*>/gi)) assert.match(tag, /\ssrc=/, tag);
  assert.doesNotMatch(train, /<style\b|\sstyle=|\son[a-z]+=/i);
});

test('who asks for less motion sees nothing move by itself', () =>
  visit({ reducedMotion: 'reduce' }, async (page) => {
    await ready(page);
    assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  }));
