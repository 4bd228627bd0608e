// @ts-check
/** Small helpers for the parts of the page. */

/**
 * The element that a selector names; a page without it is broken.
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T}
 */
export function find(root, selector, type) {
  const element = root.querySelector(selector);
  if (!(element instanceof type)) {
    throw new Error(`The page has no ${selector}.`);
  }
  return element;
}

/**
 * Buttons of which one is chosen: one stop for Tab, arrow keys within.
 * @param {HTMLElement} group its buttons have the role radio and a value
 * @param {(value: string) => void} choose
 * @returns {(value: string) => void} shows what is chosen
 */
export function radioGroup(group, choose) {
  const buttons = [...group.querySelectorAll('button')];
  group.addEventListener('click', (event) => {
    const button = /** @type {Element} */ (event.target).closest('button');
    if (button) {
      choose(button.value);
    }
  });
  group.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const from = buttons.findIndex((button) => button === event.target);
    if (step && from >= 0) {
      event.preventDefault();
      const to = buttons[(from + step + buttons.length) % buttons.length];
      to.focus();
      choose(to.value);
    }
  });
  return (value) => {
    for (const button of buttons) {
      const chosen = button.value === value;
      button.setAttribute('aria-checked', String(chosen));
      button.tabIndex = chosen ? 0 : -1;
    }
  };
}

/**
 * Buttons for `radioGroup`, whose words are filled in later.
 * @param {HTMLElement} group
 * @param {readonly string[]} values
 * @param {string} prefix of the keys of their words
 */
export function addRadios(group, values, prefix) {
  for (const value of values) {
    const button = document.createElement('button');
    button.type = 'button';
    button.value = value;
    button.dataset.say = `${prefix}.${value}`;
    button.setAttribute('role', 'radio');
    group.append(button);
  }
}

/**
 * @param {HTMLSelectElement} select
 * @param {readonly string[]} values
 * @param {string} prefix of the keys of their words
 */
export function addOptions(select, values, prefix) {
  for (const value of values) {
    const option = document.createElement('option');
    option.value = value;
    option.dataset.say = `${prefix}.${value}`;
    select.append(option);
  }
}

/** @returns {boolean} whether the visitor asked for less motion */
export const prefersStillness = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
