// The words, and the colours they are read in.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { languageFor } from '../../web/js/text.js';
import { withParts } from '../build/parts.mjs';

const WEB = new URL('../../web/', import.meta.url);
const read = (path) => readFileSync(new URL(path, WEB), 'utf8');
/** Every file of words of a language: those that pages share, and a page's own. */
const wordsOf = (language) =>
  Object.assign({}, ...readdirSync(new URL('strings/', WEB)).filter((name) => name.endsWith(`${language}.json`)).map((name) => JSON.parse(read(`strings/${name}`))));
const words = { en: wordsOf('en'), 'zh-CN': wordsOf('zh-CN') };
const PAGES = readdirSync(WEB).filter((name) => name.endsWith('.html'));
/** Markup that scripts fetch. */
const fetched = readdirSync(new URL('js/', WEB), { recursive: true }).filter((path) => path.endsWith('.html'));
const markup = [...PAGES, ...fetched.map((path) => `js/${path}`)].map((path) => withParts(read(path))).join('\n');

test('every word that page and scripts name is there', () => {
  const scripts = readdirSync(new URL('js/', WEB), { recursive: true }).filter((path) => path.endsWith('.js'));
  const named = [
    ...[...markup.matchAll(/data-say(?:-label|-title)?="([^"]+)"/g)].map(([, key]) => key),
    ...scripts.flatMap((path) => [...read(`js/${path}`).matchAll(/\bsay\('([^']+)'/g)].map(([, key]) => key)),
  ];
  assert.ok(named.length > 100);
  for (const key of named) assert.ok(key in words.en || `${key}.other` in words.en, key);
});

test('every word is used', () => {
  const sources = [markup, ...readdirSync(new URL('js/', WEB), { recursive: true }).filter((path) => path.endsWith('.js')).map((path) => read(`js/${path}`))].join('\n');
  for (const key of Object.keys(words.en)) {
    const stem = key.replace(/\.(one|other)$/, '');
    const family = stem.replace(/\.[^.]+$/, '');
    const built = [`\`${family}.\${`, `'${family}'`, `\`${family.replace(/\.[^.]+$/, '')}.\${`, `\`${stem.split('.')[0]}.\${`].some((part) => sources.includes(part));
    assert.ok(sources.includes(stem) || built, key);
  }
});

test('Chinese has Chinese punctuation', () => {
  for (const [key, text] of Object.entries(words['zh-CN'])) {
    assert.doesNotMatch(text, /[\u4e00-\u9fff][,:;?!.]/, key);
  }
});

test('the language is the visitor’s choice, else the browser’s first that we speak', () => {
  assert.equal(languageFor('en', ['zh-CN']), 'en');
  assert.equal(languageFor('auto', ['fr-FR', 'zh-TW', 'en']), 'zh-CN');
  assert.equal(languageFor('auto', ['de', 'en-GB', 'zh']), 'en');
  assert.equal(languageFor('auto', ['fr']), 'en');
});

/** Custom properties of each theme. */
const themes = Object.fromEntries(
  [['light', ':root {'], ['dark', ':root[data-theme="dark"] {'], ['presenter', ':root[data-theme="presenter"] {']].map(([name, start]) => {
    const css = read('css/tokens.css');
    const from = css.indexOf(start);
    const block = css.slice(from, css.indexOf('\n}', from));
    return [name, Object.fromEntries([...block.matchAll(/(--[\w-]+): (#[0-9a-f]{6});/g)].map(([, key, value]) => [key, value]))];
  }),
);

function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const contrast = (a, b) => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};

for (const [name, theme] of Object.entries(themes)) {
  test(`the ${name} theme has AA contrast`, () => {
    const text = [
      ['--text', '--page'], ['--text', '--surface'], ['--text', '--control'], ['--text', '--control-hover'], ['--text', '--accent-soft'],
      ['--muted', '--page'], ['--muted', '--surface'], ['--muted', '--raised'], ['--on-chosen', '--chosen'], ['--accent', '--page'],
    ];
    for (const [front, back] of text) {
      const ratio = contrast(theme[front], theme[back]);
      assert.ok(ratio >= 4.5, `${front} on ${back}: ${ratio.toFixed(2)}`);
    }
    const graphics = [
      ['--canvas-ink', '--canvas-paper'], ['--canvas-filled', '--canvas-paper'], ['--canvas-filled', '--canvas-hidden'],
      ['--line-strong', '--page'], ['--focus', '--page'], ['--focus', '--canvas-paper'],
    ];
    for (const [front, back] of graphics) {
      const ratio = contrast(theme[front], theme[back]);
      assert.ok(ratio >= 3, `${front} on ${back}: ${ratio.toFixed(2)}`);
    }
  });
}
