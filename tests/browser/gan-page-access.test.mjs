// The page that plays for everybody: keyboard, touch, small and large screens, two languages, what fails.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { DIST, setUp } from './harness.mjs';
import { overflow } from './page.mjs';
import { SMALL, goTo, ready, says, stepIs, stepOf } from './gan-page.mjs';

const { site, browser } = await setUp();

const visit = (context, run, hash = SMALL, options = {}) =>
  browser.visit(`${site.url}gan.html${hash}`, { context, ...options }, run);
const SECTIONS = ['why', 'break', 'plane', 'judge', 'side'];

test('a game is played and undone by single keys', () =>
  visit({}, async (page) => {
    await ready(page);
    await page.keyboard.press('d');
    await says(page, /^Paused at step 1/);
    await page.keyboard.press('g');
    await says(page, /^Paused at step 2/);
    await page.keyboard.press('.');
    await says(page, /^Paused at step 4/);
    await page.keyboard.press(',');
    await says(page, /^Paused at step 3/);
    await page.keyboard.press('k');
    await stepIs(page, 8);
    await page.keyboard.press('k');
    await says(page, /^Paused/);
    await page.keyboard.press('a');
    await says(page, /^Ready/);
    assert.equal(await stepOf(page), 0);
  }));

test('keys that are typed into a field are no moves', () =>
  visit({}, async (page) => {
    await ready(page);
    await page.click('#s-text');
    await page.keyboard.type('dg.k');
    await page.waitForTimeout(300);
    assert.equal(await stepOf(page), 0);
  }));

test('Tab reaches every part, and what has the focus is seen to have it', () =>
  visit({}, async (page) => {
    await ready(page);
    await page.click('#round');
    await page.waitForFunction(() => Number(document.querySelector('#film-at').max) > 0);
    await page.focus('#help-open');
    const wanted = ['#jumps button', '#s-text', '#s-digits button', '#s-grid button', '#s-seed', '#s-truncation', '#x-along', '#play', '#critic', '#generator', '#round', '#knob-loss', '#save', '#stage-pace', '#film-at', '#losses-chart'];
    for (const selector of wanted) {
      let found = false;
      for (let presses = 0; presses < 60 && !found; presses++) {
        await page.keyboard.press('Tab');
        found = await page.evaluate((each) => document.activeElement.matches(each), selector);
      }
      assert.ok(found, `Tab never reaches ${selector}`);
      const [width, style] = await page.evaluate(() => {
        const { outlineWidth, outlineStyle } = getComputedStyle(document.activeElement);
        return [parseFloat(outlineWidth), outlineStyle];
      });
      assert.ok(width >= 2 && style !== 'none', selector);
    }
  }));

test('arrow keys move in the grid of samples, and Enter takes a picture', () =>
  visit({}, async (page) => {
    await page.waitForFunction(() => /\d/.test(document.querySelector('#s-status').textContent));
    await page.focus('#s-grid button');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('#s-grid button')[11].dataset.marks === 'A');
  }));

test('every control and every picture has a name', () =>
  visit({}, async (page) => {
    await ready(page);
    for (const id of SECTIONS) {
      await goTo(page, id);
      await page.waitForTimeout(400);
    }
    const snapshot = await page.locator('main').ariaSnapshot();
    assert.doesNotMatch(snapshot, /- (button|checkbox|radio|slider|combobox|textbox|img|application)( \[[^\]]*\])*:?$/m);
    // Formulas are read as formulas.
    assert.ok((await page.$$('main math')).length >= 10);
  }));

for (const [width, height] of [[360, 640], [390, 844], [768, 1024], [1024, 768], [1280, 800], [1920, 1080]]) {
  test(`nothing overflows and every target is large enough at ${width} by ${height}`, () =>
    visit({ viewport: { width, height }, hasTouch: width < 800 }, async (page) => {
      await ready(page);
      for (const id of SECTIONS) {
        await goTo(page, id);
        await page.waitForTimeout(300);
      }
      await page.evaluate(() => document.querySelectorAll('main details').forEach((each) => each.setAttribute('open', '')));
      assert.ok((await overflow(page)) <= 0, `${await overflow(page)} px too wide`);
      const small = await page.$$eval('#header :is(button, select, input), main > :not(.more) :is(button, select, input), :is(#why, #break, #plane, #judge, #side) :is(button, select, input)', (all) =>
        all
          .filter((each) => each.checkVisibility() && !each.matches('[type=checkbox], #s-grid button'))
          .map((each) => [each.id || each.className || each.value, each.getBoundingClientRect()])
          .filter(([, box]) => box.width < 39.5 || box.height < 39.5)
          .map(([name, box]) => `${name} ${box.width}×${box.height}`),
      );
      assert.deepEqual(small, []);
    }));
}

