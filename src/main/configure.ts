import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ADAPTERS } from '../../adapters/index.js';
import { codeOf, messageOf } from '../lib/thrown.js';
import type { Rule } from '../rules/compile.js';
import type { RuleProblem } from '../rules/definition.js';
import { checkSettings, type Settings } from '../settings/index.js';
import { SOURCES } from '../sources/index.js';
import { readRules } from './rules.js';
import { unreachable } from './unreachable.js';
import { uncovered } from './uncovered.js';

export interface Configured {
  /** Undefined when there are problems. */
  readonly settings: Settings | undefined;
  readonly rules: readonly Rule[];
  /** One line each: `path: problem`, rule files with their line. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Reads the settings file and the rules it names, and finds everything that is wrong with both at once. */
export async function configure(path: string): Promise<Configured> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const why = codeOf(error) === 'ENOENT' ? 'there is no such file' : messageOf(error);
    return {
      settings: undefined,
      rules: [],
      problems: [`${path}: ${why}; say which one with --config FILE`],
      warnings: [],
    };
  }
  return configureText(text, path);
}

export async function configureText(text: string, path: string): Promise<Configured> {
  const checked = checkSettings(text, {
    path: resolve(path),
    sources: SOURCES,
    adapters: ADAPTERS,
    env: process.env,
    readFile: (file) => readFileSync(file, 'utf8'),
  });
  // Rule files are read although the settings have problems: everything is said at once.
  const loaded = readRules(checked.rules, checked.settings?.http.publicUrl ?? '');
  const problems = [
    ...checked.problems.map((problem) => `${problem.path}: ${problem.message}`),
    ...loaded.problems.map(ruleLine),
  ];
  return {
    settings: problems.length === 0 ? checked.settings : undefined,
    rules: loaded.rules,
    problems,
    warnings: [
      ...checked.warnings.map((warning) => `${warning.path}: ${warning.message}`),
      ...loaded.warnings.map(ruleLine),
      ...(checked.settings === undefined
        ? []
        : [...unreachable(checked.settings), ...uncovered(checked.settings, Date.now())]),
    ],
  };
}

function ruleLine({ file, line, message }: RuleProblem): string {
  return `${file}:${line}: ${message}`;
}
