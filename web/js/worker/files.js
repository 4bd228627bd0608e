// @ts-check
/** What workers load: files of the site, and the wasm bundles among them. */

/** @typedef {import('../engine/types.js').Progress} Progress */

/** @typedef {(loaded: number, total: number | null) => void} OnBytes */

/** An error that engine.js passes on as it is. */
export class Failure extends Error {
  /**
   * @param {import('../engine/error.js').ErrorCode} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** Milliseconds between two reports of how a download gets on. */
const REPORT_EVERY = 50;

const ADVICE = 'Check the connection and try again.';

/**
 * @param {URL} url
 * @param {string} path what messages call it
 * @param {RequestCache} [cache]
 * @param {OnBytes} [onBytes]
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function download(url, path, cache = 'default', onBytes) {
  try {
    const response = await fetch(url, { cache });
    if (!response.ok) {
      throw new Failure('fetch', `${path}: the server answered ${response.status}. ${ADVICE}`);
    }
    if (!onBytes || !response.body) {
      return new Uint8Array(await response.arrayBuffer());
    }
    // A compressed body's length says nothing about the bytes that come out of it.
    const encoded = response.headers.has('content-encoding');
    const total = encoded ? null : Number(response.headers.get('content-length')) || null;
    const parts = [];
    let [loaded, reported] = [0, 0];
    const reader = response.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      loaded += part.value.length;
      if (performance.now() - reported > REPORT_EVERY) {
        reported = performance.now();
        onBytes(loaded, total);
      }
    }
    onBytes(loaded, total);
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  } catch (error) {
    if (error instanceof Failure) {
      throw error;
    }
    throw new Failure('fetch', `${path} could not be loaded: ${String(error)}. ${ADVICE}`);
  }
}

/**
 * Loads and starts a bundle of crates/web.
 * @param {string} base
 * @param {'wasm' | 'wasm-train' | 'wasm-webgpu'} folder
 * @param {OnBytes} onBytes
 * @returns {Promise<any>} its exports
 */
export async function loadBundle(base, folder, onBytes) {
  const script = `${folder}/halfdrawn_web.js`;
  const binary = `${folder}/halfdrawn_web_bg.wasm`;
  const [module, bytes] = await Promise.all([
    import(new URL(script, base).href).catch((error) => {
      throw new Failure('fetch', `${script} could not be loaded: ${String(error)}. ${ADVICE}`);
    }),
    download(new URL(binary, base), binary, 'default', onBytes),
  ]);
  try {
    await module.default({ module_or_path: await WebAssembly.compile(bytes) });
    onBytes(bytes.length, bytes.length);
  } catch (error) {
    const code = error instanceof RangeError ? 'memory' : 'wasm';
    throw new Failure(code, `The WebAssembly bundle could not be started: ${String(error)}`);
  }
  return module;
}

/**
 * What a trap or exhausted memory means; null for an error that leaves the bundle usable.
 * @param {unknown} error
 * @returns {Failure | null}
 */
export function crashOf(error) {
  if (!(error instanceof WebAssembly.RuntimeError || error instanceof RangeError)) {
    return null;
  }
  // After a trap the bundle's memory is in no known state: engine.js starts a new worker.
  const memory = error instanceof RangeError || /memory|alloc/i.test(String(error));
  const what = memory ? 'ran out of memory' : `crashed (${String(error)})`;
  return new Failure(memory ? 'memory' : 'wasm', `The model ${what}. Try again.`);
}
