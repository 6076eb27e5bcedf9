import { Temporal } from 'temporal-polyfill';
import type { Incident, Destination } from '../model/incident.js';
import type { Inhibition, MatchLabels, MuteTime, Silence } from '../model/silence.js';
import type { Alert } from '../model/alert.js';
import type { Instant } from '../model/time.js';

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
  const first = hushes[0];
  if (first !== undefined && hushes.every((found) => found !== undefined)) return first;
  return muted(input);
}

export function silencesOf(
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
    detail: `by ${longest.author.name}: ${longest.comment}`,
    until: longest.endsAt,
  };
}

function inhibited(alert: Alert, { inhibitions, firing, matches }: HushInput): Hush | undefined {
  for (const inhibition of inhibitions) {
    if (!matches(inhibition.target, alert.labels)) continue;
    // As in Alertmanager: an alert that is on both sides does not mute itself.
    const by = firing.find(
      (other) =>
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
  if (mute !== undefined) return { reason: 'muted', detail: `mute time ${mute.name}` };
  if (destination.activeTimes.length === 0) return undefined;
  return named(destination.activeTimes).some((time) => within(time, now))
    ? undefined
    : { reason: 'muted', detail: `outside ${destination.activeTimes.join(', ')}` };
}

/** `from` and `to` are minutes of the local day; a range that ends before it begins runs over midnight into the next day. */
export function within(time: MuteTime, now: Instant): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(time.timeZone);
  const minute = local.hour * 60 + local.minute;
  const yesterday = local.dayOfWeek === 1 ? 7 : local.dayOfWeek - 1;
  return time.times.some(({ days, from, to }) =>
    from < to
      ? days.includes(local.dayOfWeek) && minute >= from && minute < to
      : (days.includes(local.dayOfWeek) && minute >= from) || (days.includes(yesterday) && minute < to),
  );
}
