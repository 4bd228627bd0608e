// What Node adds to the built site: `node tests/build/site.mjs FOLDER`, which `cargo xtask assemble`
// runs. The chart library goes to vendor/, so that the page loads nothing from another origin; pages
// get the parts that they share, the names of their modules, and their formulas as MathML, so that no
// visitor downloads a typesetter.
import { copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { withFormulas } from './formulas.mjs';
import { withCurrent, withParts } from './parts.mjs';
import { withPreloads } from './preloads.mjs';

const UPLOT = fileURLToPath(new URL('../node_modules/uplot/', import.meta.url));

const [, , site] = process.argv;
if (!site) {
  console.error('site.mjs takes the folder of the site that is being built.');
  process.exit(2);
}

const vendor = join(site, 'vendor');
await mkdir(vendor, { recursive: true });
await copyFile(join(UPLOT, 'dist/uPlot.esm.js'), join(vendor, 'uplot.js'));
await copyFile(join(UPLOT, 'dist/uPlot.min.css'), join(vendor, 'uplot.css'));
await copyFile(join(UPLOT, 'LICENSE'), join(vendor, 'uplot-LICENSE.txt'));

const names = await readdir(site, { recursive: true });
for (const name of names.filter((each) => each.endsWith('.html'))) {
  const path = join(site, name);
  try {
    const whole = withCurrent(withParts(await readFile(path, 'utf8')), basename(name));
    await writeFile(path, withFormulas(await withPreloads(whole, pathToFileURL(path))));
  } catch (cause) {
    throw new Error(`${name}: ${cause.message}`, { cause });
  }
}
