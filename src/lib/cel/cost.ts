import type { ASTNode } from '@marcbachmann/cel-js';
import { children, isComprehension } from './guard.js';

/** How large the values are that an expression is evaluated on: items of the longest list, characters of the longest text. */
export interface Sizes {
  readonly list: number;
  readonly text: number;
}

/** Steps that one evaluation may take: some 25 ms. */
export const BUDGET = 250_000;

/** At most so many steps are taken, and so large is what comes out of it. */
interface Estimate extends Sizes {
  readonly steps: number;
}

/** The steps that an expression takes at the worst on values of these sizes; it grows with either. */
export function worstCase(ast: ASTNode, sizes: Sizes): number {
  return estimate(ast, sizes, new Map()).steps;
}

type Bound = ReadonlyMap<string, Estimate>;

function estimate(node: ASTNode, sizes: Sizes, bound: Bound): Estimate {
  if (node.op === 'value')
    return { steps: 1, list: 0, text: typeof node.args === 'string' ? node.args.length : 1 };
  if (node.op === 'id') return { ...(bound.get(node.args) ?? sizes), steps: 1 };
  if (isComprehension(node)) return repeated(node.args, sizes, bound);
  const parts = children(node.args).map((child) => estimate(child, sizes, bound));
  const all = together(parts);
  if (node.op === 'list') return { ...all, steps: all.steps + 1, list: Math.max(all.list, parts.length) };
  // Texts are compared and joined some hundred characters a step; of lists each item counts.
  const handled = all.list + all.text / 100;
  if (node.op === '+') {
    const sum = (size: 'list' | 'text'): number => parts.reduce((total, part) => total + part[size], 0);
    return { steps: all.steps + 1 + sum('list') + sum('text') / 100, list: sum('list'), text: sum('text') };
  }
  if (node.op === '==' || node.op === '!=' || node.op === 'in')
    return { steps: all.steps + 1 + handled, list: 0, text: 1 };
  if (node.op === 'rcall' && node.args[0] === 'split')
    return { steps: all.steps + all.text, list: all.text + 1, text: all.text };
  if (node.op === 'rcall' && node.args[0] === 'join') {
    const text = (all.list + 1) * (all.text + 1);
    return { steps: all.steps + text / 10, list: 0, text };
  }
  if (node.op === 'rcall' || node.op === 'call') return { ...all, steps: all.steps + 1 + handled };
  return { ...all, steps: all.steps + 1 };
}

function repeated(
  [, receiver, args]: readonly [string, ASTNode, readonly ASTNode[]],
  sizes: Sizes,
  bound: Bound,
): Estimate {
  const over = estimate(receiver, sizes, bound);
  const [variable, ...steps] = args;
  const item = { list: Math.max(over.list, sizes.list), text: Math.max(over.text, 1), steps: 1 };
  const name = variable?.op === 'id' ? variable.args : '';
  const inner = together(steps.map((step) => estimate(step, sizes, new Map([...bound, [name, item]]))));
  return {
    steps: over.steps + 1 + over.list * (inner.steps + 1),
    list: Math.max(over.list, inner.list),
    text: Math.max(over.text, inner.text),
  };
}

function together(parts: readonly Estimate[]): Estimate {
  return {
    steps: parts.reduce((total, { steps }) => total + steps, 0),
    list: parts.reduce((most, { list }) => Math.max(most, list), 0),
    text: parts.reduce((most, { text }) => Math.max(most, text), 0),
  };
}

/** The sizes of a value and of all that is in it. */
export function sizesOf(value: unknown): Sizes {
  if (typeof value === 'string') return { list: 0, text: value.length };
  if (typeof value !== 'object' || value === null) return { list: 0, text: 1 };
  const inner = Object.values(value).map(sizesOf);
  return {
    list: inner.reduce((most, { list }) => Math.max(most, list), Array.isArray(value) ? value.length : 0),
    text: inner.reduce((most, { text }) => Math.max(most, text), 1),
  };
}
