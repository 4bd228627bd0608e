// @ts-check
/** The sections of the page around the game: each works when it is near the window, and not before. */

import { EngineError } from '../../engine.js';
import { find } from '../../dom.js';
import { fillWords } from '../../text.js';
import { createPlane } from '../plane/plane.js';
import { createBreak } from './break.js';
import { createJudge } from './judge.js';
import { createSide } from './side.js';
import { createWhy } from './why.js';

/** @typedef {import('../state.js').Settings} Settings */

/**
 * What every section can ask of the page.
 * @typedef {object} Page
 * @property {import('../../settings.js').Store<Settings>} store
 * @property {() => Promise<import('../../engine.js').Engine>} engine
 * @property {import('../craft.js').Training} training
 * @property {import('../driver.js').GameDriver} driver
 * @property {(error: unknown) => void} fail
 * @property {(patch: Partial<Settings>) => Promise<void>} begin a fresh game of these settings, played at once
 * @property {(id: string) => void} jump
 */

/** What has changed: settings, 'game': another one or its latest step, 'look': language and theme. */
/** @typedef {Set<keyof Settings | 'game' | 'step' | 'look'>} Changed */

/**
 * @typedef {object} Section
 * @property {(changed: Changed) => void} update
 */

/** How near to the window a section begins to work. */
const NEAR = '300px';

/**
 * Whether any of the names is among what changed.
 * @param {Changed} changed
 * @param {(keyof Settings | 'game' | 'step' | 'look')[]} names
 */
export const touched = (changed, ...names) => names.some((name) => changed.has(name));

/** Milliseconds between two looks at a game under way. */
const REST = 3000;

/**
 * Work that a game under way asks for again and again: it is done now and then, and in the end once more.
 * @param {() => void} work
 */
export function paced(work) {
  let timer = 0;
  let last = -Infinity;
  return () => {
    timer ||= window.setTimeout(
      () => {
        timer = 0;
        last = performance.now();
        work();
      },
      Math.max(0, last + REST - performance.now()),
    );
  };
}

/** Tells sections what changed, once they are near the window. */
export class Watch {
  /** @type {Map<Element, { section: Section, unseen: Changed, near: boolean }>} */
  #sections = new Map();
  #observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const entry = this.#sections.get(target);
        if (entry) {
          entry.near = isIntersecting;
        }
      }
      this.#show();
    },
    { rootMargin: NEAR },
  );

  /**
   * @param {Element} element
   * @param {Section} section
   */
  add(element, section) {
    // All is new to it.
    const unseen = /** @type {Changed} */ (new Set(['look', 'game', 'step']));
    this.#sections.set(element, { section, unseen, near: false });
    this.#observer.observe(element);
  }

  /** @param {Iterable<any>} changed */
  tell(changed) {
    for (const { unseen } of this.#sections.values()) {
      for (const name of changed) {
        unseen.add(name);
      }
    }
    this.#show();
  }

  #show() {
    for (const entry of this.#sections.values()) {
      if (entry.near && entry.unseen.size > 0) {
        const changed = entry.unseen;
        entry.unseen = new Set();
        entry.section.update(changed);
      }
    }
  }
}

/**
 * Fills `root` with the sections below the game.
 * @param {HTMLElement} root
 * @param {Page} page
 * @param {Watch} watch
 */
export async function createSections(root, page, watch) {
  const response = await fetch(new URL('./sections.html', import.meta.url));
  if (!response.ok) {
    throw new EngineError('fetch', `sections.html: the server answered ${response.status}`);
  }
  const markup = new DOMParser().parseFromString(await response.text(), 'text/html').body;
  root.append(...markup.childNodes);
  /** @type {Record<string, (root: HTMLElement, page: Page) => Section>} */
  const makers = {
    why: createWhy,
    break: createBreak,
    plane: createPlane,
    judge: createJudge,
    side: createSide,
  };
  for (const [id, make] of Object.entries(makers)) {
    const element = find(root, `#${id}`, HTMLElement);
    watch.add(element, make(element, page));
  }
  fillWords(root);
}
