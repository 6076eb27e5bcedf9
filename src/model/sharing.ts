import type { Alert } from './alert.js';
import type { Destination, Incident } from './incident.js';

type Group = Pick<Incident, 'groupKey' | 'groupLabels' | 'destinations'>;

/** Whether its group may hold alerts of several tenants. */
export function isShared({ groupLabels }: Pick<Group, 'groupLabels'>): boolean {
  return groupLabels['tenant'] === undefined;
}

/** One group: the same key, and for a group that tenants share the same audience. */
export function sameGroup(a: Group, b: Group): boolean {
  return a.groupKey === b.groupKey && (!isShared(a) || sameAudience(a, b));
}

/** The tenants whose alerts may come to the channels of an incident; undefined for any. It is the same for all of them. */
export function audienceOf({
  destinations: [first],
}: Pick<Group, 'destinations'>): readonly string[] | undefined {
  return first?.tenants;
}

export function sameAudience(a: Pick<Group, 'destinations'>, b: Pick<Group, 'destinations'>): boolean {
  return audienceKey(audienceOf(a)) === audienceKey(audienceOf(b));
}

/**
 * The destinations by who may see what comes there: the channels of one customer are one audience, those that any tenant may
 * come to another. No tenant's alert may be told to the audience of another.
 */
export function audiences(destinations: readonly Destination[]): readonly (readonly Destination[])[] {
  const found = new Map<string, Destination[]>();
  for (const destination of destinations) {
    const key = audienceKey(destination.tenants);
    found.set(key, [...(found.get(key) ?? []), destination]);
  }
  return found.size === 0 ? [[]] : [...found.values()];
}

function audienceKey(tenants: readonly string[] | undefined): string {
  return JSON.stringify(tenants ?? null);
}

/** Names of the tenants of an incident, in the order in which they joined it. */
export function tenantsIn({ alerts, tenant }: Pick<Incident, 'alerts' | 'tenant'>): readonly string[] {
  const names = [...new Set(alerts.map((alert) => alert.tenant))];
  return names.length === 0 ? [tenant] : names;
}

/** Alerts that say the same of different tenants. */
export function areKin(a: Alert, b: Alert): boolean {
  return a.tenant !== b.tenant && a.rule === b.rule && about(a) === about(b);
}

function about({ subject, tenant }: Alert): string {
  return subject === `tenant:${tenant}` ? 'tenant:' : subject;
}
