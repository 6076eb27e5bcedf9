import { Fault } from '../../lib/fault.js';
import { incidentName, incidentOfTopic, incidentTopic } from '../../model/incident.js';
import type { Alert } from '../../model/alert.js';
import type { Fact, SourceKey } from '../../model/source.js';
import type { ChannelHealth } from '../../model/telling.js';
import type { Committed, DecidingStore, Known, TurnRecord } from '../../store/store.js';
import { openIncidentTable } from './incident-table.js';
import { openOutbox } from './outbox.js';
import { openSilences } from './silences.js';

/**
 * The record in memory, as far as deciding needs it: the counterpart of the SQL in src/store, and held to it by
 * test/engine/replay/record.test.ts. One writer at a time, so that nothing here is ever refused but a turn that was decided
 * on an older version. Nothing given out is changed later.
 */
export function openRecord(): DecidingStore {
  const sources = new Map<SourceKey, SourceState>();
  const alerts = new Map<string, Alert>();
  const channels = new Map<string, ChannelHealth>();
  const incidents = openIncidentTable();
  const outbox = openOutbox();

  const alertsOf = (keep: (alert: Alert) => boolean): readonly Alert[] =>
    [...alerts.values()].filter(keep).sort(byStart);

  async function commit(turn: TurnRecord): Promise<Committed> {
    advance(sources, turn);
    for (const alert of turn.alerts) {
      if (alert.state === 'resolved') alerts.delete(alert.fingerprint);
      else alerts.set(alert.fingerprint, alert);
    }
    for (const fingerprint of turn.dropped) alerts.delete(fingerprint);
    const { written, numberOf } = incidents.write(turn.incidents);
    incidents.append(turn.timeline.map((entry) => ({ ...entry, incident: numberOf(entry.incident) })));
    const rows = turn.outbox.map((row) => {
      const id = incidentOfTopic(row.topic);
      return id === undefined ? row : { ...row, topic: incidentTopic(numberOf(id)) };
    });
    outbox.enqueue(rows);
    return { incidents: written, outbox: rows };
  }

  return {
    known: async (source) =>
      knownOf(
        sources.get(source),
        alertsOf(({ sourceKey }) => sourceKey === source),
      ),
    affected: async (ask) => incidents.affected(ask),
    commit,
    alerts: async ({ tenant } = {}) => alertsOf((alert) => tenant === undefined || alert.tenant === tenant),
    incident: async (id) => incidents.get(id),
    incidents: async (filter) => incidents.find(filter),
    timeline: async (id, afterSeq = 0) => incidents.lines(id).filter(({ seq }) => seq > afterSeq),
    async editIncident({ incident, revision, timeline, outbox: rows }) {
      const is = incidents.get(incident.id)?.revision;
      if (is !== revision)
        throw new Fault('store.conflict', `${incidentName(incident.id)} is at revision ${is ?? 'none'}.`);
      const edited = { ...incident, revision: revision + 1 };
      incidents.write([edited]);
      incidents.append(timeline);
      outbox.enqueue(rows);
      return edited;
    },
    async appendTimeline(entries) {
      incidents.append(entries);
    },
    ...outbox.store,
    ...openSilences(),
    channels: async () => [...channels.values()],
    putChannel: async (health) => void channels.set(health.channel, health),
    lease: async () => true,
    release: async () => undefined,
    audit: async () => undefined,
    // Nobody is called in a replay.
    escalations: async () => [],
    pages: async () => [],
    endPage: async () => undefined,
  };
}

interface SourceState {
  readonly version: number;
  readonly fresh: boolean;
  readonly memory: Known['memory'];
  readonly health: Known['health'];
  /** In the order of their subjects, as the SQL gives them. */
  readonly facts: ReadonlyMap<string, Fact>;
}

function knownOf(state: SourceState | undefined, alerts: readonly Alert[]): Known {
  return {
    version: state?.version ?? 0,
    fresh: state?.fresh ?? true,
    memory: state?.memory,
    health: state?.health,
    facts: state?.facts ?? new Map<string, Fact>(),
    alerts,
  };
}

function advance(sources: Map<SourceKey, SourceState>, turn: TurnRecord): void {
  const before = sources.get(turn.source);
  if ((before?.version ?? 0) !== turn.version)
    throw new Fault('store.conflict', `${turn.source} is at version ${before?.version ?? 0}.`);
  sources.set(turn.source, {
    version: turn.version + 1,
    fresh: (before?.fresh ?? true) && !turn.good,
    memory: turn.memory ?? before?.memory,
    health: turn.health,
    facts: factsAfter(before?.facts ?? new Map<string, Fact>(), turn),
  });
}

function factsAfter(
  before: ReadonlyMap<string, Fact>,
  { put, gone }: Pick<TurnRecord, 'put' | 'gone'>,
): ReadonlyMap<string, Fact> {
  if (put.length === 0 && gone.length === 0) return before;
  const after = new Map(before);
  for (const subject of gone) after.delete(subject);
  for (const fact of put) after.set(fact.subject, fact);
  if (put.every(({ subject }) => before.has(subject))) return after;
  return new Map([...after].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function byStart(a: Alert, b: Alert): number {
  return a.startsAt - b.startsAt || (a.fingerprint < b.fingerprint ? -1 : 1);
}
