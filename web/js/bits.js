// @ts-check
/** Pictures of bits as short text that an address can hold. */

/**
 * Eight pixels a byte, first pixel in the highest bit, as base64url.
 * @param {Uint8Array} bits
 * @returns {string}
 */
export function packBits(bits) {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((bit, index) => {
    bytes[index >> 3] |= bit << (7 - (index & 7));
  });
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/**
 * The inverse of `packBits`; null for anything that it did not write.
 * @param {string} text
 * @param {number} length
 * @returns {Uint8Array | null}
 */
export function unpackBits(text, length) {
  if (!/^[\w-]+$/.test(text)) {
    return null;
  }
  let bytes;
  try {
    bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return null;
  }
  const bits = Uint8Array.from(
    { length },
    (_, index) => ((bytes.charCodeAt(index >> 3) || 0) >> (7 - (index & 7))) & 1,
  );
  return packBits(bits) === text ? bits : null;
}
