import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileRules, type Rule } from '../rules/compile.js';
import { parseRules, type RuleProblem } from '../rules/definition.js';
import { FACT_TABLES } from '../model/facts/index.js';
import type { RuleDefinition } from '../model/rule.js';
import type { RuleFile } from '../settings/index.js';

const PACK = fileURLToPath(new URL('../rules/pack/', import.meta.url));

export interface LoadedRules {
  readonly rules: readonly Rule[];
  readonly problems: readonly RuleProblem[];
  readonly warnings: readonly RuleProblem[];
}

/** Reads and compiles the built-in pack and the files named in the settings; `*` in a file's name stands for anything. */
export function readRules(files: readonly RuleFile[], publicUrl: string): LoadedRules {
  const problems: RuleProblem[] = [];
  const paths = files.flatMap((file) => {
    if (file.kind === 'builtin')
      return expand(join(PACK, '*.yaml')).map((path) => ({ path, name: `builtin/${basename(path)}` }));
    const found = expand(file.path);
    const name = relative(process.cwd(), file.path);
    if (found.length === 0 && !file.path.includes('*'))
      problems.push({ file: name, line: 1, message: 'there is no such rule file' });
    return found.map((path) => ({ path, name: relative(process.cwd(), path) }));
  });
  const parsed = paths.map(({ path, name }) => parseRules(readFileSync(path, 'utf8'), name));
  const compiled = compileRules(
    parsed.flatMap((file) => file.rules.map((rule) => withRunbook(rule, publicUrl))),
    FACT_TABLES,
  );
  return {
    rules: compiled.rules,
    problems: [...problems, ...parsed.flatMap((file) => file.problems), ...compiled.problems],
    warnings: compiled.warnings,
  };
}

/** The same of one file's text, without the built-in pack. */
export function rulesOfText(text: string, name: string, publicUrl: string): LoadedRules {
  const { rules, problems } = parseRules(text, name);
  const compiled = compileRules(
    rules.map((rule) => withRunbook(rule, publicUrl)),
    FACT_TABLES,
  );
  return { ...compiled, problems: [...problems, ...compiled.problems] };
}

/** The shipped pages are served by the console, so that a link on a card leads to them. */
function withRunbook(rule: RuleDefinition, publicUrl: string): RuleDefinition {
  const page = /^docs\/runbooks\/([a-z0-9-]+)\.md$/.exec(rule.runbook)?.[1];
  return page === undefined ? rule : { ...rule, runbook: `${publicUrl}/runbooks/${page}` };
}

function expand(pattern: string): string[] {
  const name = new RegExp(`^${basename(pattern).split('*').map(escaped).join('.*')}$`);
  try {
    return readdirSync(dirname(pattern))
      .filter((file) => name.test(file))
      .sort()
      .map((file) => join(dirname(pattern), file));
  } catch {
    return [];
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
