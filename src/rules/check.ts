import { compileExpression, ExpressionError, type Variables } from '../lib/cel.js';
import type { RuleDefinition } from '../model/rule.js';
import { isSeverity } from '../model/severity.js';
import type { RuleProblem } from './definition.js';
import { fieldsIn, tablesFor, type Fields, type FactTables } from './fields.js';
import { namesIn } from './template.js';
import { plainType, typeWords, unknownField, unknownSeverity, unknownSubject } from './words.js';

export interface CheckedRule {
  readonly problems: readonly RuleProblem[];
  /** What is allowed, and yet hardly meant. */
  readonly warnings: readonly RuleProblem[];
}

/** Notes something about a key's value; `near` is the part of it that is meant. */
type Note = (key: string, message: string, near?: string) => void;

const UNTYPED: Variables = { now: 'map', before: 'map', subject: 'string', tenant: 'string' };

/** What an expression sees; with types where the fields are known. */
export function variablesOf(fields?: Fields): Variables {
  return fields === undefined ? UNTYPED : { ...UNTYPED, now: fields, before: fields };
}

/** Everything that is wrong with one rule. Without tables of facts names and types of fields are taken on trust. */
export function checkRule(definition: RuleDefinition, tables: FactTables | undefined): CheckedRule {
  const problems: RuleProblem[] = [];
  const warnings: RuleProblem[] = [];
  const wrong = noting(definition, problems);
  if (definition.by !== undefined && definition.source !== 'direct-routing')
    wrong(
      definition.written['by'] === undefined ? 'window' : 'by',
      'only calls of direct-routing are counted',
    );
  const known = tables === undefined ? undefined : tablesFor(definition, tables);
  if (tables !== undefined && known?.length === 0) {
    wrong('subject', unknownSubject(definition, tables));
    return { problems, warnings };
  }
  const fields = known === undefined ? undefined : fieldsIn(known);
  for (const asked of expressionsOf(definition))
    checkExpression(asked, definition, fields, { wrong, doubtful: noting(definition, warnings) });
  if (fields !== undefined) checkTemplates(definition, fields, wrong);
  return { problems, warnings };
}

/** A second rule of the same name. */
export function duplicate(definition: RuleDefinition, twin: string): RuleProblem {
  return {
    ...whereIs(definition, 'name', undefined),
    message: `${definition.name}: the name is taken by ${twin}`,
  };
}

interface Asked {
  readonly key: string;
  readonly text: string;
  readonly type: string;
}

function expressionsOf({ when, clear, severity }: RuleDefinition): readonly Asked[] {
  return [
    { key: 'when', text: when, type: 'bool' },
    ...(clear === undefined ? [] : [{ key: 'clear', text: clear, type: 'bool' }]),
    ...(isSeverity(severity) ? [] : [{ key: 'severity', text: severity, type: 'string' }]),
  ];
}

function checkExpression(
  { key, text, type }: Asked,
  { source, severity }: RuleDefinition,
  fields: Fields | undefined,
  { wrong, doubtful }: { readonly wrong: Note; readonly doubtful: Note },
): void {
  // A word alone is meant to be a severity, not a name.
  if (key === 'severity' && /^\w+$/.test(severity)) {
    wrong(key, unknownSeverity(severity));
    return;
  }
  try {
    const { names, results, warnings } = compileExpression(text, variablesOf());
    for (const warning of warnings) doubtful(key, warning, '.like');
    const unknown = fields === undefined ? [] : unknownIn(names, fields);
    for (const name of unknown) wrong(key, unknownField(name, Object.keys(fields ?? {}), source), name);
    if (unknown.length > 0) return;
    const given = compileExpression(text, variablesOf(fields)).type;
    if (given !== type && given !== 'dyn') wrong(key, `it gives ${plainType(given)}, not ${plainType(type)}`);
    for (const word of key === 'severity' ? (results ?? []) : [])
      if (!isSeverity(word)) wrong(key, unknownSeverity(word), word);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    wrong(key, typeWords(error.message, error.near), error.near);
  }
}

/** `now.atempts`, `before.atempts`. */
function unknownIn(names: ReadonlySet<string>, fields: Fields): string[] {
  return [...names].filter((path) => {
    const name = /^(?:now|before)\.([^.[]+)$/.exec(path)?.[1];
    return name !== undefined && !Object.hasOwn(fields, name);
  });
}

function checkTemplates(definition: RuleDefinition, fields: Fields, wrong: Note): void {
  const known = [...Object.keys(fields), 'tenant', 'subject'];
  for (const key of ['summary', 'description'] as const)
    for (const name of namesIn(definition[key]))
      if (!known.includes(name)) wrong(key, unknownField(name, known, definition.source), name);
}

function noting(definition: RuleDefinition, list: RuleProblem[]): Note {
  return (key, message, near) =>
    void list.push({
      ...whereIs(definition, key, near),
      message: `${definition.name}: ${key}: ${message}`,
    });
}

/** Where a key's value stands; the very line of `near` where the value has several. */
function whereIs(
  { origin, written }: RuleDefinition,
  key: string,
  near: string | undefined,
): { file: string; line: number } {
  const colon = origin.lastIndexOf(':');
  const file = origin.slice(0, colon);
  const value = written[key];
  if (value === undefined) return { file, line: Number(origin.slice(colon + 1)) };
  const before = near === undefined ? -1 : value.text.indexOf(near);
  return { file, line: value.line + (before < 0 ? 0 : value.text.slice(0, before).split('\n').length - 1) };
}
