// A page names every module that its script begins with, so that none waits for another: the build
// finds them by following the imports.
import { readFile } from 'node:fs/promises';

const SCRIPT = /<script\b(?=[^>]*\btype=["']?module\b)[^>]*\bsrc=["']?\.\/([^\s"'>]+)["']?[^>]*><\/script>/;
const IMPORT = /^(?:import|export)\b[^;'"`]*? from '(\.[^']+)';/gm;

/**
 * The modules that a script imports before it runs, and theirs; those that it loads later are none.
 * @param {URL} script
 * @param {Set<string>} [found] addresses
 */
export async function importsOf(script, found = new Set()) {
  for (const [, from] of (await readFile(script, 'utf8')).matchAll(IMPORT)) {
    const next = new URL(from, script);
    if (!found.has(next.href)) {
      await importsOf(next, found.add(next.href));
    }
  }
  return found;
}

/**
 * The text of a page that has its modules loaded at once.
 * @param {string} html
 * @param {URL} page its address
 */
export async function withPreloads(html, page) {
  const [script, path] = html.match(SCRIPT) ?? [];
  if (!script) {
    return html;
  }
  const folder = new URL('.', page).href;
  const modules = [...(await importsOf(new URL(path, page)))].sort();
  const links = modules.map((each) => `<link rel="modulepreload" href="./${each.slice(folder.length)}">`);
  return html.replace(script, [script, ...links].join('\n'));
}
