import { serialize, type ASTNode } from '@marcbachmann/cel-js';
import type { Side, Term, Trace } from '../../model/evaluation.js';
import type { Json } from '../../model/json.js';

type Context = Readonly<Record<string, unknown>>;
type Program = (context: Context) => unknown;
type Tracer = (context: Context) => Trace;

const COMPARISONS = new Set(['==', '!=', '<', '<=', '>', '>=', 'in']);
/** Methods that compare what they are called on with their argument. */
const METHODS = new Set(['like', 'contains', 'startsWith', 'endsWith']);
const MAX_TEXT = 120;
const MAX_ITEMS = 10;

/**
 * A condition taken apart at its `&&`, `||`, `!` and `?:`, so that it can be said which of its comparisons held and on which
 * values. Of `a ? b : c` only the branch that counted is told. Each comparison is evaluated by itself: one that was never
 * reached is told too, and one that fails says so without hiding the others.
 */
export function tracerOf(ast: ASTNode, parse: (text: string) => Program): Tracer {
  return trace(ast, false, parse);
}

function trace(node: ASTNode, negated: boolean, parse: (text: string) => Program): Tracer {
  switch (node.op) {
    case '!_':
      return trace(node.args, !negated, parse);
    case '&&':
    case '||': {
      const parts = flat(node, node.op).map((part) => trace(part, negated, parse));
      // not (a and b) is (not a) or (not b).
      return joined((node.op === '&&') === negated ? 'any' : 'all', parts);
    }
    case '?:': {
      const [asked, then, otherwise] = node.args;
      const is = joined('all', [trace(asked, false, parse), trace(then, negated, parse)]);
      const isNot = joined('all', [trace(asked, true, parse), trace(otherwise, negated, parse)]);
      const test = trace(asked, false, parse);
      return (context) => (test(context).holds === true ? is(context) : isNot(context));
    }
    default:
      return term(node, negated, parse);
  }
}

function flat(node: ASTNode, op: '&&' | '||'): readonly ASTNode[] {
  return node.op === op ? node.args.flatMap((part) => flat(part, op)) : [node];
}

function joined(kind: 'all' | 'any', parts: readonly Tracer[]): Tracer {
  return (context) => {
    const of = parts.map((part) => part(context));
    const decides = kind === 'any';
    const holds = of.some((part) => part.holds === decides)
      ? decides
      : of.some((part) => part.holds === null)
        ? null
        : !decides;
    return { kind, holds, of };
  };
}

function term(node: ASTNode, negated: boolean, parse: (text: string) => Program): Tracer {
  const text = textOf(node, parse);
  const program = parse(text);
  const sides = sidesOf(node, parse);
  const shown = clip(negated ? (sides?.op === undefined ? `!${text}` : `!(${text})`) : text);
  return (context): Term => {
    const value = attempt(program, context);
    return {
      kind: 'term',
      text: shown,
      holds: typeof value === 'boolean' ? value !== negated : null,
      ...sides?.read(context),
    };
  };
}

interface Sides {
  readonly op: string | undefined;
  read(context: Context): Partial<Term>;
}

/** What a term compares; undefined for one whose parts say less than its text, such as `has(now.x)`. */
function sidesOf(node: ASTNode, parse: (text: string) => Program): Sides | undefined {
  if (node.op === '.' || node.op === '[]' || node.op === 'id') {
    const left = sideOf(node, parse);
    return { op: undefined, read: (context) => ({ left: left(context) }) };
  }
  const [left, op, right] = comparison(node) ?? [];
  if (left === undefined || right === undefined || op === undefined) return undefined;
  const [one, other] = [sideOf(left, parse), sideOf(right, parse)];
  return { op, read: (context) => ({ left: one(context), op, right: other(context) }) };
}

function comparison(node: ASTNode): readonly [ASTNode, string, ASTNode] | undefined {
  if (node.op === 'rcall') {
    const [method, on, [argument, ...more]] = node.args;
    return METHODS.has(method) && argument !== undefined && more.length === 0
      ? [on, method, argument]
      : undefined;
  }
  if (!COMPARISONS.has(node.op)) return undefined;
  const [left, right] = node.args as readonly [ASTNode, ASTNode];
  return [left, node.op, right];
}

function sideOf(node: ASTNode, parse: (text: string) => Program): (context: Context) => Side {
  const text = textOf(node, parse);
  const program = parse(text);
  return (context) => ({ text: clip(text), value: asJson(attempt(program, context)) });
}

/** As its author wrote it. */
function textOf(node: ASTNode, parse: (text: string) => Program): string {
  const written = closed(node.input.slice(node.range.start, node.range.end));
  try {
    parse(written);
    return written;
  } catch {
    return serialize(node);
  }
}

const STRINGS = /"""[^]*?"""|'''[^]*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/g;

/** A node's range leaves out the parentheses around its first and its last part: `a) == (b` is `(a) == (b)`. */
function closed(text: string): string {
  let depth = 0;
  let missing = 0;
  for (const char of text.replace(STRINGS, '')) {
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    missing = Math.max(missing, -depth);
  }
  return `${'('.repeat(missing)}${text}${')'.repeat(depth + missing)}`;
}

/** Undefined when it cannot be evaluated on this fact. */
function attempt(program: Program, context: Context): unknown {
  try {
    return program(context);
  } catch {
    return undefined;
  }
}

function asJson(value: unknown): Json {
  if (typeof value === 'string') return clip(value);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return (value as readonly unknown[]).slice(0, MAX_ITEMS).map(asJson);
  if (typeof value !== 'object' || value === null) return null;
  // CEL's own duration counts itself in milliseconds.
  const ms: unknown = value.valueOf();
  return typeof ms === 'number'
    ? `${ms / 1_000}s`
    : clip(JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? Number(inner) : inner)));
}

/** One line, however it was written. */
function clip(text: string): string {
  const points = Array.from(text.replace(/\s+/g, ' ').trim());
  return points.length <= MAX_TEXT ? points.join('') : `${points.slice(0, MAX_TEXT - 1).join('')}…`;
}
