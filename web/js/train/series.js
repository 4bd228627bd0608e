// @ts-check
/** Columns of numbers over steps, as charts want them. */

/**
 * Limits of a chart of losses that a steep beginning does not squash: the first steps may leave it
 * at the top once there are enough later ones.
 * @param {ArrayLike<number>[]} series
 * @returns {[number, number]}
 */
export function limitsOf(series) {
  const all = series.flatMap((values) => {
    const from = values.length > 100 ? Math.floor(values.length * 0.04) : 0;
    return Array.from(values).slice(from).filter(Number.isFinite);
  });
  if (all.length === 0) {
    return [0, 1];
  }
  all.sort((a, b) => a - b);
  const least = all[0];
  const most = all[Math.min(all.length - 1, Math.floor(all.length * 0.995))];
  const margin = Math.max((most - least) * 0.08, Math.abs(most) * 0.005, 1e-6);
  return [least - margin, most + margin];
}

/**
 * At most so many of the values, evenly, the last one always.
 * @template {ArrayLike<number>} T
 * @param {T} values
 * @param {number} most
 * @returns {number[]}
 */
export function thinned(values, most) {
  const stride = Math.max(1, Math.ceil(values.length / most));
  return Array.from(values).filter((_, index) => (values.length - 1 - index) % stride === 0);
}

/**
 * Several curves over one axis: each value at its step, null where a curve has none.
 * @param {{ x: number[], ys: number[][] }[]} tables
 * @returns {{ x: number[], values: (number | null)[][] }}
 */
export function aligned(tables) {
  const x = [...new Set(tables.flatMap((table) => table.x))].sort((a, b) => a - b);
  const places = new Map(x.map((step, index) => [step, index]));
  const values = tables.flatMap((table) =>
    table.ys.map((y) => {
      /** @type {(number | null)[]} */
      const line = new Array(x.length).fill(null);
      y.forEach((value, index) => {
        line[places.get(table.x[index]) ?? 0] = Number.isFinite(value) ? value : null;
      });
      return line;
    }),
  );
  return { x, values };
}
