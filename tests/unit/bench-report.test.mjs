// The bench's report.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { between, section } from '../bench/report.mjs';

test('a document keeps everything but the section that is written anew', () => {
  const first = between('# Results\n\nBefore.\n', '<!-- bench:begin -->\none\n<!-- bench:end -->');
  const second = between(`${first}\nAfter.\n`, '<!-- bench:begin -->\ntwo\n<!-- bench:end -->');
  assert.equal(second, '# Results\n\nBefore.\n\n<!-- bench:begin -->\ntwo\n<!-- bench:end -->\n\nAfter.\n');
});

test('the table has a row for each kind of work and says what was aimed at', () => {
  const text = section({
    command: 'cargo xtask bench',
    browser: 'Chromium 1',
    processor: 'a processor',
    rounds: 3,
    peakGflops: 20,
    work: [
      { work: 'whole', model: 'm', count: 1, medianMs: 8, targetMs: 10, multiplyAdds: 4e7, shareOfPeak: 0.5, burnPassMs: 60, timesFasterThanBurn: 5880 },
      { work: 'half', model: 'm', count: 16, medianMs: 99, targetMs: null, multiplyAdds: 8e8, shareOfPeak: 0.8, burnPassMs: null, timesFasterThanBurn: null },
    ],
    firstCompletion: { visits: 5, medianMs: 900 },
    sizes: { wasm: 120_000 },
    games: {
      rounds: 20,
      work: [{ work: 'round', preset: 'full', batch: 64, roundMs: 95, criticMs: 50, generatorMs: 45, targetMs: 341, generateMs: 9, shareOfPeak: 0.9 }],
    },
  });
  assert.ok(text.includes('| whole | m | 8.0 ms | ≤ 10 ms | 40 M | 50 % | 784 × 60 ms | 5880 × |'), text);
  assert.ok(text.includes('| half | m | 99.0 ms |  | 800 M | 80 % |  |  |'), text);
  assert.ok(text.includes('| wasm | 120 kB |'), text);
  assert.ok(text.includes('| round | full | 64 | 95.0 ms | < 341 ms | 50.0 ms | 45.0 ms | 90 % | 9.0 ms |'), text);
});
