// @ts-check
/**
 * The plane of two latent variables: where the encoder puts held-out pictures, each class in a colour
 * and a shape of its own, over what the decoder makes of each place.
 */

import { SIDE } from '../../engine.js';
import { whenSized } from '../../views/cells.js';
import { SHAPES, classColours, colours, paintPictures, rgbOf } from '../../views/shades.js';

/**
 * @typedef {object} MapModel
 * @property {Float32Array} points n × 2
 * @property {Uint8Array} labels n
 * @property {Float32Array | null} plane pictures of a square grid over the plane, row by row from above
 * @property {number} reach the plane goes from −reach to reach
 * @property {boolean} prior whether rings show the prior's standard deviations
 * @property {[string, string]} axes names of the two variables
 * @property {number | null} only the class that is not faded
 */

/** How strong the decoded pictures are under the points. */
const STRENGTH = 0.34;

/** @param {HTMLElement} container */
export function createMap(container) {
  const canvas = document.createElement('canvas');
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const plane = document.createElement('canvas');
  const planeContext = /** @type {CanvasRenderingContext2D} */ (plane.getContext('2d'));
  canvas.className = 'map';
  canvas.setAttribute('role', 'img');
  container.append(canvas);
  /** @type {MapModel | null} */
  let model = null;
  let size = 0;

  /** @param {(name: string) => string} colour */
  function paintPlane(colour) {
    if (!model?.plane) {
      return;
    }
    const cells = Math.round(Math.sqrt(model.plane.length / (SIDE * SIDE)));
    plane.width = cells * SIDE;
    plane.height = cells * SIDE;
    const data = planeContext.createImageData(plane.width, plane.height);
    const [paper, ink] = [rgbOf(colour('--canvas-paper')), rgbOf(colour('--canvas-ink'))];
    paintPictures(data, model.plane, { columns: cells, gap: 0, paper, ink, strength: STRENGTH });
    planeContext.putImageData(data, 0, 0);
    context.imageSmoothingEnabled = true;
    context.drawImage(plane, 0, 0, size, size);
  }

  /** @param {(name: string) => string} colour */
  function paintAxes(colour) {
    if (!model) {
      return;
    }
    const { reach, axes, prior } = model;
    const at = (/** @type {number} */ value) => ((value + reach) / (2 * reach)) * size;
    const unit = devicePixelRatio;
    context.strokeStyle = colour('--line-strong');
    context.lineWidth = unit;
    context.globalAlpha = 0.5;
    context.setLineDash([]);
    context.strokeRect(at(0), -1, 0, size + 2);
    context.strokeRect(-1, at(0), size + 2, 0);
    context.setLineDash([4 * unit, 4 * unit]);
    for (let deviations = 1; prior && deviations <= 3; deviations++) {
      context.beginPath();
      context.arc(at(0), at(0), (deviations / (2 * reach)) * size, 0, 2 * Math.PI);
      context.stroke();
    }
    context.setLineDash([]);
    context.globalAlpha = 1;
    context.fillStyle = colour('--muted');
    context.font = `italic ${15 * unit}px ${colour('--serif')}`;
    context.textBaseline = 'bottom';
    context.textAlign = 'right';
    context.fillText(axes[0], size - 6 * unit, at(0) - 3 * unit);
    context.textAlign = 'left';
    context.textBaseline = 'top';
    context.fillText(axes[1], at(0) + 5 * unit, 5 * unit);
  }

  function paint() {
    if (!model || size === 0) {
      return;
    }
    const { points, labels, reach, only } = model;
    const colour = colours(container);
    context.fillStyle = colour('--canvas-paper');
    context.fillRect(0, 0, size, size);
    paintPlane(colour);
    paintAxes(colour);
    const radius = Math.max(2.2 * devicePixelRatio, size / 150);
    const paths = SHAPES.map(() => new Path2D());
    labels.forEach((label, index) => {
      const x = ((points[index * 2] + reach) / (2 * reach)) * size;
      const y = ((reach - points[index * 2 + 1]) / (2 * reach)) * size;
      SHAPES[label](paths[label], x, y, radius);
    });
    const paper = colour('--canvas-paper');
    classColours(container).forEach((fill, label) => {
      context.globalAlpha = only === null || only === label ? 1 : 0.12;
      context.lineWidth = devicePixelRatio * 1.5;
      context.strokeStyle = paper;
      context.stroke(paths[label]);
      context.fillStyle = fill;
      context.fill(paths[label]);
    });
    context.globalAlpha = 1;
  }

  whenSized(canvas, (pixels) => {
    size = pixels;
    canvas.width = pixels;
    canvas.height = pixels;
    paint();
  });

  return {
    canvas,
    /**
     * @param {MapModel} next
     * @param {string} label
     */
    update(next, label) {
      model = next;
      canvas.setAttribute('aria-label', label);
      paint();
    },
    /**
     * Fades all classes but one; null: none.
     * @param {number | null} only
     */
    point(only) {
      if (model) {
        model.only = only;
        paint();
      }
    },
    /** Takes up the theme's colours. */
    reset: paint,
  };
}

/**
 * The legend's mark of a class.
 * @param {HTMLCanvasElement} canvas
 * @param {number} label
 */
export function paintMark(canvas, label) {
  const side = Math.round(16 * devicePixelRatio);
  canvas.width = side;
  canvas.height = side;
  const context = canvas.getContext('2d');
  const path = new Path2D();
  SHAPES[label](path, side / 2, side / 2, side * 0.32);
  if (context) {
    context.fillStyle = classColours(canvas)[label];
    context.fill(path);
  }
}
