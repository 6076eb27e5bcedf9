import { Environment, type ASTNode } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import type { Trace } from '../model/evaluation.js';
import { tracerOf } from './cel-trace.js';

/** A compiled expression. Throws the evaluator's error when a name is missing or a type does not fit. */
export interface Expression {
  readonly text: string;
  /** `bool`, `string`, `dyn` …, as the type checker found it. */
  readonly type: string;
  /** Dotted names it reads: `now.at`, `before.status`; `now[]` where it is used as a whole. */
  readonly names: ReadonlySet<string>;
  evaluate(context: Readonly<Record<string, unknown>>): unknown;
  /** Which of its comparisons hold here, and on which values; for people, hence slower than `evaluate`. Never throws. */
  trace(context: Readonly<Record<string, unknown>>): Trace;
}

/** What is wrong with an expression, in one line. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

// A rule is somebody's file: whatever it says, it must not stop the process. Comprehensions multiply, so their nesting is
// capped, and with it the work: 200² steps at most.
const LIMITS = {
  maxAstNodes: 500,
  maxDepth: 40,
  maxListElements: 200,
  maxMapEntries: 50,
  maxCallArguments: 16,
};
const MAX_COMPREHENSIONS = 2;
const MAX_LIST = 200;
const COMPREHENSIONS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/**
 * CEL with three guards: the built-in `matches` (JavaScript's backtracking expressions) is refused in favour of `.like()` on
 * RE2, structure is limited, comprehensions may be nested twice. Numbers from JSON are doubles and mix with whole literals.
 */
export function compileExpression(text: string, variables: Readonly<Record<string, string>>): Expression {
  const environment = environmentOf(variables);
  let parsed;
  try {
    parsed = environment.parse(text);
  } catch (error) {
    throw new ExpressionError(firstLine(error), { cause: error });
  }
  const names = new Set<string>();
  inspect(parsed.ast, 0, names, false);
  const checked = parsed.check();
  if (!checked.valid) throw new ExpressionError(firstLine(checked.error), { cause: checked.error });
  let tracer: ReturnType<typeof tracerOf> | undefined;
  return {
    text,
    type: checked.type ?? 'dyn',
    names,
    evaluate: (context) => parsed(bounded(context)) as unknown,
    trace(context) {
      tracer ??= tracerOf(parsed.ast, (part) => environment.parse(part));
      return tracer(bounded(context));
    },
  };
}

const environments = new Map<string, Environment>();

function environmentOf(variables: Readonly<Record<string, string>>): Environment {
  const key = JSON.stringify(variables);
  let environment = environments.get(key);
  if (environment === undefined) {
    environment = new Environment({ homogeneousAggregateLiterals: false, limits: LIMITS });
    for (const [name, type] of Object.entries(variables)) environment.registerVariable(name, type);
    environment.registerFunction('string.like(string): bool', (value: string, pattern: string) =>
      like(value, pattern),
    );
    addArithmetic(environment);
    environments.set(key, environment);
  }
  return environment;
}

function addArithmetic(environment: Environment): void {
  const operations: Readonly<Record<string, (a: number, b: number) => number>> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
  };
  for (const [sign, apply] of Object.entries(operations)) {
    environment.registerOperator(`double ${sign} int`, (a: number, b: bigint) => apply(a, Number(b)));
    environment.registerOperator(`int ${sign} double`, (a: bigint, b: number) => apply(Number(a), b));
  }
}

const patterns = new Map<string, RE2JS>();

function like(value: string, pattern: string): boolean {
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    if (pattern.length > 500)
      throw new ExpressionError('the pattern of like() is longer than 500 characters');
    compiled = RE2JS.compile(pattern);
    if (patterns.size > 1_000) patterns.clear();
    patterns.set(pattern, compiled);
  }
  return compiled.matcher(value).find();
}

function inspect(node: ASTNode, depth: number, names: Set<string>, selected: boolean): void {
  if (node.op === 'id') names.add(node.args).add(selected ? node.args : `${node.args}[]`);
  if (node.op === '.') {
    const path = dotted(node);
    if (path !== undefined) names.add(path);
  }
  let inner = depth;
  if (node.op === 'rcall') {
    if (node.args[0] === 'matches')
      throw new ExpressionError('matches() is not available: use .like("…"), which cannot hang');
    if (COMPREHENSIONS.has(node.args[0])) inner += 1;
    if (inner > MAX_COMPREHENSIONS)
      throw new ExpressionError(`more than ${MAX_COMPREHENSIONS} nested comprehensions`);
  }
  for (const child of children(node.args)) inspect(child, inner, names, node.op === '.');
}

function dotted(node: ASTNode): string | undefined {
  if (node.op === 'id') return node.args;
  if (node.op !== '.') return undefined;
  const left = dotted(node.args[0]);
  return left === undefined ? undefined : `${left}.${node.args[1]}`;
}

function children(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(children);
  return isNode(args) ? [args] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

/** A hostile answer must not make a comprehension long: lists are cut before a rule sees them. */
function bounded(context: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(context).map(([name, value]) => [name, cutLists(value)]));
}

function cutLists(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (Array.isArray(value)) return value.length > MAX_LIST ? value.slice(0, MAX_LIST) : value;
  const lists = Object.entries(value).filter(([, inner]) => Array.isArray(inner) && inner.length > MAX_LIST);
  return lists.length === 0
    ? value
    : {
        ...value,
        ...Object.fromEntries(lists.map(([name, inner]) => [name, (inner as unknown[]).slice(0, MAX_LIST)])),
      };
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0] ?? message;
}
