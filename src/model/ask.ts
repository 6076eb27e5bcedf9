import type { Duration } from './time.js';

/** What calls can be kept apart by. */
export const DIMENSIONS = ['trunk', 'direction', 'country', 'user', 'code'] as const;

export type Dimension = (typeof DIMENSIONS)[number];

/** What a rule wants to be told of beside the usual: calls counted apart by these, over the last `windowMs`. */
export interface CallsAsk {
  /** In the order of `DIMENSIONS`; empty: all calls of the tenant together. */
  readonly by: readonly Dimension[];
  readonly windowMs: Duration;
  /** Counts that the rule compares with: rounding never moves one over or under them. */
  readonly marks: readonly number[];
}

/** The windows that every trunk and tenant is counted in anyway; the first is that of the bare names. */
export const USUAL_WINDOW: Duration = 15 * 60_000;

/** `type` of the facts of calls kept apart so: `trunk`, `calls` for the tenant as a whole, `trunk+direction`. */
export function typeOfCalls(by: readonly Dimension[]): string {
  return by.length === 0 ? 'calls' : by.join('+');
}

/** What ends the names of a window's figures: nothing for 15 minutes, else `1h`, `90m`. */
export function windowSuffix(windowMs: Duration): string {
  return windowMs === USUAL_WINDOW ? '' : windowText(windowMs);
}

/** `15m`, `1h`, `24h`, `90m`. */
export function windowText(windowMs: Duration): string {
  const minutes = Math.round(windowMs / 60_000);
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}
