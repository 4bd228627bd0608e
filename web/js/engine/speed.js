// @ts-check
/** How long the steps of a run take. */

/** @typedef {{ player?: string, milliseconds: number }} Timed */

/**
 * The median; where players take turns, whose steps differ, the mean of their medians.
 * @param {Timed[]} steps
 * @returns {number} milliseconds
 */
export function typical(steps) {
  const players = [...new Set(steps.map(({ player }) => player))];
  const medians = players.map((one) => {
    const own = steps.filter(({ player }) => player === one);
    return own.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b)[own.length >> 1];
  });
  return medians.reduce((sum, each) => sum + each, 0) / medians.length;
}
