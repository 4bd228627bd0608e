// Measures games in the page, on the processor. By itself, of a built site: node bench/game.mjs
import { fileURLToPath } from 'node:url';
import { latents, startGame } from '../browser/game-page.mjs';
import { launch, serveSite } from '../browser/harness.mjs';

/** Rounds timed of each network, after those that warm it up. */
const ROUNDS = 20;
const WARM_UP = 3;
const BATCH = 64;

/** Multiply-adds of a picture's way through a player: [generator, critic], 4×4 kernels of stride 2. */
const passes = ([g0, g1], [c0, c1]) => [
  64 * 49 * g0 + 16 * 49 * g0 * g1 + 16 * 196 * g1,
  16 * 196 * c0 + 16 * 49 * c0 * c1 + 49 * c1,
];

/**
 * Of a round: the generator makes pictures twice and learns once; the critic judges three times, learns
 * twice, and once gives its gradient back to the picture.
 */
function multiplyAdds(generator, critic) {
  const [make, judge] = passes(generator, critic);
  const latent = 64 * 49 * generator[0];
  const first = 16 * 196 * critic[0];
  // Neither latent variables nor, where the critic learns, pictures are given a gradient.
  return BATCH * (2 * make + (2 * make - latent) + 3 * judge + 2 * (2 * judge - first) + judge);
}

const cases = [
  { preset: 'full', work: 'GAN round, z64 → 7·7·64 → 32 → 1, 1 → 32 → 64 → 1', target: 341, players: [[64, 32], [32, 64]] },
  { preset: 'tiny', work: 'GAN round, z64 → 7·7·32 → 16 → 1, 1 → 16 → 32 → 1', players: [[32, 16], [16, 32]] },
];

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Milliseconds of a round of each preset, and of 64 pictures, messages included. */
export async function measureGames(browser, site, peakGflops) {
  const work = [];
  for (const { preset, players, target = null, ...named } of cases) {
    const { critic, generator, generate } = await browser.visit(
      `${site.url}blank.html`,
      { timeout: 600_000 },
      async (page) => {
        const error = await startGame(page, { preset, device: 'cpu', paused: true, options: { batch: BATCH } });
        if (error) throw new Error(error.message);
        return page.evaluate(gameTimes, [WARM_UP, ROUNDS, latents(BATCH)]);
      },
    );
    const [criticMs, generatorMs] = [median(critic), median(generator)];
    const roundMs = criticMs + generatorMs;
    const operations = 2 * multiplyAdds(...players);
    const shareOfPeak = peakGflops ? operations / (roundMs * 1e6) / peakGflops : null;
    const generateMs = median(generate);
    work.push({ ...named, preset, batch: BATCH, roundMs, criticMs, generatorMs, targetMs: target, generateMs, shareOfPeak });
    console.log(
      `    ${preset}: ${roundMs.toFixed(1)} ms a round (critic ${criticMs.toFixed(1)}, generator ${generatorMs.toFixed(1)}; ` +
        `${(operations / 1e9).toFixed(2)} GFLOP, ${(operations / roundMs / 1e6).toFixed(1)} GFLOP/s), ${generateMs.toFixed(1)} ms for ${BATCH} pictures`,
    );
  }
  return { rounds: ROUNDS, work };
}

/** Runs in the page. */
async function gameTimes([warmUp, rounds, noise]) {
  const { run: game } = window.runs;
  await game.step('round', warmUp);
  const times = { critic: [], generator: [], generate: [] };
  const metrics = game.metrics();
  const done = game.step('round', rounds);
  while (times.generator.length < rounds) {
    const { player, milliseconds } = (await metrics.next()).value;
    times[player].push(milliseconds);
  }
  await done;
  for (let once = 0; once < 12; once++) {
    const begin = performance.now();
    await game.generate({ latents: Float32Array.from(noise) });
    times.generate.push(performance.now() - begin);
  }
  return times;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const site = await serveSite();
  const browser = await launch();
  await measureGames(browser, site, null).finally(async () => {
    await browser.close();
    await site.close();
  });
}
