import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const sdkBoundary = (message, ...group) => ({ group, message });

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'data/', 'data-demo/', 'coverage/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
    },
  },
  {
    // Time and chance are arguments of every decision.
    files: [
      'src/diff.ts',
      'src/model/**/*.ts',
      'src/rules/**/*.ts',
      'src/incidents/**/*.ts',
      'src/oncall/**/*.ts',
      'src/notify/**/*.ts',
      'src/cards/**/*.ts',
      'adapters/*/render.ts',
    ],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time is an argument here.' },
        { object: 'Math', property: 'random', message: 'Chance is an argument here.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'Time is an argument here.',
        },
      ],
    },
  },
  {
    // What Slack is sent is checked by Slack's own types (@slack/types), so nothing here may say that it knows better.
    files: ['adapters/slack/{render,table,buttons,modal,home,look,mrkdwn}.ts'],
    rules: { '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }] },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/main/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [sdkBoundary('Only src/main composes adapters.', '**/adapters/*', '../../adapters/*')] },
      ],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        module: 'writable',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        performance: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
);
