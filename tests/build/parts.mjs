// What several pages share stands once, in web/parts: `<template data-part="tool" data-id="undo" …>`
// in a page becomes web/parts/tool.html with {id} filled in. web/parts/README.md says what there is.
import { readFileSync } from 'node:fs';

const PARTS = new URL('../../web/parts/', import.meta.url);
/** The place of a part; the build's minifier leaves quotes out where it can. */
const PLACE = /<template\b([^>]*\bdata-part\b[^>]*)>\s*<\/template>/g;
const ATTRIBUTE = /data-([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g;

/** @param {string} name */
function read(name) {
  try {
    return readFileSync(new URL(`${name}.html`, PARTS), 'utf8');
  } catch (cause) {
    throw new Error(`There is no web/parts/${name}.html.`, { cause });
  }
}

/**
 * A part with its values filled in, without the remark that it begins with and without indentation.
 * @param {string} attributes
 */
function partOf(attributes) {
  const { part, ...values } = Object.fromEntries(
    [...attributes.matchAll(ATTRIBUTE)].map(([, name, double, single, bare]) => [name, double ?? single ?? bare]),
  );
  const unused = new Set(Object.keys(values));
  const filled = read(part)
    .replace(/^<!--.*?-->\s*/s, '')
    .replace(/\{([\w-]+)\}/g, (_, name) => {
      if (!(name in values)) {
        throw new Error(`web/parts/${part}.html: its place lacks data-${name}.`);
      }
      unused.delete(name);
      return values[name];
    });
  if (unused.size > 0) {
    throw new Error(`web/parts/${part}.html has no use for ${[...unused].join(', ')}.`);
  }
  return withParts(filled.trim().replace(/\n\s+/g, '\n'));
}

/**
 * The text of a page with its parts in place.
 * @param {string} html
 * @returns {string}
 */
export const withParts = (html) => html.replace(PLACE, (_, attributes) => partOf(attributes));

/**
 * A page whose link to itself in the header is marked.
 * @param {string} html
 * @param {string} name of its file
 */
export const withCurrent = (html, name) => html.replace(`<a href="./${name}"`, '$& aria-current="page"');
