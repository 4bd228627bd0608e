// @ts-check
// Keeps the page, the engine and the weights, so that everything works without a network once it
// has been loaded. One build, one cache: a page never mixes the files of two builds.

/** @type {ServiceWorkerGlobalScope} */
const worker = /** @type {any} */ (self);

// The build writes its version and its files into this line.
const BUILD = { version: 'development', files: [''] };
const PREFIX = `halfdrawn ${worker.registration.scope} `;
const CACHE = PREFIX + BUILD.version;

worker.addEventListener('install', (event) => event.waitUntil(keepEverything()));
worker.addEventListener('activate', (event) => event.waitUntil(forgetOldBuilds()));
worker.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method === 'GET' && url.href.startsWith(worker.registration.scope)) {
    const answered = answer(event.request);
    event.respondWith(answered.then(({ response }) => response));
    event.waitUntil(answered.then(({ keeping }) => keeping).catch(() => {}));
  }
});
worker.addEventListener('message', (event) => {
  if (event.data !== 'take over') return;
  event.ports[0].postMessage(CACHE);
  worker.skipWaiting();
});

/** The build that pages get: this one, until a newer one takes over. */
let serving = CACHE;

/** The page has just loaded these files: 'no-cache' asks whether they changed, and no more. */
async function keepEverything() {
  const cache = await caches.open(CACHE);
  await cache.addAll(BUILD.files.map((path) => new Request(path, { cache: 'no-cache' })));
}

async function forgetOldBuilds() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** What only those need who train or explore: kept from the first use on. */
const KEPT_WHEN_USED = ['wasm-train/', 'wasm-webgpu/', 'data/', 'pretrained/'];

/**
 * @param {Request} request
 * @returns {Promise<{ response: Response, keeping?: Promise<void> }>}
 */
async function answer(request) {
  const navigation = request.mode === 'navigate';
  if (navigation) await letNewerBuildTakeOver();
  const cache = await caches.open(serving);
  const kept = await cache.match(navigation ? pageOf(request) : request, { ignoreSearch: navigation });
  if (kept) return { response: kept };
  const response = await fetch(request);
  const path = request.url.slice(worker.registration.scope.length);
  if (!response.ok || !KEPT_WHEN_USED.some((folder) => path.startsWith(folder))) return { response };
  // A full disk costs the next visit a download, and this one nothing.
  return { response, keeping: cache.put(request, response.clone()) };
}

/**
 * The folder's own address means its index.html.
 * @param {Request} request
 */
function pageOf(request) {
  const url = new URL(request.url);
  return url.pathname.endsWith('/') ? new URL('index.html', url) : url;
}

/**
 * A build that waits takes over when a lone page reloads: no other page needs the old files. It is
 * active a moment after the page has loaded; what the page asks for meanwhile comes from its cache.
 */
async function letNewerBuildTakeOver() {
  const { waiting } = worker.registration;
  if (!waiting || (await worker.clients.matchAll()).length > 1) return;
  const { port1, port2 } = new MessageChannel();
  serving = await new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
    waiting.postMessage('take over', [port2]);
  });
}
