import { DAY, HOUR, MINUTE, type Duration, type Instant } from '../../model/time.js';

const TICKS: readonly Duration[] = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 4, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 4, 7, 14].map((days) => days * DAY),
];
const MOST_TICKS = 8;

/** A distance between labels on an axis of time that gives a handful of them at round times. */
export function tickOf(span: Duration): Duration {
  return TICKS.find((tick) => span / tick <= MOST_TICKS) ?? 28 * DAY;
}

/** `02:15`, and `21 Nov` for the beginning of a day. In UTC. */
export function tickText(at: Instant): string {
  return at % DAY === 0 ? dayText(at) : timeText(at);
}

/** `21 Nov 2026`, or `20 Nov – 21 Nov 2026`. In UTC. */
export function daysText(from: Instant, to: Instant): string {
  const last = Math.max(from, to - 1);
  const year = new Date(last).getUTCFullYear();
  const days = dayText(from) === dayText(last) ? dayText(last) : `${dayText(from)} – ${dayText(last)}`;
  return `${days} ${year}`;
}

/** `02:15 – 03:15 UTC, 21 Nov 2026`, or `20 Nov 02:15 – 21 Nov 2026 02:15 UTC`. */
export function spanText(from: Instant, to: Instant): string {
  if (dayText(from) === dayText(to - 1))
    return `${timeText(from)} – ${timeText(to)} UTC, ${daysText(from, to)}`;
  return `${dayText(from)} ${timeText(from)} – ${daysText(to, to + 1)} ${timeText(to)} UTC`;
}

export function timeText(at: Instant): string {
  return new Date(at).toISOString().slice(11, 16);
}

/** `Sat 02h`. In UTC. */
export function hourText(at: Instant): string {
  const day = new Date(at).toLocaleString('en-GB', { weekday: 'short', timeZone: 'UTC' });
  return `${day} ${timeText(at).slice(0, 2)}h`;
}

/** `21 Nov`. In UTC. */
export function dayText(at: Instant): string {
  const day = new Date(at);
  const month = day.toLocaleString('en-GB', { month: 'short', timeZone: 'UTC' });
  return `${day.getUTCDate()} ${month}`;
}
