// Measures training in the page, on the processor.
import { startRun } from '../browser/train-page.mjs';

/** Steps timed of each network, after those that warm it up. */
const STEPS = 40;
const WARM_UP = 5;
const VISITS = 3;

/** Multiply-adds of one picture's step: forward, and backward for weights and, but at the input, activations. */
const MLP_20 = 2 * 784 * 400 + 3 * 400 * 40 + 3 * 20 * 400 + 3 * 400 * 784;

const cases = [
  { work: 'VAE 784-400-20', model: 'vae', preset: 'mlp-20', batch: 128, target: 16, multiplyAdds: 128 * MLP_20 },
  { work: 'VAE of two latent variables', model: 'vae', preset: 'mlp-2d', batch: 128 },
  { work: 'VAE with residual blocks', model: 'vae', preset: 'conv-32', batch: 128, steps: 10 },
  { work: 'PixelCNN of 51 k parameters', model: 'pixelcnn', preset: 'small', batch: 16, steps: 10 },
];

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Milliseconds of a step of each network, of a decoded picture, and from the click to the first step. */
export async function measureTraining(browser, site, peakGflops) {
  const blank = `${site.url}blank.html`;
  const work = [];
  for (const { model, preset, batch, steps = STEPS, multiplyAdds = null, target = null, ...named } of cases) {
    const times = await browser.visit(blank, { timeout: 600_000 }, async (page) => {
      const error = await startRun(page, { model, preset, device: 'cpu', paused: true, options: { batch } });
      if (error) throw new Error(error.message);
      return page.evaluate(stepTimes, WARM_UP + steps);
    });
    const ms = median(times.slice(WARM_UP));
    const shareOfPeak = multiplyAdds && (2 * multiplyAdds) / (ms * 1e6) / peakGflops;
    work.push({ ...named, preset, batch, medianMs: ms, targetMs: target, shareOfPeak });
    console.log(`    ${preset}: ${ms.toFixed(1)} ms a step`);
  }
  const firsts = [];
  for (let visit = 0; visit < VISITS; visit++) {
    firsts.push(await browser.visit(blank, (page) => firstStep(page)));
  }
  const decode = await browser.visit(blank, async (page) => {
    await startRun(page, { model: 'vae', preset: 'mlp-2d', device: 'cpu', paused: true, options: {} });
    return page.evaluate(decodeTimes);
  });
  return { steps: STEPS, work, firstStepMs: median(firsts), decodeMs: median(decode) };
}

/** Runs in the page. */
async function stepTimes(count) {
  const { run } = window.runs;
  const metrics = run.metrics();
  const times = [];
  const done = run.step(count);
  while (times.length < count) times.push((await metrics.next()).value.milliseconds);
  await done;
  return times;
}

/** Runs in the page: one picture decoded, messages included. */
async function decodeTimes() {
  const times = [];
  for (let one = 0; one < 60; one++) {
    const begin = performance.now();
    await window.runs.run.decode({ latents: Float32Array.of(Math.sin(one), Math.cos(one)) });
    times.push(performance.now() - begin);
  }
  return times.slice(10);
}

/** Milliseconds from asking for a run, on a first visit, until the metrics of its first step. */
async function firstStep(page) {
  const begin = performance.now();
  await startRun(page, { model: 'vae', device: 'cpu', paused: true, options: {} });
  await page.evaluate(async () => {
    const metrics = window.runs.run.metrics();
    await window.runs.run.step(1);
    await metrics.next();
  });
  return performance.now() - begin;
}
