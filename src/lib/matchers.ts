import { RE2JS } from 're2js';
import { messageOf } from './thrown.js';
import type { Matcher } from '../model/silence.js';

// Prometheus' rule for label names.
const MATCHER = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*(=~|!~|!=|=)\s*([\s\S]*?)\s*$/;
const QUOTED = /^"((?:[^"\\]|\\[\s\S])*)"$/;

/** A matcher that cannot be read; the message says what is wrong with it. */
export class MatcherError extends Error {
  override readonly name = 'MatcherError';
}

/**
 * One matcher of Alertmanager's syntax: `name="value"`, `!=`, `=~`, `!~`, quotes optional. Throws a `MatcherError`, also
 * for an expression that RE2 does not take.
 */
export function parseMatcher(text: string): Matcher {
  const [, name, op, raw] = MATCHER.exec(text) ?? [];
  if (name === undefined || raw === undefined || !isOp(op))
    throw new MatcherError(
      `${JSON.stringify(text)} is not a matcher such as severity="critical" or source=~"cqd|.*-health"`,
    );
  return matcherOf(name, op, unquote(raw, text));
}

/** From its parts, the value as it is meant. Throws a `MatcherError` for an expression that RE2 does not take. */
export function matcherOf(name: string, op: Matcher['op'], value: string): Matcher {
  if (op === '=~' || op === '!~') expression(value);
  return { name, op, value };
}

/** True when every matcher does. A label that is absent counts as empty, as in Alertmanager; expressions match whole values. */
export function matches(matchers: readonly Matcher[], labels: Readonly<Record<string, string>>): boolean {
  return matchers.every((matcher) =>
    matchesOne(matcher, Object.hasOwn(labels, matcher.name) ? (labels[matcher.name] ?? '') : ''),
  );
}

export function formatMatcher({ name, op, value }: Matcher): string {
  return `${name}${op}"${value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}

/** The expression that matches this text alone. */
export function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** The same for one matcher and the value of its label. */
export function matchesOne({ op, value }: Matcher, label: string): boolean {
  switch (op) {
    case '=':
      return label === value;
    case '!=':
      return label !== value;
    case '=~':
      return expression(value).matches(label);
    case '!~':
      return !expression(value).matches(label);
  }
}

export function isOp(text: string | undefined): text is Matcher['op'] {
  return text === '=' || text === '!=' || text === '=~' || text === '!~';
}

function unquote(raw: string, whole: string): string {
  if (!raw.startsWith('"')) {
    if (/["{},]/.test(raw))
      throw new MatcherError(`${JSON.stringify(whole)}: put the value in double quotes`);
    return raw;
  }
  const inner = QUOTED.exec(raw)?.[1];
  if (inner === undefined) throw new MatcherError(`${JSON.stringify(whole)}: the quotes do not close`);
  return unescape(inner);
}

/** What stands between the quotes → what it means. As in Alertmanager: \" \\ and \n; any other backslash is kept, expressions need it. */
export function unescape(inner: string): string {
  return inner.replace(/\\(["\\n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}

// Silences come and go: the cache is emptied rather than left to grow.
const MOST_COMPILED = 1_000;
const compiled = new Map<string, RE2JS>();

function expression(source: string): RE2JS {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  if (compiled.size >= MOST_COMPILED) compiled.clear();
  const made = compile(source);
  compiled.set(source, made);
  return made;
}

function compile(source: string): RE2JS {
  try {
    return RE2JS.compile(source, RE2JS.DOTALL);
  } catch (error) {
    throw new MatcherError(
      `${JSON.stringify(source)} is not an expression that RE2 takes: ${messageOf(error).replace(/: `[^]*`$/, '')}`,
      { cause: error },
    );
  }
}
