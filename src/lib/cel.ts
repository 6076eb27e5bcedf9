import { serialize, type ASTNode, type ParseResult } from '@marcbachmann/cel-js';
import { BUDGET, sizesOf, worstCase } from './cel/cost.js';
import { checking, evaluating, type Variables } from './cel/environment.js';
import { ExpressionError, firstLine } from './cel/error.js';
import { inspect, type Inspection } from './cel/guard.js';
import { resetLike } from './cel/like.js';
import { tracerOf } from './cel/trace.js';
import type { Trace } from '../model/evaluation.js';

export { ExpressionError } from './cel/error.js';
export type { Variables } from './cel/environment.js';

/** A compiled expression. Throws the evaluator's error when a name is missing or a type does not fit. */
export interface Expression extends Inspection {
  readonly text: string;
  /** `bool`, `string`, `dyn` …, as the type checker found it. */
  readonly type: string;
  /** What it takes apart at its outermost `&&`: all of these must hold. One where there is none. */
  readonly conjuncts: readonly string[];
  /** `context` is bounded (`boundedValues`) where it comes from outside. */
  evaluate(context: Readonly<Record<string, unknown>>): unknown;
  /** Which of its comparisons hold here, and on which values; for people, hence slower than `evaluate`. Never throws. */
  trace(context: Readonly<Record<string, unknown>>): Trace;
}

const LONGEST = 10_000;
/** Lists are cut to this before a rule sees them. */
const MAX_LIST = 200;
/** Texts of facts are mostly shorter; where a longer one could cost more, sizes are measured at each evaluation. */
const USUAL = { list: MAX_LIST, text: 10_000 };

/**
 * CEL with guards, for a rule is somebody's file: the built-in `matches` (JavaScript's backtracking expressions) is refused in
 * favour of `.like()` on RE2; length, structure and nesting are limited; and an evaluation that would take more than its budget
 * of steps on the values at hand throws before it begins. Budgets count steps and not milliseconds, so that the same rule on the
 * same fact ends the same way on every machine. Throws an ExpressionError for what cannot be compiled.
 */
export function compileExpression(text: string, variables: Variables): Expression {
  if (text.length > LONGEST) throw new ExpressionError(`longer than ${LONGEST} characters`);
  const parsed = parse(text, variables);
  const inspection = inspect(parsed.ast);
  const type = typeOf(text, variables);
  const least = worstCase(parsed.ast, { list: 1, text: 10 });
  if (least > BUDGET) throw new ExpressionError('it would take too many steps on any fact');
  // Splitting makes lists that are as long as a text.
  const guarded = worstCase(parsed.ast, USUAL) > BUDGET || text.includes('split');
  const part = (written: string): Evaluate => withinBudget(evaluating(variables).parse(written), guarded);
  let tracer: ReturnType<typeof tracerOf> | undefined;
  return {
    text,
    type,
    conjuncts: conjunctsOf(parsed.ast).map((part) => serialize(part)),
    ...inspection,
    evaluate: withinBudget(parsed, guarded),
    trace(context) {
      tracer ??= tracerOf(parsed.ast, part);
      return tracer(context);
    },
  };
}

function conjunctsOf(node: ASTNode): readonly ASTNode[] {
  return node.op === '&&' ? node.args.flatMap(conjunctsOf) : [node];
}

type Evaluate = (context: Readonly<Record<string, unknown>>) => unknown;

function withinBudget(parsed: ParseResult, guarded: boolean): Evaluate {
  return (context) => {
    if (guarded) {
      const steps = worstCase(parsed.ast, sizesOf(context));
      if (steps > BUDGET) throw new ExpressionError(`it would take more than ${BUDGET} steps on this fact`);
    }
    resetLike();
    return parsed(context) as unknown;
  };
}

function parse(text: string, variables: Variables) {
  try {
    const parsed = evaluating(variables).parse(text);
    const checked = parsed.check();
    if (!checked.valid) throw checked.error ?? new Error('it cannot be understood');
    return parsed;
  } catch (error) {
    throw new ExpressionError(firstLine(error), { cause: error });
  }
}

/** By the declared types of the names, of which the evaluator knows nothing. */
function typeOf(text: string, variables: Variables): string {
  const { valid, type, error } = checking(variables).check(text);
  if (valid) return type ?? 'dyn';
  const range = error?.range;
  const near = range === undefined ? undefined : text.slice(range.start, range.end);
  throw new ExpressionError(error === undefined ? 'it cannot be understood' : error.summary, {
    cause: error,
    ...(near === undefined ? {} : { near }),
  });
}

const bounded = new WeakMap<object, Readonly<Record<string, unknown>>>();

/**
 * A hostile answer must not make a comprehension long: lists are cut before a rule sees them. The same object where none is.
 * Facts do not change once they are made, and each is asked about again and again: it is gone over once.
 */
export function boundedValues(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const known = bounded.get(values);
  if (known !== undefined) return known;
  // No names are looked at: a fact has many values, and nearly none is a long list.
  const made = Object.values(values).some(isLong) ? cut(values) : values;
  bounded.set(values, made);
  return made;
}

function cut(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, isLong(value) ? value.slice(0, MAX_LIST) : value]),
  );
}

function isLong(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > MAX_LIST;
}
