// Measures the sampler in headless Chromium and writes docs/bench.json and docs/results.md.
// `cargo xtask bench` calls it: node bench/main.mjs <the bench's own bundle> <the bundle with burn>
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { ask, startEngine } from '../browser/engine-page.mjs';
import { DIST, HALF_SEVEN, launch, mask, PIXELS, serveSite } from '../browser/harness.mjs';
import { measureGames } from './game.mjs';
import { report } from './report.mjs';
import { measureTraining } from './train.mjs';

/** How often each thing is measured, all in turn, so that a busy minute spares none of them. */
const ROUNDS = 15;
const PEAK_MS = 300;
const VISITS = 5;

const [own, burn] = process.argv.slice(2);
const models = JSON.parse(await readFile(`${DIST}pretrained/index.json`, 'utf8'));
const completion = models.find((model) => model.default).name;
const plain = models.find((model) => model.kind === 'pixelcnn').name;
const whole = { pixels: mask(() => false), known: mask(() => false) };

const cases = [
  { work: 'bottom half, 1 completion', model: completion, ...HALF_SEVEN, count: 1, target: 40 },
  { work: 'bottom half, 16 completions', model: completion, ...HALF_SEVEN, count: 16, target: 250 },
  { work: 'whole picture', model: completion, ...whole, count: 1 },
  { work: 'whole picture', model: plain, ...whole, count: 1, target: 10 },
  { work: 'whole picture, 16 at once', model: plain, ...whole, count: 16 },
];

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

const site = await serveSite({
  mounts: {
    'bench/own/': own,
    'bench/burn/': burn,
    'bench/': fileURLToPath(new URL('.', import.meta.url)),
  },
});
const browser = await launch();
try {
  const speed = await browser.visit(`${site.url}blank.html`, { timeout: 1_200_000 }, measureSpeed);
  const results = {
    command: 'cargo xtask bench',
    browser: `Chromium ${browser.browser.version()}`,
    processor: cpus()[0].model.trim(),
    rounds: ROUNDS,
    ...speed,
    firstCompletion: await measureFirstCompletion(),
    training: await measureTraining(browser, site, speed.peakGflops),
    games: await measureGames(browser, site, speed.peakGflops),
    sizes: await measureSizes(),
  };
  await report(results);
} finally {
  await browser.close();
  await site.close();
}

/** Runs a task of worker.mjs. */
function bench(page, task) {
  return page.evaluate(async (message) => {
    const folder = new URL('bench/', location.href);
    window.bench ??= new Worker(new URL('worker.mjs', folder), { type: 'module' });
    const { error, result } = await new Promise((resolve, reject) => {
      window.bench.onmessage = ({ data }) => resolve(data);
      window.bench.onerror = ({ message: text }) => reject(new Error(text));
      window.bench.postMessage(message);
    });
    if (error) throw new Error(error);
    return result;
  }, task);
}

function load(page, model) {
  const url = (path) => new URL(path, site.url).href;
  return bench(page, {
    task: 'load',
    own: url('bench/own/halfdrawn_web.js'),
    burn: url('bench/burn/halfdrawn_web.js'),
    config: url(`pretrained/${model}/config.json`),
    weights: url(`pretrained/${model}/model.safetensors`),
  });
}

async function measureSpeed(page) {
  assert.equal(await startEngine(page), null);
  const measured = cases.map((one) => ({ ...one, times: [] }));
  const peaks = [];
  const passes = { [completion]: [], [plain]: [] };
  for (let round = -1; round < ROUNDS; round++) {
    const keep = round >= 0; // the first round only warms up
    for (const { times, model, pixels, known, count } of measured) {
      const { took, error } = await ask(page, 'complete', { model, pixels, known, count, seed: round + 1 });
      if (error) throw new Error(error.message);
      if (keep) times.push(took);
    }
    for (const model of [completion, plain]) {
      const [perPixel, context] = await load(page, model);
      for (const one of measured) if (one.model === model) one.multiplyAdds = multiplyAdds(one, perPixel, context);
      const took = await bench(page, { task: 'pass', ...whole });
      if (keep) passes[model].push(took);
    }
    const peak = await bench(page, { task: 'peak', ms: PEAK_MS });
    if (keep) peaks.push(peak);
    if (round % 5 === 0) console.log(`    round ${round} of ${ROUNDS}`);
  }
  const peak = median(peaks);
  return {
    peakGflops: peak,
    work: measured.map(({ work, model, known, count, times, target, multiplyAdds: operations }) => {
      const ms = median(times);
      const isWhole = count === 1 && !known.includes(1);
      const burnPass = median(passes[model]);
      return {
        work,
        model,
        count,
        medianMs: ms,
        targetMs: target ?? null,
        multiplyAdds: operations,
        shareOfPeak: (2 * operations) / (ms * 1e6) / peak,
        burnPassMs: isWhole ? burnPass : null,
        timesFasterThanBurn: isWhole ? (PIXELS * burnPass) / ms : null,
      };
    }),
  };
}

/** What has to be computed: pixels before the first hidden one once, the others in each completion. */
function multiplyAdds({ known, count }, perPixel, context) {
  const shared = known.indexOf(0);
  const end = known.lastIndexOf(0) + 1;
  return (shared + (end - shared) * count) * perPixel + context;
}

/** Milliseconds from the start of the visit until the engine's first completions are there. */
async function measureFirstCompletion() {
  const times = [];
  for (let visit = 0; visit < VISITS; visit++) {
    const context = await browser.browser.newContext();
    await context.addInitScript(() => {
      window.Worker = class extends window.Worker {
        constructor(...options) {
          super(...options);
          this.addEventListener('message', ({ data }) => {
            if (data.type === 'done' && data.result?.images) window.firstCompletion ??= performance.now();
          });
        }
      };
    });
    const page = await context.newPage();
    await page.goto(site.url);
    times.push(await (await page.waitForFunction(() => window.firstCompletion)).jsonValue());
    await context.close();
  }
  return { visits: VISITS, medianMs: median(times) };
}

/** Gzipped bytes of what a visitor downloads. */
async function measureSizes() {
  const files = JSON.parse(await readFile(`${DIST}files.json`, 'utf8'));
  const sum = async (matches) => {
    let total = 0;
    for (const { path } of files.filter((file) => matches(file.path))) {
      total += gzipSync(await readFile(DIST + path)).length;
    }
    return total;
  };
  return {
    'bundle that samples': await sum((path) => path.startsWith('wasm/')),
    'bundle that trains on the CPU': await sum((path) => path.startsWith('wasm-train/')),
    'bundle that trains on WebGPU': await sum((path) => path.startsWith('wasm-webgpu/')),
    [`weights of ${completion}`]: await sum((path) => path === `pretrained/${completion}/model.safetensors`),
    [`weights of ${plain}`]: await sum((path) => path === `pretrained/${plain}/model.safetensors`),
    'page, styles, scripts, strings': await sum((path) => /^index\.html$|^(css|js|strings)\//.test(path)),
  };
}
