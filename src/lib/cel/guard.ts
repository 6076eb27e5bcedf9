import type { ASTNode } from '@marcbachmann/cel-js';
import { ExpressionError } from './error.js';
import { compilePattern, nestedRepetition } from './like.js';

/** What reading an expression once tells. */
export interface Inspection {
  /** Dotted names it reads: `now.at`, `before.status`, also by `now["at"]`; `now[]` where it is used as a whole. */
  readonly names: ReadonlySet<string>;
  /** The numbers that are written in it. */
  readonly numbers: ReadonlySet<number>;
  /** What it may give, where all of it is texts that are written down; undefined when some of it is found at run time. */
  readonly results: readonly string[] | undefined;
  /** What is allowed and yet seldom meant. */
  readonly warnings: readonly string[];
}

const MAX_COMPREHENSIONS = 2;
const COMPREHENSIONS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

export function isComprehension(node: ASTNode): node is ASTNode & { op: 'rcall' } {
  return node.op === 'rcall' && COMPREHENSIONS.has(node.args[0]);
}

/** Throws an ExpressionError for what must not be evaluated. */
export function inspect(ast: ASTNode): Inspection {
  const seen = { names: new Set<string>(), numbers: new Set<number>(), warnings: [] };
  walk(ast, 0, seen, false);
  return { ...seen, results: resultsOf(ast) };
}

interface Seen {
  readonly names: Set<string>;
  readonly numbers: Set<number>;
  readonly warnings: string[];
}

function walk(node: ASTNode, depth: number, seen: Seen, selected: boolean): void {
  const path = dotted(node);
  if (path !== undefined) seen.names.add(path);
  if (node.op === 'id' && !selected) seen.names.add(`${node.args}[]`);
  if (node.op === 'value' && (typeof node.args === 'bigint' || typeof node.args === 'number'))
    seen.numbers.add(Number(node.args));
  const inner = isComprehension(node) ? depth + 1 : depth;
  if (inner > MAX_COMPREHENSIONS)
    throw new ExpressionError(`more than ${MAX_COMPREHENSIONS} nested comprehensions`);
  if (node.op === 'rcall') checkCall(node.args, seen.warnings);
  for (const child of children(node.args)) walk(child, inner, seen, isSelection(node));
}

/** What is left of the dot is not looked at as a whole. */
function isSelection(node: ASTNode): boolean {
  return node.op === '.' || (node.op === '[]' && dotted(node) !== undefined);
}

function checkCall(
  [name, receiver, args]: readonly [string, ASTNode, readonly ASTNode[]],
  warnings: string[],
): void {
  if (name === 'matches')
    throw new ExpressionError('matches() is not available: use .like("…"), which cannot hang', {
      near: '.matches',
    });
  // It could double a list again and again.
  if (name === 'bind' && receiver.op === 'id' && receiver.args === 'cel')
    throw new ExpressionError('cel.bind() is not available', { near: 'cel.bind' });
  const [pattern] = args;
  if (name !== 'like' || pattern?.op !== 'value' || typeof pattern.args !== 'string') return;
  compilePattern(pattern.args);
  const nested = nestedRepetition(pattern.args);
  if (nested !== undefined)
    warnings.push(
      `like() repeats a repetition, ${nested}: safe here, for RE2 cannot hang, but one is enough`,
    );
}

function dotted(node: ASTNode): string | undefined {
  if (node.op === 'id') return node.args;
  if (node.op === '[]') {
    const [left, index] = node.args;
    const path = dotted(left);
    return path === undefined || index.op !== 'value' || typeof index.args !== 'string'
      ? undefined
      : `${path}.${index.args}`;
  }
  if (node.op !== '.') return undefined;
  const left = dotted(node.args[0]);
  return left === undefined ? undefined : `${left}.${node.args[1]}`;
}

function resultsOf(node: ASTNode): readonly string[] | undefined {
  if (node.op === 'value') return typeof node.args === 'string' ? [node.args] : undefined;
  if (node.op !== '?:') return undefined;
  const found = [resultsOf(node.args[1]), resultsOf(node.args[2])];
  // One branch that is known to be wrong is wrong whatever the other gives.
  return found.every((part) => part === undefined) ? undefined : found.flatMap((part) => part ?? []);
}

export function children(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(children);
  return isNode(args) ? [args] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
