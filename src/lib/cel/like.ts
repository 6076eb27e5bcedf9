import { RE2JS } from 're2js';
import { ExpressionError, firstLine } from './error.js';

/** Instructions times characters that one evaluation may take: some 40 ms, however a pattern is built. */
const BUDGET = 1_000_000;
const LONGEST_PATTERN = 500;
const MOST_PATTERNS = 1_000;

const patterns = new Map<string, RE2JS>();
let spent = 0;

/** Before each evaluation: what the last one took is not counted against it. */
export function resetLike(): void {
  spent = 0;
}

/** Whether the pattern is found in the text, by RE2: in time that grows with both and no faster. */
export function like(text: string, pattern: string): boolean {
  const compiled = compilePattern(pattern);
  spent += compiled.programSize() * text.length;
  if (spent > BUDGET)
    throw new ExpressionError(`like("${pattern.slice(0, 80)}") would take too long on this fact`);
  return compiled.matcher(text).find();
}

/** Throws an ExpressionError for what is no pattern. */
export function compilePattern(pattern: string): RE2JS {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  if (pattern.length > LONGEST_PATTERN)
    throw new ExpressionError(`the pattern of like() is longer than ${LONGEST_PATTERN} characters`);
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch (error) {
    throw new ExpressionError(`like("${pattern}") is no pattern: ${firstLine(error)}`, { cause: error });
  }
  if (patterns.size >= MOST_PATTERNS) patterns.clear();
  patterns.set(pattern, compiled);
  return compiled;
}

/** `(a+)+`: a repetition of nothing but a repetition. It says no more than `a+`, and hangs elsewhere. */
export function nestedRepetition(pattern: string): string | undefined {
  const atom = String.raw`(?:\\.|\[(?:\\.|[^\]\\])*\]|[^\\()[\]|])`;
  const many = String.raw`(?:[+*]|\{\d+,\})\??`;
  return new RegExp(String.raw`\((?:\?:)?${atom}${many}\)${many}`).exec(pattern)?.[0];
}
