// The page that trains for everybody: keyboard, touch, small and large screens, two languages.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { DIST, setUp } from './harness.mjs';
import { overflow } from './page.mjs';
import { SMALL, begin, ready, says, stepIs, stepOf } from './vae-train.mjs';

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

/** What can have the focus in the header and the training, as one sees it. */
const CONTROLS = ':is(#header, #train) :is(a[href], button:enabled, select, input, summary, [tabindex="0"])';
const nameOf = (element) => element.id || `${element.closest('[id]').id} ${element.value || element.getAttribute('href') || element.textContent}`;

test('Tab stops at every control once, and at nothing else', () =>
  visit({}, async (page) => {
    await begin(page);
    await page.evaluate(`window.nameOf = ${nameOf}`);
    const wanted = await page.$$eval(CONTROLS, (all) =>
      all.filter((each) => each.checkVisibility() && each.tabIndex === 0).map((each) => window.nameOf(each)),
    );
    await page.focus('#header a');
    const found = [wanted[0]];
    for (let presses = 0; presses < 100; presses++) {
      await page.keyboard.press('Tab');
      const name = await page.evaluate(() =>
        document.activeElement.closest('#header, #train') ? window.nameOf(document.activeElement) : null,
      );
      if (name) found.push(name);
      else if (found.length >= wanted.length) break;
    }
    assert.deepEqual(found, wanted);
    assert.ok(wanted.length > 35, String(wanted));
  }));

/** Another value of a select, chosen by an arrow key; returns it. */
async function turn(page, selector) {
  const [before, last] = await page.$eval(selector, (select) => [select.value, select.selectedIndex === select.options.length - 1]);
  await page.focus(selector);
  await page.keyboard.press(last ? 'ArrowUp' : 'ArrowDown');
  const after = await page.inputValue(selector);
  assert.notEqual(after, before, selector);
  return after;
}

test('every setting changes by keys, and the address follows', () =>
  visit({}, async (page) => {
    await begin(page);
    for (const [name, key] of [
      ['learningRate', 'lr'], ['epochs', 'epochs'], ['patience', 'stop'], ['speed', 'speed'], ['batch', 'batch'],
      ['warmUp', 'warm'], ['latent', 'z'], ['device', 'dev'], ['dataset', 'data'], ['preset', 'preset'], ['model', 'model'],
    ]) {
      const value = await turn(page, `#knob-${name}`);
      await page.waitForFunction(
        ([field, wanted]) => [null, wanted].includes(new URLSearchParams(location.hash.slice(1)).get(field)),
        [key, value],
      );
    }
    assert.equal(await page.inputValue('#knob-model'), 'autoencoder');
    assert.equal(await turn(page, '#knob-loss'), 'squared');
    await page.focus('#knob-conditional');
    await page.keyboard.press('Space');
    await page.waitForFunction(() => /cond=1/.test(location.hash));
    await page.selectOption('#knob-model', 'vae');
    await page.focus('#knob-beta');
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.textContent('#beta-shown'), '1.1');
    await page.fill('#knob-seed', '11');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => /seed=11/.test(location.hash));
    await page.focus('#dice');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => !/seed=11(&|$)/.test(location.hash));
    await says(page, /^Ready/);
    for (const [name, attribute] of [['theme', 'data-theme'], ['language', 'lang']]) {
      const before = await page.getAttribute('html', attribute);
      await page.focus(`#${name}`);
      for (let presses = 0; presses < 3 && (await page.getAttribute('html', attribute)) === before; presses++) {
        await page.keyboard.press('ArrowDown');
        await page.waitForTimeout(200);
      }
      assert.notEqual(await page.getAttribute('html', attribute), before, name);
    }
  }));

/** Uses every button of a page with a run of one step; `press` presses one. */
async function useButtons(page, press) {
  await press('#step');
  await says(page, /^Paused at step 2/);
  await press('#rewind');
  await says(page, /^Paused at step 1/);
  await press('#play');
  await stepIs(page, 4);
  await press('#play');
  await says(page, /^Paused/);
  const legend = page.locator('#classes button').nth(3);
  const before = await legend.getAttribute('aria-pressed');
  await press('#classes li:nth-child(4) button');
  assert.notEqual(await legend.getAttribute('aria-pressed'), before);
  await press('#share');
  await says(page, /[Ll]ink/);
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), press('#import')]);
  assert.equal(chooser.isMultiple(), false);
  await press('#again');
  await says(page, /^Ready/);
  await page.waitForSelector('#runs li');
  await press('#runs input');
  assert.equal(await page.isChecked('#runs input'), false);
  await press('#runs li button:has-text("Go on")');
  await says(page, /^Your run is here again/);
  const seed = await page.inputValue('#knob-seed');
  await press('#renew');
  await page.waitForFunction((old) => document.querySelector('#knob-seed').value !== old, seed);
  await says(page, /^Ready/);
  await press('#runs li button:not(:has-text("Go on"))');
  await says(page, /forgotten/);
  await press('#help-open');
  assert.ok(await page.isVisible('#help'));
  await press('#help .close');
  assert.ok(await page.isHidden('#help'));
}

test('every button works by the keyboard', () =>
  visit({}, async (page) => {
    await begin(page);
    await useButtons(page, async (selector) => {
      await page.focus(selector);
      await page.keyboard.press(selector.endsWith('input') ? 'Space' : 'Enter');
    });
    const [download] = await Promise.all([page.waitForEvent('download'), turn(page, '#save').catch(() => {})]);
    assert.match(download.suggestedFilename(), /\.safetensors$/);
  }));

test('every button, slider and chart works by a finger', () =>
  visit({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }, async (page) => {
    await begin(page);
    await page.tap('#knobs summary');
    await useButtons(page, (selector) => page.tap(selector));
    await page.locator('#knob-beta').scrollIntoViewIfNeeded();
    const slider = await page.locator('#knob-beta').boundingBox();
    await page.touchscreen.tap(slider.x + slider.width * 0.6, slider.y + slider.height / 2);
    await page.waitForFunction(() => Number(document.querySelector('#beta-shown').textContent) > 4);
    await page.tap('#knob-conditional');
    assert.ok(await page.isChecked('#knob-conditional'));
    await page.tap('#dice');
    await says(page, /^Ready/);
    await page.tap('#play');
    await stepIs(page, 10);
    await page.tap('#play');
    await says(page, /^Paused/);
    await page.tap('#loss-chart');
    assert.match(await page.textContent('#loss-readout .at'), /Step/);
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
