// @ts-check
/** What a weight file says of its network: the header of a safetensors file, read without the tensors. */

/** Bytes before the header: its length. */
const PREFIX = 8;

/**
 * The network that a file's tensors belong to, as the command line and the engine write it; an empty
 * object for a file that is none of theirs, null for one that cannot be read.
 * @param {Uint8Array} bytes
 * @returns {any}
 */
export function networkIn(bytes) {
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const length = Number(view.getBigUint64(0, true));
    const header = new TextDecoder().decode(bytes.subarray(PREFIX, PREFIX + length));
    return JSON.parse(JSON.parse(header).__metadata__?.network ?? '{}');
  } catch {
    return null;
  }
}
