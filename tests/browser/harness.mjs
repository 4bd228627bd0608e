// What the browser tests share. In a test file:
//
//   import assert from 'node:assert/strict';
//   import { test } from 'node:test';
//   import { setUp } from './harness.mjs';
//
//   const { site, browser } = await setUp();
//
//   test('a drawn stroke is completed', async () => {
//     await browser.visit(site.url, async (page) => {       // a Playwright page, closed afterwards
//       await page.mouse.move(100, 100);
//       …
//     });
//   });
//
// visit fails the test if the page logged an error, threw, or asked another origin for anything;
// `visit(url, { expectErrors: true, context: { viewport: { width: 360, height: 640 } } }, run)` takes
// errors as given (for fault tests) and any option of Playwright's newContext; `timeout` (240,000 ms)
// ends a visit that hangs. What is never allowed is a request to another origin. `site.faults` makes the server fail on purpose: see server.mjs.
// A failed test leaves a screenshot in tests/artifacts/.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { serveSite } from './server.mjs';

export { contentSecurityPolicy, DIST, serveSite } from './server.mjs';

const ARTIFACTS = fileURLToPath(new URL('../artifacts/', import.meta.url));

/** Keeps Chromium from talking to anybody, and lets it run as root and without a GPU. */
const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Milliseconds that a page may take for one thing: a busy machine with two cores takes its time. */
const PATIENCE = 90_000;

/** Flags for WebGPU on a software adapter: right results, meaningless speed. */
export const WEBGPU = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/**
 * The built site and a browser, until the tests of the file are over.
 * @param {{ args?: string[] }} [options] for `launch`
 */
export async function setUp(options) {
  const site = await serveSite();
  const browser = await launch(options);
  after(async () => {
    await browser.close();
    await site.close();
  });
  return { site, browser };
}

/**
 * A headless Chromium.
 * @param {{ args?: string[] }} [options] further command-line flags
 */
export async function launch({ args = [] } = {}) {
  const browser = await chromium.launch({
    executablePath: process.env.HALFDRAWN_CHROMIUM ?? '/usr/bin/chromium',
    args: [...CHROMIUM_FLAGS, ...args],
  });
  return {
    /** Playwright's own object. */
    browser,
    close: () => browser.close(),
    visit: (url, ...rest) => visit(browser, url, ...rest),
  };
}

/**
 * Opens `url` in a fresh profile, runs `run(page, context)`, and checks that nothing went wrong.
 * @param {import('playwright-core').Browser} browser
 * @param {string} url
 */
async function visit(browser, url, ...rest) {
  const run = rest.pop();
  const { expectErrors = false, timeout = 240_000, context: contextOptions = {} } = rest.pop() ?? {};
  const context = await browser.newContext(contextOptions);
  const errors = [];
  const foreign = [];
  const { origin } = new URL(url);
  context.on('page', (page) => watch(page, errors));
  context.on('request', (request) => {
    const target = new URL(request.url());
    if (/^(https?|wss?):$/.test(target.protocol) && target.origin !== origin) foreign.push(target.href);
  });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const limit = setTimeout(() => context.close(), timeout);
  try {
    await page.goto(url);
    const result = await run(page, context);
    assert.equal(foreign.join('\n'), '', 'requests to another origin');
    if (!expectErrors) assert.equal(errors.join('\n'), '', 'errors in the console');
    return result;
  } catch (error) {
    await screenshot(page, url);
    error.message += errors.map((text) => `\n  console: ${text}`).join('');
    throw error;
  } finally {
    clearTimeout(limit);
    await context.close();
  }
}

function watch(page, errors) {
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} ${message.location().url}`);
  });
}

async function screenshot(page, url) {
  await mkdir(ARTIFACTS, { recursive: true });
  const name = `${new URL(url).pathname.replace(/\W+/g, '-')}${Date.now()}.png`;
  await page.screenshot({ path: `${ARTIFACTS}${name}` }).catch(() => {});
}

/** Pixels in a picture. */
export const PIXELS = 784;

/** 784 zeros and ones from a string of them. */
export const bits = (text) => Array.from(text, Number);

/** A mask: 1 where `isKnown(row, column)`, 0 elsewhere. */
export const mask = (isKnown) =>
  Array.from({ length: PIXELS }, (_, i) => (isKnown(Math.floor(i / 28), i % 28) ? 1 : 0));

/** The upper half of a seven, its lower half hidden: what most tests complete. */
export const HALF_SEVEN = {
  pixels: mask((row, column) => (row >= 6 && row <= 7 && column >= 7 && column <= 19) || (row > 7 && row < 14 && column >= 26 - row && column <= 27 - row)),
  known: mask((row) => row < 14),
};
