import type { Matcher } from '../model/silence.js';
import { isOp, matcherOf, MatcherError, matchesOne, unescape } from './matchers.js';

export interface MatcherList {
  readonly matchers: readonly Matcher[];
  /** What stands after them, for the caller to read. */
  readonly rest: string;
}

/** A matcher that cannot be read, and where it begins: 1 is the first character. */
export class MatcherListError extends Error {
  override readonly name = 'MatcherListError';
  readonly position: number;

  constructor(position: number, problem: string) {
    super(`At character ${position}: ${problem}`);
    this.position = position;
  }
}

const HEAD = /^([A-Za-z_][A-Za-z0-9_]*)\s*(=~|!~|!=|=)\s*/;
// Phones turn `"` into whatever their language prints.
const OPENERS = '"“”„';
const CLOSERS = '"”“';

/**
 * Matchers as people type them: `tenant=contoso subject=~"trunk:.*"`, with blanks or commas between them, in braces or not.
 * They end where something begins that is none. Throws a `MatcherListError` with the place of the first that cannot be
 * read, and when all of them together match an alert without any label, as Alertmanager does.
 */
export function parseMatcherList(text: string): MatcherList {
  const braced = /^\s*\{/.exec(text)?.[0].length ?? 0;
  const matchers: Matcher[] = [];
  let at = skip(text, braced);
  for (;;) {
    const head = HEAD.exec(text.slice(at));
    if (head === null) break;
    const [matcher, next] = readMatcher(text, at, head);
    matchers.push(matcher);
    at = skip(text, next);
  }
  if (braced > 0) {
    if (text[at] !== '}')
      throw new MatcherListError(at + 1, at >= text.length ? 'the brace does not close' : notOne(text, at));
    at += 1;
  }
  // What looks like one and is none was not meant as anything else.
  if (/^[^\s"]*[=~]/.test(text.slice(at))) throw new MatcherListError(at + 1, notOne(text, at));
  if (matchers.length > 0 && matchers.every((matcher) => matchesOne(matcher, '')))
    throw new MatcherListError(
      braced + 1,
      'this would match everything: one matcher at least must not match an empty value',
    );
  return { matchers, rest: text.slice(at).trim() };
}

function readMatcher(text: string, at: number, head: RegExpExecArray): readonly [Matcher, number] {
  const [whole, name = '', op] = head;
  const begin = at + whole.length;
  const quoted = OPENERS.includes(text[begin] ?? ' ');
  const [value, next] = quoted ? readQuoted(text, begin) : readBare(text, begin);
  if (!isOp(op)) throw new MatcherListError(at + 1, notOne(text, at));
  try {
    return [matcherOf(name, op, quoted ? unescape(value) : value), next];
  } catch (error) {
    if (!(error instanceof MatcherError)) throw error;
    throw new MatcherListError(at + 1, error.message);
  }
}

/** The letters between the quotes as they stand there, escapes and all. */
function readQuoted(text: string, open: number): readonly [string, number] {
  let value = '';
  for (let at = open + 1; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '\\' && at + 1 < text.length) {
      value += char + (text[at + 1] ?? '');
      at += 1;
    } else if (CLOSERS.includes(char)) return [value, at + 1];
    else value += char;
  }
  throw new MatcherListError(open + 1, 'the quotes do not close');
}

function readBare(text: string, begin: number): readonly [string, number] {
  const value = /^[^\s,{}"“”„]*/.exec(text.slice(begin))?.[0] ?? '';
  const next = begin + value.length;
  if (/^[=~!]/.test(value))
    throw new MatcherListError(
      begin + 1,
      `the value begins with “${value[0] ?? ''}”: put it in double quotes if that is meant`,
    );
  if (/[{"“”„]/.test(text[next] ?? ''))
    throw new MatcherListError(next + 1, 'put the value in double quotes, all of it');
  return [value, next];
}

function skip(text: string, from: number): number {
  return from + (/^[\s,]*/.exec(text.slice(from))?.[0].length ?? 0);
}

function notOne(text: string, at: number): string {
  const word = /^\S*/.exec(text.slice(at))?.[0] ?? '';
  return `“${word}” is not a matcher such as severity="critical" or source=~"cqd|.*-health"`;
}
