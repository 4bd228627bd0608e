import js from '@eslint/js';
import globals from 'globals';

export default [
  { ignores: ['**/node_modules/', 'tests/artifacts/', 'dist/', 'target/'] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2024, sourceType: 'module' },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-implicit-globals': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      // The page's Content-Security-Policy forbids what these would run.
      'no-eval': 'error',
      'no-new-func': 'error',
      'no-console': ['error', { allow: ['error'] }],
    },
  },
  {
    files: ['web/js/**'],
    languageOptions: { globals: globals.browser },
    rules: {
      // Text that a visitor wrote must never become markup.
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Use textContent or replaceChildren.' },
        { property: 'outerHTML', message: 'Use replaceWith.' },
      ],
    },
  },
  { files: ['web/js/*worker.js', 'web/js/worker/**'], languageOptions: { globals: globals.worker } },
  {
    files: ['web/sw.js'],
    languageOptions: { sourceType: 'script', globals: globals.serviceworker },
    rules: { 'no-implicit-globals': 'off' },
  },
  {
    files: ['tests/**'],
    // Functions given to the browser run there.
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: { 'no-console': 'off' },
  },
];
