import type { Trace } from '../model/evaluation.js';
import { typeOfCalls } from '../model/ask.js';
import type { RuleDefinition } from '../model/rule.js';
import { isSeverity, type Severity } from '../model/severity.js';
import type { Fact } from '../model/source.js';
import { boundedValues, compileExpression, ExpressionError, type Expression } from '../lib/cel.js';
import { checkRule, duplicate, variablesOf } from './check.js';
import type { RuleProblem } from './definition.js';
import type { FactTables } from './fields.js';
import type { Scene } from './scene.js';

export type { Scene } from './scene.js';

/** A rule ready to judge. Its functions throw when the expression cannot be evaluated on this fact. */
export interface Rule {
  readonly definition: RuleDefinition;
  /** It reads the clock: it may change its mind although the fact has not changed. */
  readonly timed: boolean;
  /** False where time alone cannot make it hold of this fact, whatever the clock says. Of a rule that is timed. */
  readonly mayCome: (fact: Fact) => boolean;
  /** Something of it reads the clock, if only how bad it is. */
  readonly clock: boolean;
  /** The names of the fact that its decision reads: `active`, `status`. */
  readonly reads: readonly string[];
  /** The names of the fact that can change its mind, those of `clear` too; `all` when it looks at what was before, or at the whole. */
  readonly watches: readonly string[] | 'all';
  /** The numbers that it compares with. */
  readonly numbers: readonly number[];
  readonly applies: (fact: Fact) => boolean;
  readonly holds: (scene: Scene) => boolean;
  readonly clears: (scene: Scene) => boolean;
  readonly severity: (scene: Scene) => Severity;
  /** What its condition, or its `clear`, compared on this fact. Never throws. */
  readonly trace: (scene: Scene, of: 'when' | 'clear') => Trace;
}

export interface CompiledRules {
  readonly rules: Rule[];
  readonly problems: RuleProblem[];
  readonly warnings: RuleProblem[];
}

/** Compiles every rule that can be; one problem a fault, with the line it stands in. Names and types of fields are checked with `tables`. */
export function compileRules(definitions: readonly RuleDefinition[], tables?: FactTables): CompiledRules {
  const rules: Rule[] = [];
  const problems: RuleProblem[] = [];
  const warnings: RuleProblem[] = [];
  const seen = new Map<string, string>();
  for (const definition of definitions) {
    const checked = checkRule(definition, tables);
    const twin = seen.get(definition.name);
    const wrong = [...(twin === undefined ? [] : [duplicate(definition, twin)]), ...checked.problems];
    seen.set(definition.name, definition.origin);
    problems.push(...wrong);
    warnings.push(...checked.warnings);
    if (wrong.length === 0) rules.push(compileRule(definition));
  }
  return { rules, problems, warnings };
}

function compileRule(definition: RuleDefinition): Rule {
  const compile = (text: string): Expression => compileExpression(text, variablesOf());
  const when = compile(definition.when);
  const clear = definition.clear === undefined ? undefined : compile(definition.clear);
  const severity = isSeverity(definition.severity) ? definition.severity : compile(definition.severity);
  const deciding = [when, ...(typeof severity === 'string' ? [] : [severity])];
  const all = [...deciding, ...(clear === undefined ? [] : [clear])];
  return {
    definition,
    timed: [when, clear].some((expression) => expression?.names.has('now.at') === true),
    mayCome: openMayCome(when),
    clock: all.some(({ names }) => names.has('now.at') || names.has('now[]')),
    reads: readsOf(deciding),
    watches: watchesOf(all),
    numbers: [...new Set(all.flatMap((expression) => [...expression.numbers]))],
    applies: openApplies(definition),
    holds: (scene) => truth(when, scene),
    clears: (scene) => (clear === undefined ? !truth(when, scene) : truth(clear, scene)),
    severity: (scene) => (typeof severity === 'string' ? severity : word(severity, scene)),
    trace: (scene, of) => (of === 'when' ? when : (clear ?? when)).trace(scene.context),
  };
}

/** What is no matter of time, and of nothing but the fact itself, is asked once of each fact. */
function openMayCome(when: Expression): Rule['mayCome'] {
  const lasting = when.conjuncts
    .map((text) => compileExpression(text, variablesOf()))
    .filter(({ names }) => [...names].every((name) => /^now\.(?!at$)\w+$/.test(name)));
  const answers = new WeakMap<object, boolean>();
  return ({ values }) => {
    const known = answers.get(values);
    if (known !== undefined) return known;
    const context = { now: boundedValues(values) };
    const may = lasting.every((part) => mayHold(part, context));
    answers.set(values, may);
    return may;
  };
}

/** What cannot be evaluated is not known to be false. */
function mayHold(part: Expression, context: Readonly<Record<string, unknown>>): boolean {
  try {
    return part.evaluate(context) !== false;
  } catch {
    return true;
  }
}

function openApplies({ source, subject, by }: RuleDefinition): Rule['applies'] {
  const types = by === undefined ? ['trunk', 'calls'] : [typeOfCalls(by)];
  return ({ kind, subject: own, values }) => {
    if (kind !== source || (subject !== undefined && !own.startsWith(subject))) return false;
    if (source !== 'direct-routing') return true;
    return values['available'] !== false && types.some((type) => type === values['type']);
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
  const value = expression.evaluate(scene.context);
  if (typeof value !== 'boolean')
    throw new ExpressionError(`${expression.text} gave ${typeof value}, not bool`);
  return value;
}

function word(expression: Expression, scene: Scene): Severity {
  const value = expression.evaluate(scene.context);
  if (!isSeverity(value))
    throw new ExpressionError(`severity gave "${String(value)}", not critical, major, warning or info`);
  return value;
}
