import { RE2JS } from 're2js';
import type { Incident } from '../../model/incident.js';
import type { Labels } from '../../model/labels.js';
import type { Matcher, Silence } from '../../model/silence.js';
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

/** Alertmanager's semantics: an absent label is the empty string; expressions match the whole value. */
function matches(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every(({ name, op, value }) => {
    const has = labels[name] ?? '';
    switch (op) {
      case '=':
        return has === value;
      case '!=':
        return has !== value;
      case '=~':
        return RE2JS.compile(value).matches(has);
      case '!~':
        return !RE2JS.compile(value).matches(has);
    }
  });
}
