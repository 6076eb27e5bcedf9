import type { Alert } from '../model/alert.js';
import type { Incident } from '../model/incident.js';
import type { JsonObject } from '../model/json.js';
import { areKin, isShared, sameAudience } from '../model/sharing.js';
import type { Change, Fact, SourceKey } from '../model/source.js';
import { describeChange } from './changes.js';

/** Whether an alert of another tenant says the same in it, and still fires: then one more or one less only counts. */
export function hasKin(incident: Incident, alert: Alert): boolean {
  return (
    isShared(incident) && incident.alerts.some((other) => other.state === 'firing' && areKin(other, alert))
  );
}

/**
 * A change of an issue as it is news to its incident: four hundred tenants bring the same post within a minute, and the first of
 * them is heard. Undefined when what it brings is known already; the change itself where tenants share nothing.
 */
export function asNews(
  change: Change,
  incident: Incident,
  source: SourceKey,
): Pick<Change, 'before' | 'now'> | undefined {
  const { before, now } = change;
  if (!isShared(incident) || before === undefined || now?.values['type'] !== 'issue') return change;
  const others = incident.alerts.filter(
    ({ subject, sourceKey }) => subject === change.subject && sourceKey !== source,
  );
  if (others.some(({ values }) => isKnown(values, now))) return undefined;
  const newest = others.reduce(
    (best, { values }) => (modified(values) > modified(best) ? values : best),
    before.values,
  );
  return { before: { ...before, values: newest }, now };
}

/** The incident with what an alert about an issue says said of all tenants that have it: it is one issue, and one text. */
export function alike(
  incident: Incident,
  { fingerprint, subject, rule, values, summary, description }: Alert,
): Incident {
  if (!isShared(incident) || values['type'] !== 'issue') return incident;
  return {
    ...incident,
    alerts: incident.alerts.map((other) => {
      if (other.fingerprint === fingerprint || other.subject !== subject) return other;
      if (modified(other.values) > modified(values)) return other;
      return other.rule === rule ? { ...other, values, summary, description } : { ...other, values };
    }),
  };
}

/**
 * Of the incidents that hold an alert the one for each audience: an unresolved one, else the newest. An incident that is one
 * tenant's has all audiences together.
 */
export function oneForEach<T extends { readonly incident: Incident }>(drafts: readonly T[]): readonly T[] {
  const chosen: T[] = [];
  for (const draft of [...drafts].sort(unresolvedFirst)) {
    const same = chosen.some(
      ({ incident }) =>
        !isShared(incident) || !isShared(draft.incident) || sameAudience(incident, draft.incident),
    );
    if (!same) chosen.push(draft);
  }
  return chosen;
}

function unresolvedFirst(a: { readonly incident: Incident }, b: { readonly incident: Incident }): number {
  return (
    Number(a.incident.state === 'resolved') - Number(b.incident.state === 'resolved') ||
    b.incident.openedAt - a.incident.openedAt
  );
}

/** What another tenant has seen is as new, or says the same. */
function isKnown(values: JsonObject, now: Fact): boolean {
  if (modified(values) > modified(now.values)) return true;
  return describeChange({ before: { ...now, values }, now }).length === 0;
}

function modified({ lastModified }: JsonObject): string {
  return typeof lastModified === 'string' ? lastModified : '';
}
