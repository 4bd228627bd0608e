// @ts-check
/** Files of the site, as pages load them. */

import { EngineError } from './engine.js';

/**
 * A file's answer, or an error with the code 'fetch'.
 * @param {URL} url
 * @returns {Promise<Response>}
 */
export async function fetched(url) {
  const name = url.pathname.split('/').at(-1);
  /** @type {Response} */
  let response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new EngineError('fetch', `${name} could not be loaded: ${String(cause)}`, cause);
  }
  if (!response.ok) {
    throw new EngineError('fetch', `${name}: the server answered ${response.status}`);
  }
  return response;
}
