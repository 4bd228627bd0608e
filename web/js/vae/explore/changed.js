// @ts-check

/**
 * Whether any of the names is among what changed.
 * @param {import('./explore.js').Changed} changed
 * @param {(keyof import('./state.js').ExploreState | 'weights' | 'code' | 'look')[]} names
 */
export const touched = (changed, ...names) => names.some((name) => changed.has(name));
