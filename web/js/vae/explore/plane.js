// @ts-check
/** The plane of two latents: which part of it is shown, its grid, and the holes between the codes. */

/**
 * A square part of the plane.
 * @typedef {object} Window
 * @property {number} x of its middle
 * @property {number} y of its middle
 * @property {number} half of its side
 */

/** N(0, I) is all but within three standard deviations. */
const PRIOR_HALF = 3;
/** A sample further from every code than this many usual distances between codes lies in a hole. */
const LONELY = 4;

/**
 * @param {number[]} sorted
 * @param {number} share
 */
const quantile = (sorted, share) => sorted[Math.round(share * (sorted.length - 1))];

/**
 * The window that shows N(0, I) and all but the outermost of the codes.
 * @param {Float32Array} codes n × 2
 * @returns {Window}
 */
export function windowOf(codes) {
  const [[left, right], [low, high]] = [0, 1].map((axis) => {
    const sorted = [...codes].filter((_, index) => index % 2 === axis).sort((a, b) => a - b);
    return [
      Math.min(-PRIOR_HALF, quantile(sorted, 0.01) ?? 0),
      Math.max(PRIOR_HALF, quantile(sorted, 0.99) ?? 0),
    ];
  });
  const half = Math.max(right - left, high - low) / 2;
  return { x: (left + right) / 2, y: (low + high) / 2, half: Math.ceil(half * 10) / 10 };
}

/** The window of the prior alone. @type {Window} */
export const PRIOR_WINDOW = { x: 0, y: 0, half: PRIOR_HALF };

/**
 * Where a point lies in a window, from 0 to 1 from its left and from its top.
 * @param {Window} window
 * @param {[number, number]} point
 * @returns {[number, number]}
 */
export const placeOf = ({ x, y, half }, point) => [
  (point[0] - x + half) / (2 * half),
  (y + half - point[1]) / (2 * half),
];

/**
 * The inverse of `placeOf`; places outside count as on the edge.
 * @param {Window} window
 * @param {[number, number]} place
 * @returns {[number, number]}
 */
export function pointAt({ x, y, half }, place) {
  const [across, down] = place.map((each) => Math.max(0, Math.min(1, each)));
  return [x - half + 2 * half * across, y + half - 2 * half * down];
}

/**
 * The latents at the middles of the window's cells, row by row from its top. Latents other than the
 * two are as in `base`.
 * @param {Window} window
 * @param {number} side cells on a side
 * @param {Float32Array} base d
 * @param {[number, number]} axes
 * @returns {Float32Array} side² × d
 */
export function gridOf(window, side, base, axes) {
  const latent = base.length;
  const found = new Float32Array(side * side * latent);
  for (let cell = 0; cell < side * side; cell++) {
    const place = [((cell % side) + 0.5) / side, (Math.floor(cell / side) + 0.5) / side];
    const point = pointAt(window, /** @type {[number, number]} */ (place));
    found.set(withPoint(base, axes, point), cell * latent);
  }
  return found;
}

/**
 * @param {Float32Array} base d
 * @param {[number, number]} axes
 * @param {[number, number]} point
 * @returns {Float32Array} d
 */
export function withPoint(base, axes, point) {
  const found = base.slice();
  axes.forEach((axis, index) => {
    found[axis] = point[index];
  });
  return found;
}

/**
 * Two columns of rows of latents.
 * @param {Float32Array} latents n × d
 * @param {number} latent d
 * @param {[number, number]} axes
 * @returns {Float32Array} n × 2
 */
export const columnsOf = (latents, latent, axes) =>
  Float32Array.from(
    { length: (latents.length / latent) * 2 },
    (_, index) => latents[(index >> 1) * latent + axes[index & 1]],
  );

/**
 * The two largest, in ascending order of their place.
 * @param {Float64Array} values at least 2
 * @returns {[number, number]}
 */
export function twoLargest(values) {
  const order = [...values.keys()].sort((a, b) => values[b] - values[a]);
  return /** @type {[number, number]} */ (order.slice(0, 2).sort((a, b) => a - b));
}

/**
 * Distance of a point to the nearest of the codes; `skip` is not asked.
 * @param {Float32Array} codes n × 2
 * @param {number} x
 * @param {number} y
 * @param {number} [skip]
 */
function nearest(codes, x, y, skip = -1) {
  let best = Infinity;
  for (let at = 0; at < codes.length; at += 2) {
    if (at !== skip) {
      const distance = (codes[at] - x) ** 2 + (codes[at + 1] - y) ** 2;
      best = Math.min(best, distance);
    }
  }
  return Math.sqrt(best);
}

/**
 * How far from a code still counts as near it: a few times the median distance between neighbours,
 * so that no scale of the latents matters.
 * @param {Float32Array} codes n × 2
 */
export function reachOf(codes) {
  const distances = [];
  for (let at = 0; at < codes.length; at += 2) {
    distances.push(nearest(codes, codes[at], codes[at + 1], at));
  }
  return LONELY * quantile(distances.sort((a, b) => a - b), 0.5);
}

/**
 * Which points have no code near them.
 * @param {Float32Array} codes n × 2
 * @param {Float32Array} points m × 2
 * @param {number} reach
 * @returns {boolean[]} m
 */
export const lonely = (codes, points, reach) =>
  Array.from(
    { length: points.length / 2 },
    (_, index) => nearest(codes, points[2 * index], points[2 * index + 1]) > reach,
  );

/**
 * The share of codes that are further from 0 than that.
 * @param {Float32Array} codes n × 2
 * @param {number} radius
 */
export function shareBeyond(codes, radius) {
  let beyond = 0;
  for (let at = 0; at < codes.length; at += 2) {
    beyond += Number(Math.hypot(codes[at], codes[at + 1]) > radius);
  }
  return (2 * beyond) / codes.length;
}
