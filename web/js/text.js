// @ts-check
/** The words of the page, from strings/*.json, in the visitor's language. */

/** @typedef {'en' | 'zh-CN'} Language */

/** @type {Record<string, string>} */
let words = {};
/** @type {Language} */
let language = 'en';
/** Making one costs more than using it a hundred times. */
/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/**
 * The language for a choice of the visitor and the languages of the browser.
 * @param {'auto' | Language} choice
 * @param {readonly string[]} preferred
 * @returns {Language}
 */
export function languageFor(choice, preferred) {
  if (choice !== 'auto') {
    return choice;
  }
  const found = preferred.find((tag) => /^(en|zh)\b/i.test(tag));
  return found?.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/**
 * @param {string} file
 * @returns {Promise<Record<string, string>>}
 */
async function fetchWords(file) {
  const response = await fetch(new URL(`../strings/${file}.json`, import.meta.url));
  if (!response.ok) {
    throw new Error(`strings/${file}.json: the server answered ${response.status}`);
  }
  return response.json();
}

/**
 * Loads the words of a language.
 * @param {Language} wanted
 * @param {string[]} more files beside the common one; their words go before its own
 */
export async function loadWords(wanted, more = []) {
  const files = [wanted, ...more.map((name) => `${name}.${wanted}`)];
  words = Object.assign({}, ...(await Promise.all(files.map(fetchWords))));
  language = wanted;
}

/**
 * The words for a key, with {names} filled in. With `count`, the key's form for that number.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function say(key, values = {}) {
  const form =
    typeof values.count === 'number'
      ? `${key}.${new Intl.PluralRules(language).select(values.count)}`
      : key;
  return (words[form] ?? words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) =>
    String(values[name]),
  );
}

/**
 * @param {number} value
 * @param {number} digits after the point
 * @returns {string} with a true minus sign
 */
export function number(value, digits = 0) {
  const key = `${language} ${digits}`;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const format = formats.get(key) ?? new Intl.NumberFormat(language, options);
  formats.set(key, format);
  return format.format(value).replace('-', '−');
}

/**
 * Fills every element that names its words: data-say for the text, data-say-label for the
 * accessible name, data-say-title for the tooltip.
 * @param {ParentNode} root
 */
export function fillWords(root) {
  const each = (
    /** @type {string} */ name,
    /** @type {(element: Element, words: string) => void} */ put,
  ) => {
    for (const element of root.querySelectorAll(`[${name}]`)) {
      put(element, say(element.getAttribute(name) ?? ''));
    }
  };
  each('data-say', (element, text) => {
    element.textContent = text;
  });
  each('data-say-label', (element, text) => element.setAttribute('aria-label', text));
  each('data-say-title', (element, text) => element.setAttribute('title', text));
  document.documentElement.lang = language;
  document.title = say('page.title');
}
