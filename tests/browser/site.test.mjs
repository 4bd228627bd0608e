// The built site: any static host can serve it, it keeps to itself, it works offline.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { ask, startEngine } from './engine-page.mjs';
import { contentSecurityPolicy, DIST, HALF_SEVEN, launch, PIXELS, serveSite } from './harness.mjs';

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

const request = { ...HALF_SEVEN, count: 1, seed: 1 };

test('the page states a strict policy and holds no inline script or style', async () => {
  const policy = await contentSecurityPolicy();
  assert.match(policy, /default-src '(self|none)'/);
  assert.match(policy, /script-src 'self' 'wasm-unsafe-eval'(;|$)/);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|https?:|\*/);
  const page = await readFile(`${DIST}index.html`, 'utf8');
  for (const [tag] of page.matchAll(/<script\b[^>]*>/gi)) assert.match(tag, /\ssrc=/, tag);
  assert.doesNotMatch(page, /<style\b|\sstyle=|\son[a-z]+=/i);
});

test('no file of the site names another origin to load from', async () => {
  const files = JSON.parse(await readFile(`${DIST}files.json`, 'utf8'));
  assert.ok(files.length > 10);
  for (const { path, bytes } of files) {
    const content = await readFile(DIST + path);
    assert.equal(content.length, bytes, path);
    if (!/\.(html|css|js)$/.test(path)) continue;
    const text = content.toString();
    assert.doesNotMatch(text, /(src|href)=["']?(https?:)?\/\/[^"']*\.(js|css|png|woff2?|wasm)/i, path);
    assert.doesNotMatch(text, /url\(["']?(https?:)?\/\//i, path);
    assert.doesNotMatch(text, /(import|from)\s*\(?["'](https?:)?\/\//, path);
  }
});

test('the site works below any path', async () => {
  const site = await serveSite({ prefix: '/some/where/' });
  try {
    await browser.visit(site.url, async (page) => {
      await page.waitForLoadState('networkidle');
      assert.equal(await startEngine(page), null);
      assert.equal((await ask(page, 'complete', request)).images.length, PIXELS);
    });
    assert.deepEqual(site.answers.filter(({ status }) => status >= 400), []);
  } finally {
    await site.close();
  }
});

test('once loaded, the site works with no server', async () => {
  const site = await serveSite();
  try {
    await browser.visit(site.url, async (page) => {
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
      await site.close();
      await page.reload();
      assert.equal(await startEngine(page), null);
      for (const model of ['completion-base', 'pixelcnn-small']) {
        const { images } = await ask(page, 'complete', { ...request, model });
        assert.equal(images?.length, PIXELS, model);
      }
    });
  } finally {
    await site.close();
  }
});

test('a new build replaces the old one as a whole', async () => {
  const site = await serveSite();
  try {
    await browser.visit(site.url, async (page) => {
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
      const version = (text) => text.match(/version: '([^']+)'/)[1];
      const old = version(await readFile(`${DIST}sw.js`, 'utf8'));
      site.faults.set('sw.js', (bytes) => bytes.toString().replace(old, 'the-next-build'));
      site.faults.set('index.html', (bytes) => bytes.toString().replace('<html', '<html data-build="next"'));
      await page.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        await registration.update();
        const next = registration.installing ?? registration.waiting;
        while (next.state === 'installing') await new Promise((done) => setTimeout(done, 20));
      });
      const build = () => page.evaluate(() => document.documentElement.dataset.build);
      assert.equal(await build(), undefined, 'the open page keeps its build');
      await page.reload();
      assert.equal(await build(), 'next', 'the reloaded page is of the new build');
      const caches = () => page.evaluate(() => window.caches.keys());
      while ((await caches()).length > 1) await page.waitForTimeout(50);
      assert.match((await caches())[0], /the-next-build$/);
    });
  } finally {
    await site.close();
  }
});
