// Takes the documentation and the spaces out of the scripts of a built site, which are most of their bytes:
// `node tests/build/minify.mjs FOLDER`, which `cargo xtask assemble` runs for a release. Every module stays
// a file of its own, under its name, and exports what it did: other pages import js/engine.js. Names stay too.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transform } from 'esbuild';

const [, , site] = process.argv;
if (!site) {
  console.error('minify.mjs takes the folder of the site that is being built.');
  process.exit(2);
}

const names = await readdir(site, { recursive: true });
for (const name of names.filter((each) => each.endsWith('.js'))) {
  const path = join(site, name);
  const source = await readFile(path, 'utf8');
  const { code } = await transform(source, { format: 'esm', minifyWhitespace: true, legalComments: 'inline', target: 'es2022', charset: 'utf8', sourcefile: name });
  await writeFile(path, code);
}
