import { matches } from '../../lib/matchers.js';
import type { Incident } from '../../model/incident.js';
import type { Silence } from '../../model/silence.js';
import type { Instant } from '../../model/time.js';

/** Until when each of the incident's firing alerts is silenced; undefined when one of them is not. */
export function silencedUntil(
  incident: Incident,
  silences: readonly Silence[],
  now: Instant,
): Instant | undefined {
  const inForce = silences.filter(({ startsAt, endsAt }) => startsAt <= now && now < endsAt);
  let until = Number.POSITIVE_INFINITY;
  for (const alert of incident.alerts) {
    if (alert.state === 'resolved') continue;
    const ends = inForce
      .filter(({ matchers }) => matches(matchers, alert.labels))
      .map(({ endsAt }) => endsAt);
    until = Math.min(until, Math.max(...ends, 0));
  }
  return Number.isFinite(until) && until > now ? until : undefined;
}
