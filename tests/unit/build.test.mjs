// What the build does to pages.
import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { withCurrent, withParts } from '../build/parts.mjs';
import { withPreloads } from '../build/preloads.mjs';

const TOOL = '<template data-part="tool" data-id="undo" data-icon="back" data-say="draw.undo"></template>';

test('a part stands where a page names it, with its values, however the minifier writes them', () => {
  const whole = withParts(`<main>${TOOL}</main>`);
  assert.match(whole, /^<main><button [^>]*id="undo"[^>]*data-say-label="draw.undo"[^>]*>\n<svg[^>]*><use href="#i-back" \/>/);
  assert.equal(withParts(`<main>${TOOL.replaceAll('"', '')}</main>`), whole);
  assert.doesNotMatch(withParts('<template data-part="top"></template>'), /<!--|<template|[{}]/);
});

test('a part that is not there, a value too few or too many fails the build', () => {
  assert.throws(() => withParts('<template data-part="none"></template>'), /no web\/parts\/none\.html/);
  assert.throws(() => withParts('<template data-part="tool" data-id="a" data-say="b"></template>'), /data-icon/);
  assert.throws(() => withParts(TOOL.replace('>', ' data-more="1">')), /more/);
});

test('the header marks the page that it stands in', () => {
  const top = withParts('<template data-part="top"></template>');
  const marked = withCurrent(top, 'vae.html');
  assert.match(marked, /<a href="\.\/vae\.html" aria-current="page"/);
  assert.equal(marked.match(/aria-current/g).length, 1);
  assert.equal(withCurrent(top, 'explore.html'), top);
});

test('a page names the modules that its script begins with, and none that it loads later', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'halfdrawn-build-'));
  try {
    await mkdir(join(folder, 'js'));
    const files = {
      'main.js': "import { a } from './a.js';\nimport {\n  b,\n} from './b.js';\nawait import('./later.js');",
      'a.js': "export { b } from './b.js';",
      'b.js': "import './main.js';",
      'later.js': '',
    };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, 'js', name), text);
    const page = pathToFileURL(join(folder, 'page.html'));
    for (const script of ['<script type="module" src="./js/main.js"></script>', '<script src=./js/main.js type=module></script>']) {
      const html = await withPreloads(`<head>${script}</head>`, page);
      const named = [...html.matchAll(/rel="modulepreload" href="([^"]+)"/g)].map(([, path]) => path);
      assert.deepEqual(named, ['./js/a.js', './js/b.js']);
      assert.ok(html.startsWith(`<head>${script}`));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
