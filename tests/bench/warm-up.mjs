// What the first steps on WebGPU cost, and who pays: the worker's thread, which makes shaders in wasm, or
// the adapter, which compiles them. Linux only, after `cargo xtask build`: node tests/bench/warm-up.mjs [preset …]
//
// Seconds of processor time are read from /proc: those of the thread that runs the worker, and those of the
// process that Chromium keeps for the GPU. On the software adapter the second also does the arithmetic.
import { readdir, readFile } from 'node:fs/promises';
import { launch, serveSite } from '../browser/harness.mjs';
import { SMALL, startRun, steps } from '../browser/train-page.mjs';

/** Clock ticks of /proc in a second, on every Linux that matters. */
const TICKS = 100;
const STEPS = 3;

/** Seconds of processor time in a line of /proc/…/stat; its second field, a name, may hold spaces. */
function seconds(stat) {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

const text = (path) => readFile(path, 'utf8').catch(() => '');

/** Processor time so far of Chromium's workers (all their threads) and of its GPU process. */
async function spent() {
  const total = { worker: 0, adapter: 0 };
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await text(`/proc/${pid}/cmdline`);
    if (command.includes('--type=gpu-process')) {
      total.adapter += seconds(await text(`/proc/${pid}/stat`));
    } else if (command.includes('--type=renderer')) {
      for (const thread of await readdir(`/proc/${pid}/task`).catch(() => [])) {
        const stat = await text(`/proc/${pid}/task/${thread}/stat`);
        if (stat.includes('(DedicatedWorker')) total.worker += seconds(stat);
      }
    }
  }
  return total;
}

const presets = process.argv.length > 2 ? process.argv.slice(2) : ['mlp-2d', 'conv-32'];
const site = await serveSite();
const browser = await launch({ args: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'] });
for (const preset of presets) {
  await browser.visit(`${site.url}blank.html`, { timeout: 600_000 }, async (page) => {
    const error = await startRun(page, { ...SMALL, preset, device: 'webgpu' });
    if (error) throw new Error(error.message);
    for (let step = 1; step <= STEPS; step++) {
      const [before, started] = [await spent(), performance.now()];
      await steps(page, 1);
      const [after, wall] = [await spent(), (performance.now() - started) / 1000];
      const share = (who) => `${who} ${(after[who] - before[who]).toFixed(2)} s`;
      console.log(`${preset}, step ${step}: ${wall.toFixed(2)} s, of processor time ${share('worker')}, ${share('adapter')}`);
    }
  });
}
await browser.close();
await site.close();
