// Writes what the bench measured: docs/bench.json, and a table in docs/results.md.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));
const BEGIN = '<!-- bench:begin -->';
const END = '<!-- bench:end -->';

export async function report(results) {
  await writeFile(`${DOCS}bench.json`, `${JSON.stringify(results, null, 2)}\n`);
  const text = section(results);
  console.log(`\n${text}`);
  const path = `${DOCS}results.md`;
  const old = await readFile(path, 'utf8').catch(() => '# Results\n');
  await writeFile(path, between(old, `${BEGIN}\n${text}${END}`));
}

/** The document with the bench's section replaced, or added at its end. */
export function between(document, replacement) {
  const [from, to] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (from < 0 || to < from) return `${document.trimEnd()}\n\n${replacement}\n`;
  return document.slice(0, from) + replacement + document.slice(to + END.length);
}

/** The section as Markdown. */
export function section(results) {
  const { browser, processor, rounds, peakGflops, work, firstCompletion, sizes, command, training, games } = results;
  const rows = work.map((one) =>
    row([
      one.work,
      one.model,
      `${one.medianMs.toFixed(1)} ms`,
      one.targetMs === null ? '' : `≤ ${one.targetMs} ms`,
      `${(one.multiplyAdds / 1e6).toFixed(0)} M`,
      `${(one.shareOfPeak * 100).toFixed(0)} %`,
      one.burnPassMs === null ? '' : `784 × ${one.burnPassMs.toFixed(0)} ms`,
      one.timesFasterThanBurn === null ? '' : `${one.timesFasterThanBurn.toFixed(0)} ×`,
    ]),
  );
  const loads = Object.entries(sizes).map(([what, bytes]) => row([what, `${(bytes / 1000).toFixed(0)} kB`]));
  return [
    '## Speed in the browser',
    '',
    `\`${command}\`: headless ${browser}, one worker thread, ${processor}, medians of ${rounds} rounds, messages`,
    `to and from the worker included. The peak is ${peakGflops.toFixed(1)} GFLOP/s: plain simd128 multiplications and`,
    'additions in registers, in the same browser and run. burn-flex runs in wasm with simd128: one full',
    'pass is timed and multiplied by 784, the passes that the naive way takes for a picture.',
    '',
    row(['work', 'model', 'time', 'target', 'multiply-adds', 'of the peak', 'naive, by burn-flex', 'ratio']),
    row(['---', '---', '--:', '--:', '--:', '--:', '--:', '--:']),
    ...rows,
    '',
    ...(training ? trainingSection(training) : []),
    ...(games ? gamesSection(games) : []),
    row(['download', 'gzipped']),
    row(['---', '--:']),
    ...loads,
    '',
    `First completion on a new visit, served from this machine: ${firstCompletion.medianMs.toFixed(0)} ms after the`,
    `address was opened (median of ${firstCompletion.visits}).`,
    '',
  ].join('\n');
}

/** Training in the page as Markdown. */
function trainingSection({ steps, work, firstStepMs, decodeMs }) {
  return [
    row(['training step, CPU, Adam', 'preset', 'batch', 'time', 'target', 'of the peak']),
    row(['---', '---', '--:', '--:', '--:', '--:']),
    ...work.map((one) =>
      row([
        one.work,
        one.preset,
        one.batch,
        `${one.medianMs.toFixed(1)} ms`,
        one.targetMs === null ? '' : `≤ ${one.targetMs} ms`,
        one.shareOfPeak === null ? '' : `${(one.shareOfPeak * 100).toFixed(0)} %`,
      ]),
    ),
    '',
    `Medians of ${steps} steps (10 of the last two). From the click to the metrics of the first step on a first visit:`,
    `${firstStepMs.toFixed(0)} ms. A picture of the map decoded, messages included: ${decodeMs.toFixed(1)} ms.`,
    '',
  ];
}

/** Games in the page as Markdown. */
function gamesSection({ rounds, work }) {
  return [
    row(['game, CPU, Adam', 'preset', 'batch', 'round', 'target', 'critic', 'generator', 'of the peak', '64 pictures']),
    row(['---', '---', '--:', '--:', '--:', '--:', '--:', '--:', '--:']),
    ...work.map((one) =>
      row([
        one.work,
        one.preset,
        one.batch,
        `${one.roundMs.toFixed(1)} ms`,
        one.targetMs === null ? '' : `< ${one.targetMs} ms`,
        `${one.criticMs.toFixed(1)} ms`,
        `${one.generatorMs.toFixed(1)} ms`,
        one.shareOfPeak === null ? '' : `${(one.shareOfPeak * 100).toFixed(0)} %`,
        `${one.generateMs.toFixed(1)} ms`,
      ]),
    ),
    '',
    `A round is one step of the critic and one of the generator, medians of ${rounds}. 341 ms is the best seen of a`,
    'library on the CPU, every convolution rewritten by hand as matrix products. Pictures: messages included.',
    '',
  ];
}

const row = (cells) => `| ${cells.join(' | ')} |`;
