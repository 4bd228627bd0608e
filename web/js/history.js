// @ts-check
/** Undo and redo: the drawings that were, and those that were taken back. */

/** @typedef {import('./picture.js').Drawing} Drawing */

/** How many steps can be undone. */
const DEPTH = 200;

export class History {
  /** @type {Drawing[]} */
  #past = [];
  /** @type {Drawing[]} */
  #future = [];

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /**
   * Remembers a drawing that is about to change.
   * @param {Drawing} drawing
   */
  remember(drawing) {
    this.#past.push(drawing);
    this.#past.splice(0, this.#past.length - DEPTH);
    this.#future = [];
  }

  /**
   * The drawing before this one, if there is one.
   * @param {Drawing} current
   * @returns {Drawing | undefined}
   */
  undo(current) {
    return move(this.#past, this.#future, current);
  }

  /**
   * The drawing that `undo` took back, if there is one.
   * @param {Drawing} current
   * @returns {Drawing | undefined}
   */
  redo(current) {
    return move(this.#future, this.#past, current);
  }
}

/**
 * @param {Drawing[]} from
 * @param {Drawing[]} to
 * @param {Drawing} current
 */
function move(from, to, current) {
  const drawing = from.pop();
  if (drawing) {
    to.push(current);
  }
  return drawing;
}
