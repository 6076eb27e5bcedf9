import type { Firing } from '../model/alert.js';
import type { Actor, TimelineEntry } from '../model/incident.js';
import { HOUR, type Instant } from '../model/time.js';

/** What people did about one firing of an alert. */
export interface Handled {
  /** Somebody acknowledged its incident, or had it already. */
  readonly acknowledged: boolean;
  /** Somebody acknowledged, snoozed, noted or resolved. */
  readonly acted: boolean;
}

/** Somebody who writes a note this long after the end still acted on it. */
const AFTERWARDS = HOUR;

/**
 * Tells for each firing whether somebody acted on it: on its incident, between its beginning and an hour after its end, or
 * before it and still at it. `acts` are the lines of all incidents, in order.
 */
export function openHandled(acts: readonly TimelineEntry[]): (firing: Firing, now: Instant) => Handled {
  const byIncident = new Map<number, TimelineEntry[]>();
  for (const act of acts) {
    const lines = byIncident.get(act.incident);
    if (lines === undefined) byIncident.set(act.incident, [act]);
    else lines.push(act);
  }
  return (firing, now) => {
    const lines = firing.incident === undefined ? [] : (byIncident.get(firing.incident) ?? []);
    return handledIn(lines, firing.firedAt, (firing.endedAt ?? now) + AFTERWARDS);
  };
}

function handledIn(lines: readonly TimelineEntry[], from: Instant, to: Instant): Handled {
  const during = lines.filter(({ at, actor }) => at >= from && at <= to && isPerson(actor));
  const acknowledged =
    hadBefore(lines, from) || during.some(({ kind }) => kind === 'acknowledged' || kind === 'snoozed');
  return {
    acknowledged,
    acted: acknowledged || during.some(({ kind }) => kind === 'note' || kind === 'resolved'),
  };
}

function hadBefore(lines: readonly TimelineEntry[], at: Instant): boolean {
  const last = lines.findLast((line) => line.at < at && line.kind !== 'note');
  return last?.kind === 'acknowledged' || last?.kind === 'snoozed';
}

export function isPerson({ via }: Actor): boolean {
  return via !== 'engine' && via !== 'source';
}
