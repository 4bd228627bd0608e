// @ts-check
/** What a page that trains brings: its craft, and who hears of its run. Types alone. */

/**
 * What every run of the engine can do.
 * @typedef {object} AnyRun
 * @property {() => import('../engine.js').RunStatus} status
 * @property {(options: { every?: number }) => AsyncIterableIterator<any>} metrics
 * @property {() => Promise<void>} play
 * @property {() => Promise<void>} pause
 * @property {(settings: any) => Promise<void>} set
 * @property {() => Promise<Uint8Array>} snapshot
 * @property {(snapshot: Uint8Array) => Promise<void>} restore
 * @property {() => void} stop
 */

/**
 * The record of a run, step by step.
 * @typedef {object} AnyCurve
 * @property {{ step: number, epoch: number } | null} last
 * @property {(step: number) => void} cutAfter
 * @property {() => any} toRecord
 */

/**
 * @typedef {object} Opening
 * @property {Uint8Array} [snapshot]
 * @property {Uint8Array} [weights]
 * @property {boolean} paused
 * @property {(progress: import('../engine.js').Progress) => void} onProgress
 * @property {(status: import('../engine.js').RunStatus) => void} onStatus
 */

/**
 * What is trained: how such a run begins, what of it is recorded, what tells it from others.
 * @template S, R, C
 * @typedef {object} Craft
 * @property {(engine: import('../engine.js').Engine, settings: S, opening: Opening) => Promise<R>} begin
 * @property {() => C} newCurve
 * @property {(curve: C, metrics: any) => boolean} record whether held-out pictures were looked at
 * @property {(settings: S) => object} live what a run takes up while it goes on
 * @property {(settings: S) => string} print
 * @property {(settings: S) => string} identity
 */

/**
 * @template C
 * @typedef {object} Beginning
 * @property {Uint8Array} [snapshot]
 * @property {Uint8Array} [weights]
 * @property {C} [curve]
 * @property {string} [id]
 */

/**
 * @template R
 * @typedef {object} Hooks
 * @property {() => void} changed state, step or losses
 * @property {(run: R | null) => void} opened another run, or none
 * @property {(error: unknown) => void} failed
 * @property {(problem: 'full' | 'none') => void} notKept
 * @property {(progress: import('../engine.js').Progress) => void} progress
 */

export {};
