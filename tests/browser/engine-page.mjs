// Drives the engine inside a page, by Playwright or by Puppeteer: both have evaluate().

/**
 * Starts an engine in the page and keeps it there under `name`; returns the error it threw, or null.
 * @param {string} [name] tests that need two engines name them
 * @param {object} [options] for Engine.start
 */
export function startEngine(page, name = 'engine', options = {}) {
  return page.evaluate(
    async ([key, startOptions]) => {
      const { Engine } = await import(new URL('js/engine.js', location.href).href);
      window.engines ??= {};
      try {
        window.engines[key] = await Engine.start(startOptions);
        return null;
      } catch ({ name: kind, code, message }) {
        return { name: kind, code, message };
      }
    },
    [name, options],
  );
}

/**
 * Calls a method of the engine with plain arrays for typed ones.
 * `options.onPixel: true` collects the events; `options.abortAfter` aborts after so many milliseconds.
 * @returns what the method resolved to, as plain arrays, with `events` and `took` (milliseconds), or
 * `{ error: { name, code, message } }`, then with `lateBy`: milliseconds from the abort to the rejection
 */
export function ask(page, method, options = {}, name = 'engine') {
  return page.evaluate(
    async ([key, call, given]) => {
      const { abortAfter, ...rest } = given;
      for (const field of ['pixels', 'known', 'images']) {
        if (Array.isArray(rest[field])) rest[field] = Uint8Array.from(rest[field]);
      }
      const events = [];
      if (rest.onPixel === true) {
        rest.onPixel = ({ index, values, probabilities }) =>
          events.push({ index, values: [...values], probabilities: [...probabilities] });
      }
      let abortedAt = 0;
      if (abortAfter !== undefined) {
        const controller = new AbortController();
        rest.signal = controller.signal;
        const abort = () => {
          abortedAt = performance.now();
          controller.abort();
        };
        if (abortAfter < 0) abort();
        else setTimeout(abort, abortAfter);
      }
      const start = performance.now();
      try {
        const result = await window.engines[key][call](rest);
        const took = performance.now() - start;
        if (ArrayBuffer.isView(result)) return { values: [...result], took };
        if (result?.images) {
          const { images, logLikelihood } = result;
          return { images: [...images], logLikelihood: [...logLikelihood], events, took };
        }
        return { result, took };
      } catch ({ name: kind, code, message }) {
        const error = { name: kind, code, message };
        return { error, lateBy: performance.now() - abortedAt };
      }
    },
    [name, method, options],
  );
}