test('a finger plays on a phone', () =>
  visit({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, async (page) => {
    await ready(page);
    await page.tap('#jumps [value=game]');
    await page.tap('#critic');
    await says(page, /^Paused at step 1/);
    await page.tap('#play');
    await stepIs(page, 6);
    await page.tap('#play');
    await says(page, /^Paused/);
    await page.locator('#s-grid').scrollIntoViewIfNeeded();
    await page.tap('#s-grid button >> nth=4');
    await page.waitForFunction(() => document.querySelectorAll('#s-grid button')[4].dataset.marks === 'A');
    await goTo(page, 'judge');
    // The digit that is there before the visitor draws.
    await page.waitForFunction(() => /\d/.test(document.querySelector('#j-output').textContent));
    const before = await page.getAttribute('#x-canvas canvas', 'aria-label');
    await page.locator('#x-canvas canvas').tap({ position: { x: 40, y: 40 } });
    await page.waitForFunction((was) => document.querySelector('#x-canvas canvas').ariaLabel !== was, before);
  }));

for (const [locale, first] of [['en-GB', /^Two networks play/], ['zh-CN', /两个网络对弈/]]) {
  test(`no word is missing in ${locale}`, () =>
    visit({ locale }, async (page) => {
      await ready(page);
      await page.click('#round');
      await stepIs(page, 2);
      for (const id of SECTIONS) {
        await goTo(page, id);
        await page.waitForTimeout(600);
      }
      for (const loss of ['minimax', 'least-squares', 'wasserstein']) {
        await page.selectOption('#knob-loss', loss);
        await page.waitForTimeout(300);
      }
      await page.click('#help-open');
      const text = await page.evaluate(() =>
        [document.title, document.body.innerText, ...[...document.querySelectorAll(':is([aria-label], [title])')].flatMap((each) => [each.ariaLabel, each.title])].join('\n'),
      );
      assert.doesNotMatch(text, /\b[a-z]+\.[a-z]+[A-Za-z.]*\b(?<!\.html)|\{\w+\}|undefined|NaN/);
      assert.match(await page.textContent('h1'), first);
    }));
}

test('the language changes everywhere at once', () =>
  visit({}, async (page) => {
    await ready(page);
    for (const id of SECTIONS) {
      await goTo(page, id);
      await page.waitForTimeout(300);
    }
    await page.selectOption('#language', 'zh-CN');
    await page.waitForFunction(() => document.documentElement.lang === 'zh-CN');
    await goTo(page, 'break');
    await page.waitForFunction(() => /[\u4e00-\u9fff]/.test(document.querySelector('.b-card h3').textContent) && /[\u4e00-\u9fff]/.test(document.querySelector('#status').textContent));
  }));

test('a link that cannot be read is told of, and the rest of it counts', () =>
  visit({}, async (page) => {
    await ready(page);
    assert.match(await page.textContent('#notice .advice'), /loss, k/);
    assert.equal(await page.inputValue('#knob-seed'), '11');
  }, '#loss=none&k=99&seed=11&dev=cpu&batch=16'));

test('where the bundle cannot be had, the page says so and tries again', async () => {
  site.faults.set('wasm-train/halfdrawn_web_bg.wasm', 404);
  try {
    await visit({}, async (page) => {
      await page.waitForSelector('#notice:not([hidden])');
      assert.match(await page.textContent('#notice .title'), /did not arrive/);
      site.faults.clear();
      await page.click('#notice .retry');
      await ready(page);
      await page.click('#critic');
      await stepIs(page, 1);
    }, SMALL, { expectErrors: true });
  } finally {
    site.faults.clear();
  }
});

test('weights that are refused leave the game as it was', () =>
  visit({}, async (page) => {
    await ready(page);
    await page.click('#critic');
    await says(page, /^Paused at step 1/);
    await page.setInputFiles('#file', { name: 'junk.safetensors', mimeType: '', buffer: Buffer.from('no weights at all') });
    await page.waitForSelector('#notice:not([hidden])');
    await says(page, /^Paused at step 1/);
    await page.click('#notice .dismiss');
    await page.click('#generator');
    await says(page, /^Paused at step 2/);
    assert.ok(await page.isHidden('#notice'));
  }, SMALL, { expectErrors: true }));

test('the page states the policy of the others, and holds no inline script or style', async () => {
  const [game, finish] = await Promise.all(['gan.html', 'index.html'].map((name) => readFile(`${DIST}${name}`, 'utf8')));
  const policy = (html) => html.match(/default-src[^"]*/)[0].replaceAll('&#39;', "'");
  assert.equal(policy(game), policy(finish));
  for (const [tag] of game.matchAll(/<script\b[^>]*>/gi)) assert.match(tag, /\ssrc=/, tag);
  assert.doesNotMatch(game, /<style\b|\son[a-z]+=/i);
});

test('who asks for less motion sees nothing move by itself', () =>
  visit({ reducedMotion: 'reduce' }, async (page) => {
    await ready(page);
    await page.click('#critic');
    await says(page, /^Paused at step 1/);
    assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  }));
