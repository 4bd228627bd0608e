// @ts-check
/** Grey values as the theme's paper and ink, and the colours and shapes of the ten classes. */

/** @typedef {[number, number, number]} Rgb */

/**
 * @param {string} hex
 * @returns {Rgb}
 */
export const rgbOf = (hex) =>
  /** @type {Rgb} */ ([1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));

/**
 * Custom properties of the theme of the moment, by name.
 * @param {Element} element
 * @returns {(name: string) => string}
 */
export function colours(element) {
  const style = getComputedStyle(element);
  return (name) => style.getPropertyValue(name).trim();
}

/**
 * Paints pictures into image data of 28×28 cells with a gap between them.
 * @param {ImageData} data
 * @param {Float32Array} images n × 784 values in 0..1
 * @param {{ columns: number, gap: number, paper: Rgb, ink: Rgb, strength?: number }} how
 */
export function paintPictures(data, images, { columns, gap, paper, ink, strength = 1 }) {
  const side = 28;
  const span = ink.map((value, channel) => (value - paper[channel]) * strength);
  for (let one = 0; one < images.length / (side * side); one++) {
    const left = (one % columns) * (side + gap);
    const top = Math.floor(one / columns) * (side + gap);
    for (let row = 0; row < side; row++) {
      let to = ((top + row) * data.width + left) * 4;
      let from = (one * side + row) * side;
      for (let column = 0; column < side; column++, to += 4, from++) {
        const value = images[from];
        data.data[to] = paper[0] + span[0] * value;
        data.data[to + 1] = paper[1] + span[1] * value;
        data.data[to + 2] = paper[2] + span[2] * value;
        data.data[to + 3] = 255;
      }
    }
  }
}

const TURN = 2 * Math.PI;

/**
 * @param {Path2D} path
 * @param {[number, number][]} points
 */
function polygon(path, points) {
  points.forEach(([x, y], index) => (index === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
  path.closePath();
}

/** The mark of each class around a point: ten shapes that differ without their colours. */
/** @type {((path: Path2D, x: number, y: number, r: number) => void)[]} */
export const SHAPES = [
  (path, x, y, r) => {
    path.moveTo(x + r, y);
    path.arc(x, y, r, 0, TURN);
    path.moveTo(x + r * 0.45, y);
    path.arc(x, y, r * 0.45, TURN, 0, true);
  },
  (path, x, y, r) => path.rect(x - r * 0.35, y - r * 1.2, r * 0.7, r * 2.4),
  (path, x, y, r) =>
    polygon(path, [
      [x, y - r * 1.15],
      [x + r * 1.1, y + r * 0.8],
      [x - r * 1.1, y + r * 0.8],
    ]),
  (path, x, y, r) =>
    polygon(path, [
      [x, y + r * 1.15],
      [x + r * 1.1, y - r * 0.8],
      [x - r * 1.1, y - r * 0.8],
    ]),
  (path, x, y, r) => {
    path.rect(x - r * 1.1, y - r * 0.35, r * 2.2, r * 0.7);
    path.rect(x - r * 0.35, y - r * 1.1, r * 0.7, r * 0.75);
    path.rect(x - r * 0.35, y + r * 0.35, r * 0.7, r * 0.75);
  },
  (path, x, y, r) => path.rect(x - r * 0.85, y - r * 0.85, r * 1.7, r * 1.7),
  (path, x, y, r) => {
    path.moveTo(x + r, y);
    path.arc(x, y, r, 0, TURN);
  },
  (path, x, y, r) =>
    polygon(path, [
      [x - r * 1.1, y - r * 1.1],
      [x + r * 1.1, y - r * 1.1],
      [x, y + r * 0.1],
      [x, y + r * 1.2],
      [x - r * 0.5, y + r * 1.2],
      [x - r * 0.4, y],
    ]),
  (path, x, y, r) =>
    polygon(path, [
      [x, y - r * 1.3],
      [x + r * 1.1, y],
      [x, y + r * 1.3],
      [x - r * 1.1, y],
    ]),
  (path, x, y, r) => {
    for (const turn of [1, -1]) {
      polygon(path, [
        [x - r, y - r * 0.6 * turn],
        [x - r * 0.6, y - r * turn],
        [x + r, y + r * 0.6 * turn],
        [x + r * 0.6, y + r * turn],
      ]);
    }
  },
];

/**
 * The colours of the classes.
 * @param {Element} element
 */
export const classColours = (element) => {
  const colour = colours(element);
  return SHAPES.map((_, index) => colour(`--class-${index}`));
};
