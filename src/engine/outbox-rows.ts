import { incidentTopic, shownRevision, type Incident } from '../model/incident.js';
import { SEVERITIES } from '../model/severity.js';
import type { SourceKey } from '../model/source.js';
import type { OutboxRow } from '../model/telling.js';
import type { Instant } from '../model/time.js';

/**
 * One row for each channel of an incident: a first card waits for its group, everything later goes at once. While an incident
 * gathers tenants, its card waits for them as for the first ones.
 */
export function outboxOf(incident: Incident, at: Instant, gathering = false): OutboxRow[] {
  if (incident.baselineOf !== undefined) return [];
  // Nothing that a card would show: a flapping alert came or went.
  if (shownRevision(incident) < incident.revision) return [];
  return incident.destinations.map((destination) => ({
    topic: incidentTopic(incident.id),
    channel: destination.channel,
    dueAt: Math.max(gathering ? at + destination.groupWait : at, incident.openedAt + destination.groupWait),
    changedAt: at,
    priority: SEVERITIES.indexOf(incident.severity),
    attempts: 0,
  }));
}

/** The first poll's one summary, in every channel that one of its incidents would go to. */
export function summaryRows(source: SourceKey, at: Instant, incidents: readonly Incident[]): OutboxRow[] {
  const channels = new Set(
    incidents
      .filter(
        ({ baselineOf, alerts }) =>
          baselineOf !== undefined && alerts.some(({ sourceKey }) => sourceKey === source),
      )
      .flatMap((incident) => incident.destinations.map((destination) => destination.channel)),
  );
  return [...channels].map((channel) => ({
    topic: `summary:${source}`,
    channel,
    dueAt: at,
    changedAt: at,
    priority: SEVERITIES.length,
    attempts: 0,
  }));
}
