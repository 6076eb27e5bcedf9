import { isDeepStrictEqual } from 'node:util';
import { audienceOf, isShared, tenantsIn } from '../../model/sharing.js';
import { nextStepAt, unresolvedFirst, type Incident, type TimelineEntry } from '../../model/incident.js';
import type { AffectedAsk, IncidentFilter } from '../../store/store.js';

/** Incidents and their timelines in memory: see `Store.affected`, `Store.incidents` and `Store.timeline`. */
export interface IncidentTable {
  get(id: number): Incident | undefined;
  find(filter?: IncidentFilter): readonly Incident[];
  affected(ask: AffectedAsk): readonly Incident[];
  lines(id: number): readonly TimelineEntry[];
  /** New ones (negative ids) get the next numbers. */
  write(incidents: readonly Incident[]): {
    readonly written: readonly Incident[];
    readonly numberOf: (id: number) => number;
  };
  append(entries: readonly TimelineEntry[]): void;
}

export function openIncidentTable(): IncidentTable {
  const all = new Map<number, Incident>();
  const lines = new Map<number, TimelineEntry[]>();
  const unresolved = new Set<number>();
  /** Those that time alone will change. */
  const restless = new Set<number>();
  /** Ids of all incidents that ever had an alert of this source and subject, oldest first. */
  const bySubject = new Map<string, Set<number>>();

  function store(incident: Incident): void {
    all.set(incident.id, incident);
    if (incident.state === 'resolved') unresolved.delete(incident.id);
    else unresolved.add(incident.id);
    if (nextStepAt(incident) === undefined) restless.delete(incident.id);
    else restless.add(incident.id);
    for (const { sourceKey, subject } of incident.alerts) {
      const key = `${sourceKey}\n${subject}`;
      const ids = bySubject.get(key);
      if (ids === undefined) bySubject.set(key, new Set([incident.id]));
      else ids.add(incident.id);
    }
  }

  function newestResolved(source: string, subject: string): number[] {
    const ids = [...(bySubject.get(`${source}\n${subject}`) ?? [])].filter((id) => !unresolved.has(id));
    const newest = new Map<string, number>();
    for (const id of ids.sort((a, b) => a - b)) {
      const incident = all.get(id);
      if (incident !== undefined)
        newest.set(isShared(incident) ? JSON.stringify(audienceOf(incident) ?? null) : 'null', id);
    }
    return [...newest.values()];
  }

  return {
    get: (id) => all.get(id),
    find: (filter = {}) =>
      (filter.dueBy === undefined ? [...all.values()] : [...restless].flatMap((id) => all.get(id) ?? []))
        .filter((incident) => isWanted(incident, filter))
        .sort(unresolvedFirst)
        .slice(0, filter.limit),
    affected({ source, groupKeys, audiences, fingerprints, subjects }) {
      const held = [...unresolved].filter((id) => {
        const incident = all.get(id);
        return (
          incident !== undefined &&
          ((groupKeys.includes(incident.groupKey) &&
            (!isShared(incident) ||
              audiences === undefined ||
              audiences.some((audience) => isDeepStrictEqual(audience, audienceOf(incident))))) ||
            incident.alerts.some(({ fingerprint }) => fingerprints.includes(fingerprint)))
        );
      });
      const past = subjects.flatMap((subject) => newestResolved(source, subject));
      return [...new Set([...held, ...past])].sort((a, b) => a - b).flatMap((id) => all.get(id) ?? []);
    },
    lines: (id) => lines.get(id) ?? [],
    write(incidents) {
      const numbers = new Map<number, number>();
      const written = incidents.map((incident) => {
        const id = incident.id > 0 ? incident.id : all.size + 1;
        numbers.set(incident.id, id);
        const numbered = { ...incident, id };
        store(numbered);
        return numbered;
      });
      return { written, numberOf: (id) => numbers.get(id) ?? id };
    },
    append(entries) {
      for (const entry of entries) {
        const own = lines.get(entry.incident) ?? [];
        lines.set(entry.incident, [...own, { ...entry, seq: own.length + 1 }]);
      }
    },
  };
}

function isWanted(
  incident: Incident,
  { states, tenant, baselineOf, subject, openedSince = -Infinity, dueBy = Infinity }: IncidentFilter,
): boolean {
  return (
    (states === undefined || states.includes(incident.state)) &&
    incident.openedAt >= openedSince &&
    (nextStepAt(incident) ?? -Infinity) <= dueBy &&
    (tenant === undefined || tenantsIn(incident).includes(tenant)) &&
    (baselineOf === undefined ||
      (incident.baselineOf !== undefined &&
        (incident.baselineOf === baselineOf ||
          incident.alerts.some((alert) => alert.sourceKey === baselineOf)))) &&
    (subject === undefined || incident.alerts.some((alert) => alert.subject === subject))
  );
}
