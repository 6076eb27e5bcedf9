import type { Alert } from '../model/alert.js';
import {
  ENGINE,
  flapping,
  nextStepAt,
  type Flap,
  type Incident,
  type TimelineEntry,
  type TimelineKind,
} from '../model/incident.js';
import type { Instant } from '../model/time.js';
import { span } from '../lib/duration.js';
import { calmed } from './flap.js';
import { settled } from './settle.js';
import { closed, wake } from './snooze.js';

export interface Ticked {
  readonly incident: Incident;
  readonly lines: readonly TimelineEntry[];
}

/**
 * What time alone does to an incident: its snooze ends, and what flapped has calmed down. Undefined when nothing is due.
 * The revision is raised by one; what it says is worth a look.
 */
export function tick(incident: Incident, at: Instant): Ticked | undefined {
  const passed = passTime(incident, at);
  return passed.incident === incident
    ? undefined
    : { incident: settled(passed.incident, incident, at), lines: passed.lines };
}

/** The same, before revision and severity follow: for who has more to change. */
export function passTime(incident: Incident, at: Instant): Ticked {
  const due = nextStepAt(incident);
  if (due === undefined || due > at) return { incident, lines: [] };
  return endSnooze(calmDown({ incident, lines: [] }, at), at);
}

function calmDown(ticked: Ticked, at: Instant): Ticked {
  return flapping(ticked.incident)
    .filter((flap) => flap.calmAt <= at)
    .reduce((before, flap) => calm(before, flap, at), ticked);
}

function calm({ incident, lines }: Ticked, flap: Flap, at: Instant): Ticked {
  const alert = incident.alerts.find((other) => other.fingerprint === flap.fingerprint);
  const rest = calmed(incident, flap.fingerprint);
  if (alert === undefined) return { incident: rest, lines };
  const quiet = line(incident, 'calm', calmWords(alert, flap), at);
  if (flap.over === undefined) return { incident: rest, lines: [...lines, quiet] };
  const after = endAlert(rest, alert, flap.over.at);
  if (after.alerts.some((other) => other.state === 'firing'))
    return { incident: after, lines: [...lines, quiet] };
  const end = line(incident, 'resolved', `Resolved: ${alert.summary}`, at);
  return { incident: closed(after, at, ENGINE.name), lines: [...lines, quiet, end] };
}

function endAlert(incident: Incident, alert: Alert, endsAt: Instant): Incident {
  const over: Alert = { ...alert, state: 'resolved', endsAt };
  return {
    ...incident,
    alerts: incident.alerts.map((other) => (other.fingerprint === over.fingerprint ? over : other)),
  };
}

/** How long it flapped and how often, and what it does now. */
function calmWords({ summary }: Alert, { count, since, over, calmAt }: Flap): string {
  const flapped = since === undefined ? '' : ` in ${span(calmAt - since)}`;
  const now = over === undefined ? 'it fires steadily now' : 'it is over now';
  return `Calmed down, ${now}: ${summary}. It had fired ${count} times${flapped}.`;
}

function endSnooze({ incident, lines }: Ticked, at: Instant): Ticked {
  const { snoozedUntil, acknowledgedBy, state } = incident;
  if (state !== 'acknowledged' || snoozedUntil === undefined || snoozedUntil > at) return { incident, lines };
  const words = `The snooze of ${acknowledgedBy ?? 'somebody'} is over, and it still fires.`;
  return { incident: wake(incident, at), lines: [...lines, line(incident, 'woke', words, at)] };
}

function line(incident: Incident, kind: TimelineKind, text: string, at: Instant): TimelineEntry {
  return { incident: incident.id, seq: 0, at, kind, actor: ENGINE, text, thread: true };
}
