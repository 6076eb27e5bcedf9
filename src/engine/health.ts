import { faultLine, isFault, type Fault } from '../lib/fault.js';
import type { Fact, SourceHealth, SourceKey, SourceKind } from '../model/source.js';
import type { Instant } from '../model/time.js';

/** How a poll ended: with an answer, or with the fault that stood in its way. */
export type PollOutcome = { readonly ok: true } | { readonly ok: false; readonly error: unknown };

/** Nothing is wrong, and nothing was asked. */
export const HEALTHY = {
  state: 'ok',
  failures: 0,
  blindSince: null,
  lastGood: null,
  code: '',
  status: 0,
  message: '',
  advice: '',
} as const;

/** A source's health after one more poll. `blindSince` is the first failure since the last good poll. */
export function nextHealth(
  before: SourceHealth | undefined,
  outcome: PollOutcome,
  at: Instant,
): SourceHealth {
  const now = new Date(at).toISOString();
  if (outcome.ok) return { ...HEALTHY, lastGood: now };
  const { error } = outcome;
  const fault = isFault(error) ? error : undefined;
  const code = fault?.code ?? 'bug';
  // An answer may differ each time by a stamp alone: that is no news.
  const detail = before?.code === code ? (before.detail ?? fault?.detail) : fault?.detail;
  return {
    state: stateOf(fault),
    failures: (before?.failures ?? 0) + 1,
    blindSince: before?.blindSince ?? now,
    lastGood: before?.lastGood ?? null,
    code,
    status: fault?.status ?? 0,
    message: fault?.message ?? faultLine(error),
    advice: fault?.advice ?? 'This is a fault of Tocsin itself: see its log.',
    ...(detail === undefined ? {} : { detail }),
  };
}

function stateOf(fault: Fault | undefined): SourceHealth['state'] {
  switch (fault?.code) {
    case 'api.throttled':
    case 'api.budget':
      return 'throttled';
    case 'api.denied':
    case 'api.unauthorized':
    case 'api.sign-in':
      return 'denied';
    case 'api.unreachable':
      return 'unreachable';
    default:
      return 'failing';
  }
}

/** The fact that the rules of kind `tocsin` see: `source:<key>`. */
export function sourceFact(source: SourceKey, tenant: string, kind: SourceKind, health: SourceHealth): Fact {
  return {
    subject: `source:${source}`,
    kind: 'tocsin',
    values: {
      type: 'source',
      source,
      sourceKind: kind,
      tenant,
      state: health.state,
      failures: health.failures,
      blindSince: health.blindSince,
      blindSinceText: health.blindSince === null ? '' : `${health.blindSince.slice(11, 16)} UTC`,
      lastGood: health.state === 'ok' ? null : health.lastGood,
      code: health.code,
      status: health.status,
      message: health.message,
      advice: health.advice,
      ...(health.detail === undefined ? {} : { detail: health.detail }),
    },
  };
}
