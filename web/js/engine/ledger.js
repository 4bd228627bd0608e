// @ts-check
/** What the steps of a run did: for those who follow it, and for the speed of its devices. */

import { typical } from './speed.js';
import { Stream } from './stream.js';

/** @typedef {import('./stream.js').Told} Told */

/** Late steps that tell the speed of a device. */
const TIMED = 31;

export class Ledger {
  /** @type {Set<Stream>} */
  #streams = new Set();
  /** Late steps, by device. */
  /** @type {Record<string, Told[]>} */
  #times = {};

  /**
   * What each step does, from now on.
   * @param {number} every
   */
  stream(every) {
    const stream = new Stream(every, (ended) => this.#streams.delete(ended));
    this.#streams.add(stream);
    return stream;
  }

  /**
   * @param {Told[]} batch of one device
   * @returns {Record<string, number>} milliseconds that a step of it takes of late
   */
  take(batch) {
    const { device } = batch[0];
    const times = (this.#times[device] ??= []);
    for (const metrics of batch) {
      times.push(metrics);
      this.#streams.forEach((stream) => stream.push(metrics));
    }
    times.splice(0, times.length - TIMED);
    return { [device]: typical(times) };
  }

  /**
   * Those who follow hear no more after what they have not yet taken.
   * @param {unknown} [error] what ended the run
   */
  end(error) {
    this.#streams.forEach((stream) => stream.end(error));
    this.#streams.clear();
  }
}
