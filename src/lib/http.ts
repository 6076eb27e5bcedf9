import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  DelegateBackoff,
  handleWhen,
  retry,
  wrap,
  type IPolicy,
} from 'cockatiel';
import { Fault, isFault } from './fault.js';
import { openDispatchers } from './http/agent.js';
import { statusFault } from './http/answer.js';
import { attempt, NoAnswer } from './http/attempt.js';
import { retryAfter } from './http/retry-after.js';
import type { Explanation, Http, HttpAnswer, HttpRequest } from './http/types.js';
import type { Log } from './log.js';
import { withoutThese } from './secrets.js';

export { readJson, statusFault } from './http/answer.js';
export { retryAfter } from './http/retry-after.js';
export type { Explanation, Http, HttpAnswer, HttpRequest } from './http/types.js';

export interface HttpOptions {
  /** PEM of a private certificate authority, beside the system's own and NODE_EXTRA_CA_CERTS. */
  readonly ca?: string;
  readonly userAgent: string;
  readonly log: Log;
  /** Chance for jitter, 0 ≤ x < 1. */
  readonly random?: () => number;
  /** The longest `Retry-After` that is waited for; a longer one is the caller's to plan with. 10 s by default. */
  readonly patienceMs?: number;
  /** The first pause before another try; doubled for each further one, ± half by chance. 500 ms by default. */
  readonly backoffMs?: number;
  /** Requests that fail in a row before a host is left alone, and for how long: 5, and 10 s. */
  readonly breaker?: { readonly failures: number; readonly restMs: number };
}

const MAX_TRIES = 3;
const OVERLOADED = new Set([502, 503, 504]);

/** A failed try that another one may mend. */
class TryAgain extends Error {
  override readonly name = 'TryAgain';
  readonly fault: Fault;
  readonly answer: HttpAnswer | undefined;

  constructor(fault: Fault, answer?: HttpAnswer) {
    super(fault.message);
    this.fault = fault;
    this.answer = answer;
  }
}

/**
 * A client for foreign APIs: bounded bodies and times, up to three tries for what passes by itself (429 with a short
 * `Retry-After`, 502, 503, 504, a broken connection), and a circuit breaker per host.
 */
export function openHttp(options: HttpOptions): Http {
  const dispatchers = openDispatchers(options.ca);
  const policies = new Map<string, IPolicy>();

  return {
    async request(request) {
      const url = new URL(request.url);
      const policy = policies.get(url.host) ?? policyOf(options);
      policies.set(url.host, policy);
      try {
        return await policy.execute(() => tryOnce(request, url, options, dispatchers.for(url)));
      } catch (error) {
        if (error instanceof TryAgain && request.anyStatus === true && error.answer !== undefined)
          return error.answer;
        throw verdict(error, url, options);
      }
    },
    close: () => dispatchers.close(),
  };
}

function policyOf(options: HttpOptions): IPolicy {
  const { failures, restMs } = options.breaker ?? { failures: 5, restMs: 10_000 };
  const breaker = circuitBreaker(handleWhen(isOutage), {
    breaker: new ConsecutiveBreaker(failures),
    halfOpenAfter: restMs,
  });
  const again = retry(
    handleWhen((error) => error instanceof TryAgain),
    {
      maxAttempts: MAX_TRIES - 1,
      backoff: new DelegateBackoff((context) =>
        pause(context.attempt, 'error' in context.result ? context.result.error : undefined, options),
      ),
    },
  );
  return wrap(breaker, again);
}

/** What says that the host as a whole is down; a refusal or a throttle shows that it is alive. */
function isOutage(error: Error): boolean {
  const fault = error instanceof TryAgain || error instanceof NoAnswer ? error.fault : error;
  return isFault(fault, 'api.unreachable') || isFault(fault, 'api.failed');
}

function pause(
  tries: number,
  error: unknown,
  { backoffMs = 500, random = Math.random }: HttpOptions,
): number {
  const asked = error instanceof TryAgain ? error.fault.retryAfterMs : undefined;
  return asked ?? backoffMs * 2 ** (tries - 1) * (0.5 + random());
}

async function tryOnce(
  request: HttpRequest,
  url: URL,
  options: HttpOptions,
  dispatcher: Parameters<typeof attempt>[3],
): Promise<HttpAnswer> {
  request.beforeTry?.();
  const method = request.method ?? 'GET';
  const repeatable = request.repeatable ?? (method === 'GET' || method === 'HEAD');
  const begun = performance.now();
  const line = { method, host: url.host, path: url.pathname };
  try {
    const answer = await attempt(request, url, options.userAgent, dispatcher);
    const ms = Math.round(performance.now() - begun);
    options.log.debug({ ...line, status: answer.status, ms, requestId: answer.requestId }, 'api answer');
    if (answer.status >= 200 && answer.status < 300) return answer;
    const fault = statusFault(method, url, answer, explained(request, answer), Date.now());
    if (repeatable && passesSoon(answer, options)) throw new TryAgain(fault, answer);
    if (request.anyStatus === true) return answer;
    throw fault;
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    options.log.info({ ...line, reason: error.fault.message }, 'no api answer');
    throw repeatable && error.again ? new TryAgain(error.fault) : error;
  }
}

/** The API's words; what was sent in confidence is not repeated, whatever they say. */
function explained(request: HttpRequest, answer: HttpAnswer): Explanation {
  const explanation = request.explain?.(answer) ?? {};
  if (explanation.words === undefined) return explanation;
  return { ...explanation, words: withoutThese(explanation.words, confided(request)) };
}

const CONFIDED = [
  'client_secret',
  'client_assertion',
  'refresh_token',
  'password',
  'code',
  'code_verifier',
] as const;

function confided({ headers = {}, body }: HttpRequest): readonly string[] {
  const [, given] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  const form = new URLSearchParams(typeof body === 'string' ? body : '');
  return [given?.replace(/^\S+\s+/, ''), ...CONFIDED.map((name) => form.get(name))].filter(
    (secret) => secret !== undefined && secret !== null,
  );
}

function passesSoon(answer: HttpAnswer, { patienceMs = 10_000 }: HttpOptions): boolean {
  if (answer.status !== 429 && !OVERLOADED.has(answer.status)) return false;
  return (retryAfter(answer.headers, Date.now()) ?? 0) <= patienceMs;
}

/** What the caller is told: always a Fault, unless it is a bug. */
function verdict(error: unknown, url: URL, options: HttpOptions): unknown {
  if (error instanceof TryAgain || error instanceof NoAnswer) return error.fault;
  if (!(error instanceof BrokenCircuitError)) return error;
  const restMs = options.breaker?.restMs ?? 10_000;
  return new Fault(
    'api.unreachable',
    `${url.host} failed several times in a row and is left alone for ${restMs / 1_000} s.`,
    {
      retryAfterMs: restMs,
    },
  );
}
