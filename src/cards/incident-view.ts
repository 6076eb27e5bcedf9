import type { Alert } from '../model/alert.js';
import type { Incident, TimelineEntry } from '../model/incident.js';
import { compareSeverity } from '../model/severity.js';
import type { Telling } from '../model/telling.js';
import type { Duration, Instant } from '../model/time.js';
import { instantOf } from './values.js';

export interface IncidentView {
  readonly incident: Incident;
  readonly timeline: readonly TimelineEntry[];
  /** Where it was told: named in the small print. */
  readonly tellings?: readonly Telling[];
  readonly silencedUntil?: Instant;
  readonly now: Instant;
  /** The console's public address without a trailing slash; empty when there is none. */
  readonly url: string;
  /** Said on the card when the message leaves long after the change it tells. */
  readonly late?: { readonly ms: Duration; readonly reason: string };
}

/** The alert that speaks for its incident: the worst that still fires, else the one that ended last. */
export function mainAlert(incident: Incident): Alert | undefined {
  return [...incident.alerts].sort(
    (a, b) =>
      Number(a.state === 'resolved') - Number(b.state === 'resolved') ||
      compareSeverity(a.severity, b.severity) ||
      (a.state === 'resolved' ? (b.endsAt ?? 0) - (a.endsAt ?? 0) : a.startsAt - b.startsAt),
  )[0];
}

/** An edge rule's incident only announces: it is never "resolved" and there is nothing to acknowledge. */
export function isAnnouncement(incident: Incident): boolean {
  return incident.alerts.length > 0 && incident.alerts.every((alert) => alert.once);
}

/** When it began: as the source says, else when it was seen first. */
export function beganAt(incident: Incident, main: Alert | undefined): Instant {
  if (main === undefined) return incident.openedAt;
  // A CQD stage's startedAt is that of a run.
  const keys = main.values['type'] === 'cqd' ? ['since'] : ['startedAt', 'blindSince'];
  const said = instantOf(main.values, ...keys);
  return Math.min(said ?? main.startsAt, incident.openedAt);
}
