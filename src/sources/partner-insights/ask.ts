import { Fault, isFault } from '../../lib/fault.js';
import { statusFault, type Http, type HttpAnswer } from '../../lib/http.js';
import type { Instant } from '../../model/time.js';
import type { Access } from './auth.js';
import { explainRefusal, readEnvelope, type Envelope } from './envelope.js';
import { isPlainError, lacksMfa, unauthorised } from './refusal.js';

export interface InsightsDeps {
  readonly http: Http;
  /** The cloud's Partner Center host, which alone is given the token. */
  readonly endpoint: string;
  readonly access: Access;
  readonly now: Instant;
  /** Called before each try; what it throws ends the request. */
  readonly spend: () => void;
}

/** One request of an operation, below its root. */
export interface Ask {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | boolean | undefined>>;
  readonly body?: unknown;
  readonly timeoutMs?: number;
  /** "Nothing found" is an answer here, and no failure. */
  readonly mayBeNone?: boolean;
}

const NOTHING: Envelope = {
  value: [],
  rows: [],
  nextLink: undefined,
  message: '',
  statusCode: 404,
  dataRedacted: false,
};

/** Asks once, with a new token where the old one is refused. Throws a Fault with an `api.*` code. */
export async function askOnce(url: string, ask: Ask, deps: InsightsDeps): Promise<Envelope> {
  let answer = await send(url, ask, await deps.access.token(deps.now), deps);
  // A token can be withdrawn before it runs out. A refused request has done nothing: it may be sent again.
  if (answer.status === 401 && !lacksMfa(answer, ''))
    answer = await send(url, ask, await deps.access.token(deps.now, true), deps);
  if (answer.status === 401) throw await unauthorised(url, ask.method ?? 'GET', answer, deps);
  const envelope = readEnvelope(answer.body.toString('utf8'));
  // Both may speak of failure, and either is believed.
  const meant = answer.status >= 300 ? answer.status : (envelope?.statusCode ?? answer.status);
  if (meant === 404 && ask.mayBeNone === true && envelope !== undefined) return NOTHING;
  if (meant === 404 && ask.mayBeNone === true && isPlainError(answer)) return NOTHING;
  if (meant >= 300 || answer.status >= 300) {
    const explained = explainRefusal(answer);
    throw statusFault(ask.method ?? 'GET', new URL(url), answer, { ...explained, meant }, deps.now);
  }
  if (envelope === undefined) {
    if (answer.body.length === 0 && ask.method !== undefined && ask.method !== 'GET')
      return { ...NOTHING, statusCode: 200 };
    throw new Fault(
      'api.unreadable',
      `${new URL(url).host} answered ${new URL(url).pathname} with something that is no Insights answer.`,
      {
        status: answer.status,
      },
    );
  }
  return envelope;
}

async function send(url: string, ask: Ask, token: string, deps: InsightsDeps): Promise<HttpAnswer> {
  const { method = 'GET' } = ask;
  try {
    return await deps.http.request({
      method,
      url,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
      },
      ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
      ...(ask.timeoutMs === undefined ? {} : { timeoutMs: ask.timeoutMs }),
      // A test runs as long as it may; trying it three times would only keep the service busy.
      repeatable: method === 'GET' && ask.timeoutMs === undefined,
      anyStatus: true,
      beforeTry: deps.spend,
    });
  } catch (error) {
    if (method === 'GET' || !isFault(error, 'api.unreachable')) throw error;
    throw new Fault('api.unreachable', `${error.message} Nobody knows whether it was done.`, {
      cause: error,
      advice: 'See `reports` or `queries` for what is there now, before you try again.',
    });
  }
}

/** Lists are joined with `;`, which some clients and proxies take for a separator: everything is encoded. */
export function queryText(query: Ask['query'] = {}): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(String(value))}`],
  );
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}
