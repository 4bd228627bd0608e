// What Node adds to the built site: `node tests/build/site.mjs FOLDER`, which `cargo xtask assemble`
// runs. The chart library goes to vendor/, so that the page loads nothing from another origin; the
// formulas become MathML, so that no visitor downloads a typesetter.
import { copyFile, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const UPLOT = fileURLToPath(new URL('../node_modules/uplot/', import.meta.url));
const FORMULAS = new URL('formulas.mjs', import.meta.url);

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

const there = await stat(FORMULAS).catch(() => null);
if (there) {
  const { writeFormulas } = await import(FORMULAS.href);
  await writeFormulas(site);
}
