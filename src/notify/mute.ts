import type { Incident, Destination } from '../model/incident.js';
import type { Inhibition, MatchLabels, MuteTime, Silence } from '../model/silence.js';
import type { Alert } from '../model/alert.js';
import type { Instant } from '../model/time.js';
import { nextTurn, within } from './hours.js';

/** Why an incident makes no noise now, in words; undefined when it may. */
export interface Hush {
  readonly reason: 'silenced' | 'inhibited' | 'muted';
  readonly detail: string;
  /** When it ends, when that is known. */
  readonly until?: Instant;
}

export interface HushInput {
  readonly incident: Incident;
  readonly destination: Destination;
  readonly silences: readonly Silence[];
  readonly inhibitions: readonly Inhibition[];
  readonly muteTimes: readonly MuteTime[];
  /** Every firing alert there is: one of them may inhibit. */
  readonly firing: readonly Alert[];
  readonly matches: MatchLabels;
  readonly now: Instant;
}

/** An incident is hushed when each of its firing alerts is silenced or inhibited, or its route is muted at this hour. */
export function hush(input: HushInput): Hush | undefined {
  const alerts = input.incident.alerts.filter((alert) => alert.state === 'firing');
  const hushes = alerts.map((alert) => silenced(alert, input) ?? inhibited(alert, input));
  const held = hushes.filter((found) => found !== undefined);
  // It is quiet as long as all of them are: the first to end decides.
  const [first] = held.sort((a, b) => (a.until ?? input.now) - (b.until ?? input.now));
  if (first !== undefined && held.length === alerts.length) return first;
  return muted(input);
}

function silencesOf(
  alerts: readonly Alert[],
  silences: readonly Silence[],
  matches: MatchLabels,
  now: Instant,
): Silence[] {
  return silences.filter(
    (silence) =>
      silence.startsAt <= now &&
      now < silence.endsAt &&
      alerts.some((alert) => matches(silence.matchers, alert.labels)),
  );
}

function silenced(alert: Alert, { silences, matches, now }: HushInput): Hush | undefined {
  const [longest] = silencesOf([alert], silences, matches, now).sort((a, b) => b.endsAt - a.endsAt);
  if (longest === undefined) return undefined;
  return {
    reason: 'silenced',
    // Its comment may be about more than this incident.
    detail: `by ${longest.author.name} (#${longest.id})`,
    until: longest.endsAt,
  };
}

function inhibited(alert: Alert, { inhibitions, firing, matches }: HushInput): Hush | undefined {
  for (const inhibition of inhibitions) {
    if (!matches(inhibition.target, alert.labels)) continue;
    // As in Alertmanager: an alert that is on both sides does not mute itself.
    const by = firing.find(
      (other) =>
        other.state === 'firing' &&
        other.fingerprint !== alert.fingerprint &&
        matches(inhibition.source, other.labels) &&
        !(matches(inhibition.source, alert.labels) && matches(inhibition.target, other.labels)) &&
        inhibition.equal.every((name) => (other.labels[name] ?? '') === (alert.labels[name] ?? '')),
    );
    if (by !== undefined) return { reason: 'inhibited', detail: `by ${by.rule} on ${by.subject}` };
  }
  return undefined;
}

function muted({ destination, muteTimes, now }: HushInput): Hush | undefined {
  const named = (names: readonly string[]): MuteTime[] =>
    muteTimes.filter((time) => names.includes(time.name));
  const mute = named(destination.muteTimes).find((time) => within(time, now));
  if (mute !== undefined)
    return { reason: 'muted', detail: `mute time ${mute.name}`, ...ending([mute], now, true) };
  const active = named(destination.activeTimes);
  if (destination.activeTimes.length === 0 || active.some((time) => within(time, now))) return undefined;
  const detail = `outside ${destination.activeTimes.join(', ')}`;
  return { reason: 'muted', detail, ...ending(active, now, false) };
}

function ending(times: readonly MuteTime[], now: Instant, inside: boolean): { until?: Instant } {
  const until = nextTurn(times, now, inside);
  return until === undefined ? {} : { until };
}
