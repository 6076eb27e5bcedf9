import { literally, matches } from '../lib/matchers.js';
import type { Alert, Firing } from '../model/alert.js';
import type { Incident } from '../model/incident.js';
import { audienceOf, isShared } from '../model/sharing.js';
import type { Matcher, Silence } from '../model/silence.js';
import type { Instant } from '../model/time.js';

export function inForce({ startsAt, endsAt }: Silence, now: Instant): boolean {
  return startsAt <= now && now < endsAt;
}

/** Until when each of the incident's firing alerts is silenced; undefined when one of them is not. */
export function silencedUntil(
  incident: Incident,
  silences: readonly Silence[],
  now: Instant,
): Instant | undefined {
  const standing = silences.filter((silence) => inForce(silence, now));
  let until = Number.POSITIVE_INFINITY;
  for (const alert of firingAlerts(incident)) {
    const ends = standing
      .filter(({ matchers }) => matches(matchers, alert.labels))
      .map(({ endsAt }) => endsAt);
    until = Math.min(until, Math.max(...ends, 0));
  }
  return Number.isFinite(until) && until > now ? until : undefined;
}

/** As Alertmanager's "silence this alert": the labels that tell this group from every other. */
export function groupMatchers(incident: Incident): readonly Matcher[] {
  const group = Object.entries(incident.groupLabels);
  if (group.some(([, value]) => value !== ''))
    return [...group.map(([name, value]): Matcher => ({ name, op: '=', value })), ...ownTenants(incident)];
  // Grouped by nothing at all: what it is about, lest everything be silenced.
  const subjects = [...new Set(incident.alerts.map((alert) => alert.subject))];
  return [{ name: 'subject', op: '=~', value: subjects.map(literally).join('|') }, ...ownTenants(incident)];
}

/** What is one customer's is silenced for them alone. */
function ownTenants(incident: Incident): readonly Matcher[] {
  const tenants = isShared(incident) ? audienceOf(incident) : undefined;
  if (tenants === undefined) return [];
  const [only] = tenants;
  return only !== undefined && tenants.length === 1
    ? [{ name: 'tenant', op: '=', value: only }]
    : [{ name: 'tenant', op: '=~', value: tenants.map(literally).join('|') }];
}

/** The same labels held back, in whatever order they were written. */
export function sameMatchers(a: readonly Matcher[], b: readonly Matcher[]): boolean {
  const key = (matchers: readonly Matcher[]): string =>
    JSON.stringify(matchers.map(({ name, op, value }) => [name, op, value]).sort());
  return key(a) === key(b);
}

/** An unresolved incident of which some firing alerts match. */
export interface HeldBack {
  readonly incident: Incident;
  readonly alerts: number;
  readonly of: number;
}

export function heldBack(matchers: readonly Matcher[], incidents: readonly Incident[]): readonly HeldBack[] {
  return incidents.flatMap((incident) => {
    const firing = incident.state === 'resolved' ? [] : firingAlerts(incident);
    const held = firing.filter((alert) => matches(matchers, alert.labels)).length;
    return held === 0 ? [] : [{ incident, alerts: held, of: firing.length }];
  });
}

/** What a silence holds back now, and what it would have held back before. */
export interface Reach {
  readonly now: readonly HeldBack[];
  /** How many alerts fired that match, and how many of those somebody acknowledged, since then. */
  readonly since: Instant;
  readonly fired: number;
  readonly acknowledged: number;
  /** Subjects of both, sorted. */
  readonly subjects: readonly string[];
  /** Labels named by the matchers that no alert of then or now has. */
  readonly unknownLabels: readonly string[];
}

export function reachOf(
  matchers: readonly Matcher[],
  incidents: readonly Incident[],
  firings: readonly (Firing & { readonly acknowledged: boolean })[],
  since: Instant,
): Reach {
  const now = heldBack(matchers, incidents);
  const then = firings.filter((firing) => !firing.baseline && matches(matchers, firing.labels));
  const alerts = now.flatMap(({ incident }) =>
    firingAlerts(incident).filter((alert) => matches(matchers, alert.labels)),
  );
  const known = [...incidents.flatMap((incident) => incident.alerts), ...firings].map(({ labels }) => labels);
  return {
    now,
    since,
    fired: then.length,
    acknowledged: then.filter((firing) => firing.acknowledged).length,
    subjects: [...new Set([...alerts, ...then].map(({ subject }) => subject))].sort(),
    unknownLabels:
      known.length === 0
        ? []
        : [...new Set(matchers.map(({ name }) => name))].filter(
            (name) => !known.some((labels) => Object.hasOwn(labels, name)),
          ),
  };
}

function firingAlerts(incident: Incident): readonly Alert[] {
  return incident.alerts.filter((alert) => alert.state === 'firing');
}
