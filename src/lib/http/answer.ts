import { Fault, type FaultCode } from '../fault.js';
import { retryAfter } from './retry-after.js';
import type { Explanation, HttpAnswer } from './types.js';

/** Host and path: all of an address that may be shown. */
export function shown(url: URL): string {
  return `${url.host}${url.pathname}`;
}

/** The fault of an answer whose status is not 2xx. */
export function statusFault(
  method: string,
  url: URL,
  answer: HttpAnswer,
  explained: Explanation,
  now: number,
): Fault {
  const status = explained.meant ?? answer.status;
  const wait = retryAfter(answer.headers, now);
  const requestId = explained.requestId ?? answer.requestId;
  const words = explained.words ?? (status >= 300 && status < 400 ? redirectWords(answer, url) : '');
  return new Fault(
    codeOf(status),
    `${url.host} answered ${status} to ${method} ${url.pathname}${words === '' ? '.' : `: ${ended(words)}`}`,
    {
      status,
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
      ...(requestId === undefined ? {} : { requestId }),
      ...(explained.advice === undefined ? {} : { advice: explained.advice }),
    },
  );
}

function codeOf(status: number): FaultCode {
  if (status === 401) return 'api.unauthorized';
  if (status === 403) return 'api.denied';
  if (status === 404 || status === 410) return 'api.not-found';
  if (status === 429) return 'api.throttled';
  if (status === 408 || status >= 500) return 'api.failed';
  return 'api.rejected';
}

/** A redirect is never followed: the token in the headers is meant for one host. */
function redirectWords(answer: HttpAnswer, from: URL): string {
  const location = answer.headers['location'];
  const target =
    location !== undefined && URL.canParse(location, from.href) ? new URL(location, from).host : 'nowhere';
  return `a redirect to ${target}, which is not followed`;
}

/** One line, of bounded length, that ends like a sentence. */
function ended(words: string): string {
  const line = words.replace(/\s+/g, ' ').trim().slice(0, 500);
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

/** The body as JSON. A web page (a proxy's or a sign-in page) or broken JSON is `api.unreadable`. */
export function readJson(answer: HttpAnswer, url: string): unknown {
  const text = answer.body.toString('utf8').replace(/^\uFEFF/, '');
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const what = isPage(answer, text) ? 'a web page' : text.trim() === '' ? 'an empty body' : 'broken JSON';
    throw new Fault(
      'api.unreadable',
      `${shown(new URL(url))} answered with ${what} where JSON was expected.`,
      {
        // The parser's own message quotes the text, which may be anything.
        ...(cause instanceof SyntaxError ? {} : { cause }),
        status: answer.status,
        ...(answer.requestId === undefined ? {} : { requestId: answer.requestId }),
      },
    );
  }
}

function isPage(answer: HttpAnswer, text: string): boolean {
  return (answer.headers['content-type'] ?? '').includes('html') || text.trimStart().startsWith('<');
}
