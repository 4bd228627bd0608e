// @ts-check
/** Language, theme, and the help that lists every key. */

import { addOptions, find } from '../dom.js';
import { LANGUAGES, THEMES } from '../settings.js';
import { say } from '../text.js';
import { saveShortcuts, shortcutsOn } from '../storage.js';

/** @typedef {import('../storage.js').Look} Look */
/** Keys, and the word that says what they do; names in braces are words themselves. */
/** @typedef {[string[], string][]} Keys */

/** The keys of the page that finishes drawings. */
/** @type {Keys} */
const KEYS = [
  [['←', '→', '↑', '↓'], 'arrows'],
  [['{space}'], 'draw'],
  [['{shift} ←→↑↓'], 'line'],
  [['{enter}'], 'keep'],
  [['P'], 'pen'],
  [['E'], 'eraser'],
  [['U'], 'unknown'],
  [['[', ']'], 'width'],
  [['Ctrl Z', 'Ctrl Y'], 'undo'],
  [['{delete}'], 'clear'],
  [['R'], 'dice'],
  [['K'], 'play'],
  [[',', '.'], 'step'],
  [['?'], 'help'],
];

/**
 * @param {Document} root
 * @param {{ set: (look: Partial<Look>) => void }} store
 * @param {Keys} [list] what the help tells of
 */
export function createHeader(root, store, list = KEYS) {
  const language = find(root, '#language', HTMLSelectElement);
  const theme = find(root, '#theme', HTMLSelectElement);
  const help = find(root, '#help', HTMLDialogElement);
  const keys = find(root, '#help-keys', HTMLElement);
  const shortcuts = find(root, '#shortcuts', HTMLInputElement);
  const dark = matchMedia('(prefers-color-scheme: dark)');

  addOptions(language, LANGUAGES, 'language');
  addOptions(theme, THEMES, 'theme');
  language.addEventListener('change', () => {
    store.set({ language: /** @type {any} */ (language.value) });
  });
  theme.addEventListener('change', () => store.set({ theme: /** @type {any} */ (theme.value) }));

  const openHelp = () => {
    shortcuts.checked = shortcutsOn();
    help.showModal();
  };
  find(root, '#help-open', HTMLButtonElement).addEventListener('click', openHelp);
  find(help, '.close', HTMLButtonElement).addEventListener('click', () => help.close());
  help.addEventListener('click', (event) => {
    if (event.target === help) {
      help.close();
    }
  });
  shortcuts.addEventListener('change', () => saveShortcuts(shortcuts.checked));

  function fillKeys() {
    keys.replaceChildren(
      ...list.map(([names, key]) => {
        const row = document.createElement('div');
        const term = document.createElement('dt');
        const meaning = document.createElement('dd');
        for (const name of names) {
          const cap = document.createElement('kbd');
          cap.textContent = name.replace(/\{(\w+)\}/, (_, word) => say(`help.${word}`));
          term.append(cap);
        }
        meaning.textContent = say(`help.key.${key}`);
        row.append(term, meaning);
        return row;
      }),
    );
  }

  return {
    openHelp,
    /** Calls back when the system's own theme changes. */
    /** @param {() => void} changed */
    whenSystemThemeChanges(changed) {
      dark.addEventListener('change', changed);
    },
    /** @param {Look} state */
    update(state) {
      language.value = state.language;
      theme.value = state.theme;
      const system = dark.matches ? 'dark' : 'light';
      document.documentElement.dataset.theme = state.theme === 'auto' ? system : state.theme;
      fillKeys();
    },
  };
}
