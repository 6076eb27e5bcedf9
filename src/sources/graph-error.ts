import type { Explanation, HttpAnswer } from '../lib/http.js';

/**
 * What a Graph error body says. Service communications put JSON into `message`, and JSON into that message again, behind
 * an outer code that says nothing: the innermost words and the last useful code are taken.
 */
export function explainGraph(answer: HttpAnswer, permission?: string): Explanation {
  const error = fieldOf(parsed(answer.body.toString('utf8')), 'error');
  const found = unwrap(error, { code: '', words: '' }, 0);
  const inner = fieldOf(error, 'innerError');
  const requestId = textOf(fieldOf(inner, 'request-id')) || answer.requestId;
  const foreign = answer.status !== 401 && isForeign(found.words);
  const denied = !foreign && (answer.status === 403 || isForbidden(found.code));
  const said = [found.code, found.words].filter((part) => part !== '').join(': ');
  return {
    words:
      denied && permission !== undefined ? joined(said, `The permission ${permission} is missing`) : said,
    ...(requestId === undefined ? {} : { requestId }),
    // An id of another tenant is answered like a missing permission: it is simply not there.
    ...(foreign ? { meant: 404 } : denied ? { meant: 403 } : {}),
    ...(denied && permission !== undefined ? { advice: permissionAdvice(permission) } : {}),
  };
}

export function permissionAdvice(permission: string): string {
  return `Grant the application permission ${permission} to the app and give admin consent.`;
}

function isForeign(words: string): boolean {
  return /resource doesn.t exist for the tenant/i.test(words);
}

function isForbidden(code: string): boolean {
  return /^(forbidden|authorization_requestdenied|accessdenied)$/i.test(code);
}

interface Found {
  readonly code: string;
  readonly words: string;
}

const DEEPEST = 4;

function unwrap(error: unknown, outer: Found, depth: number): Found {
  if (typeof error === 'string') return { ...outer, words: error };
  const code = textOf(fieldOf(error, 'code'));
  const here = {
    code: code === '' || code === 'UnknownError' ? outer.code || code : code,
    words: outer.words,
  };
  const message = fieldOf(error, 'message') ?? fieldOf(error, 'error');
  const nested =
    typeof message === 'string' && message.trimStart().startsWith('{') ? parsed(message) : undefined;
  if (nested !== undefined && depth < DEEPEST) return unwrap(nested, here, depth + 1);
  return typeof message === 'object' && depth < DEEPEST
    ? unwrap(message, here, depth + 1)
    : { ...here, words: textOf(message) };
}

function joined(said: string, more: string): string {
  return said === '' ? more : `${said.replace(/[.\s]+$/, '')}. ${more}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Either casing of the first letter. */
function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const record = value as Readonly<Record<string, unknown>>;
  return record[name] ?? record[`${name.charAt(0).toUpperCase()}${name.slice(1)}`];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
