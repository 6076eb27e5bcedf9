import type { Fault } from '../lib/fault.js';
import { MINUTE, SECOND, type Duration } from '../model/time.js';

const FIRST = SECOND;
/** With chance added less than a minute: a platform that is back is told within one. */
const LONGEST = 40 * SECOND;
/** What a channel that refuses is given before it is tried again: somebody has to act first. */
const REFUSED = MINUTE;
const REFUSED_LONGEST = 5 * MINUTE;

/** How long to wait before attempt `attempts + 1`. The other side's own words come first. `chance` is 0 ≤ x < 1. */
export function backOff(fault: Fault | undefined, attempts: number, chance: number): Duration {
  if (fault?.retryAfterMs !== undefined) return Math.max(fault.retryAfterMs, 100);
  const refused = fault !== undefined && !fault.retry;
  const [base, longest] = refused ? [REFUSED, REFUSED_LONGEST] : [FIRST, LONGEST];
  const grown = Math.min(longest, base * 2 ** Math.min(attempts, 10));
  return Math.round(grown * (0.75 + chance / 2));
}
