// A static host for dist/, strict about what a page may do, and able to fail on purpose.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** The built site. */
export const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));

const TYPES = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** A page with nothing on it, under the policy of the real one: for tests of the engine alone. */
const BLANK = '<!doctype html><html lang="en"><title>blank</title>';

/**
 * Serves dist/ below `prefix` on a free port of 127.0.0.1; `mounts` maps further paths to folders.
 *
 * `faults` maps a path inside the site to what is wrong with it: a status number answers with that,
 * 'hang' never answers, a function is given the bytes and returns those to send. Change it at any
 * time: `site.faults.set('wasm/halfdrawn_web_bg.wasm', 404)`, `site.faults.clear()`.
 *
 * @param {{ root?: string, prefix?: string, gzip?: boolean, mounts?: Record<string, string> }} [options]
 */
export async function serveSite({ root = DIST, prefix = '/', gzip = true, mounts = {} } = {}) {
  const faults = new Map();
  /** Every answer so far: path inside the site, status, bytes on the wire. */
  const answers = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://site');
    const inside = pathname.startsWith(prefix) ? pathname.slice(prefix.length) : null;
    const path = inside === '' ? 'index.html' : inside;
    const icon = path === 'favicon.ico' && request.headers.referer?.endsWith('/blank.html');
    const answer = icon ? { status: 204 } : await read(root, mounts, path, faults.get(path));
    if (answer === null) return;
    const { status, body = Buffer.from(`${status}`), headers = {} } = answer;
    const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
    const fresh = status === 200 && request.headers['if-none-match'] === etag;
    const packed = gzip && /gzip/.test(request.headers['accept-encoding'] ?? '') ? gzipSync(body) : body;
    const sent = fresh ? Buffer.alloc(0) : packed;
    answers.push({ path, status: fresh ? 304 : status, bytes: sent.length });
    response.writeHead(fresh ? 304 : status, {
      'cache-control': 'no-cache',
      'content-type': TYPES[extname(path ?? '')] ?? 'application/octet-stream',
      ...(packed === body ? {} : { 'content-encoding': 'gzip' }),
      ...(status === 200 ? { etag } : {}),
      ...headers,
    });
    response.end(sent);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}${prefix}`,
    faults,
    answers,
    /** Stops at once, with whatever connections are open. */
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

async function read(root, mounts, path, fault) {
  if (path === null) return { status: 404 };
  if (fault === 'hang') return null;
  if (typeof fault === 'number') return { status: fault };
  if (path === 'blank.html') {
    const policy = await contentSecurityPolicy(root);
    return { status: 200, body: Buffer.from(BLANK), headers: { 'content-security-policy': policy } };
  }
  try {
    const mount = Object.keys(mounts).find((start) => path.startsWith(start));
    const [folder, rest] = mount ? [mounts[mount], path.slice(mount.length)] : [root, path];
    const bytes = await readFile(join(folder, normalize(decodeURIComponent(rest))));
    return { status: 200, body: fault ? Buffer.from(fault(bytes)) : bytes };
  } catch {
    return { status: 404 };
  }
}

/** The policy that the page states in its meta element. */
export async function contentSecurityPolicy(root = DIST) {
  const page = await readFile(join(root, 'index.html'), 'utf8');
  const meta = page.match(/<meta[^>]*content-security-policy[^>]*>/i)?.[0] ?? '';
  const content = meta.match(/content=("([^"]*)"|'([^']*)')/i);
  if (!content) throw new Error('index.html states no Content-Security-Policy');
  return (content[2] ?? content[3]).replaceAll('&#39;', "'");
}
