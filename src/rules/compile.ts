import type { RuleDefinition } from '../model/rule.js';
import { isSeverity, type Severity } from '../model/severity.js';
import type { Trace } from '../model/evaluation.js';
import type { JsonObject } from '../model/json.js';
import type { Instant } from '../model/time.js';
import { compileExpression, ExpressionError, type Expression } from '../lib/cel.js';
import type { RuleProblem } from './definition.js';

/** What an expression sees. `now.at` is the instant of the poll as a timestamp. */
export interface Scene {
  readonly now: JsonObject;
  readonly before: JsonObject;
  readonly subject: string;
  readonly tenant: string;
  readonly at: Instant;
}

/** A rule ready to judge. Its functions throw when the expression cannot be evaluated on this fact. */
export interface Rule {
  readonly definition: RuleDefinition;
  /** It reads the clock: it may change its mind although the fact has not changed. */
  readonly timed: boolean;
  /** The names of the fact that its decision reads: `active`, `status`. */
  readonly reads: readonly string[];
  /** The names of the fact that can change its mind, those of `clear` too; `all` when it looks at what was before, or at the whole. */
  readonly watches: readonly string[] | 'all';
  readonly applies: (subject: string) => boolean;
  readonly holds: (scene: Scene) => boolean;
  readonly clears: (scene: Scene) => boolean;
  readonly severity: (scene: Scene) => Severity;
  /** What its condition, or its `clear`, compared on this fact. Never throws. */
  readonly trace: (scene: Scene, of: 'when' | 'clear') => Trace;
}

const VARIABLES = { now: 'map', before: 'map', subject: 'string', tenant: 'string' };

/** Compiles every rule that can be; one problem a fault, with the line of the rule. */
export function compileRules(definitions: readonly RuleDefinition[]): {
  rules: Rule[];
  problems: RuleProblem[];
} {
  const rules: Rule[] = [];
  const problems: RuleProblem[] = [];
  const seen = new Map<string, string>();
  for (const definition of definitions) {
    const found = problemsOf(definition, seen.get(definition.name));
    seen.set(definition.name, definition.origin);
    if (found.length === 0) rules.push(compileRule(definition));
    else
      problems.push(
        ...found.map((message) => ({
          ...whereIs(definition.origin),
          message: `${definition.name}: ${message}`,
        })),
      );
  }
  return { rules, problems };
}

function problemsOf(definition: RuleDefinition, twin: string | undefined): string[] {
  const problems: string[] = [];
  if (twin !== undefined) problems.push(`the name is taken by ${twin}`);
  const attempt = (what: string, text: string, type: string): void => {
    try {
      const expression = compileExpression(text, VARIABLES);
      if (expression.type !== type && expression.type !== 'dyn')
        problems.push(`${what} gives ${expression.type}, not ${type}`);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      problems.push(`${what}: ${error.message}`);
    }
  };
  attempt('when', definition.when, 'bool');
  if (definition.clear !== undefined) attempt('clear', definition.clear, 'bool');
  if (!isSeverity(definition.severity)) attempt('severity', definition.severity, 'string');
  return problems;
}

function whereIs(origin: string): { file: string; line: number } {
  const colon = origin.lastIndexOf(':');
  return { file: origin.slice(0, colon), line: Number(origin.slice(colon + 1)) };
}

function compileRule(definition: RuleDefinition): Rule {
  const when = compileExpression(definition.when, VARIABLES);
  const clear = definition.clear === undefined ? undefined : compileExpression(definition.clear, VARIABLES);
  const severity = isSeverity(definition.severity)
    ? definition.severity
    : compileExpression(definition.severity, VARIABLES);
  const deciding = [when, ...(typeof severity === 'string' ? [] : [severity])];
  return {
    definition,
    timed: [when, clear].some((expression) => expression?.names.has('now.at') === true),
    reads: readsOf(deciding),
    watches: watchesOf([...deciding, ...(clear === undefined ? [] : [clear])]),
    applies: (subject) => definition.subject === undefined || subject.startsWith(definition.subject),
    holds: (scene) => truth(when, scene),
    clears: (scene) => (clear === undefined ? !truth(when, scene) : truth(clear, scene)),
    severity: (scene) => (typeof severity === 'string' ? severity : word(severity, scene)),
    trace: (scene, of) => (of === 'when' ? when : (clear ?? when)).trace(contextOf(scene)),
  };
}

function readsOf(expressions: readonly Expression[]): string[] {
  const names = expressions.flatMap((expression) => [...expression.names]);
  return [...new Set(names.flatMap((name) => /^now\.(?!at$)(\w+)$/.exec(name)?.[1] ?? []))];
}

function watchesOf(expressions: readonly Expression[]): readonly string[] | 'all' {
  const names = expressions.flatMap((expression) => [...expression.names]);
  return names.some((name) => name === 'before' || name === 'now[]') ? 'all' : readsOf(expressions);
}

function truth(expression: Expression, scene: Scene): boolean {
  const value = expression.evaluate(contextOf(scene));
  if (typeof value !== 'boolean')
    throw new ExpressionError(`${expression.text} gave ${typeof value}, not bool`);
  return value;
}

function word(expression: Expression, scene: Scene): Severity {
  const value = expression.evaluate(contextOf(scene));
  if (!isSeverity(value))
    throw new ExpressionError(`severity gave "${String(value)}", not critical, major, warning or info`);
  return value;
}

function contextOf(scene: Scene): Record<string, unknown> {
  return {
    now: { ...scene.now, at: new Date(scene.at) },
    before: scene.before,
    subject: scene.subject,
    tenant: scene.tenant,
  };
}
