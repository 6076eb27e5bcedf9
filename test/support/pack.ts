import { readdirSync, readFileSync } from 'node:fs';
import { FACT_TABLES } from '../../src/model/facts/index.js';
import { compileRules, type Rule } from '../../src/rules/compile.js';
import { parseRules } from '../../src/rules/definition.js';

let builtin: readonly Rule[] | undefined;

/** The shipped rules, compiled. */
export function builtinRules(): readonly Rule[] {
  return (builtin ??= compileBuiltin());
}

function compileBuiltin(): readonly Rule[] {
  const folder = new URL('../../src/rules/pack/', import.meta.url);
  const parsed = readdirSync(folder).map((file) =>
    parseRules(readFileSync(new URL(file, folder), 'utf8'), file),
  );
  const { rules, problems } = compileRules(
    parsed.flatMap((file) => file.rules),
    FACT_TABLES,
  );
  if (problems.length > 0) throw new Error(JSON.stringify(problems, null, 1));
  return rules;
}

/** The rules of this text. */
export function rulesOf(text: string): readonly Rule[] {
  const { rules, problems } = parseRules(text, 'test.yaml');
  const compiled = compileRules(rules);
  if (problems.length + compiled.problems.length > 0)
    throw new Error(JSON.stringify([...problems, ...compiled.problems]));
  return compiled.rules;
}
