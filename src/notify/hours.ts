import { Temporal } from 'temporal-polyfill';
import type { MuteTime } from '../model/silence.js';
import type { Instant } from '../model/time.js';

/**
 * By the clock on the wall of its zone: `from` and `to` are minutes of the local day, and a range that ends before it
 * begins runs over midnight into the next day. In the night in which an hour comes twice both of them count, and in the one
 * in which an hour is left out a range that begins within it begins after it.
 */
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

const DAYS_AHEAD = 8;

/** When being inside one of these times (or outside all of them) ends next; undefined when it never does. */
export function nextTurn(times: readonly MuteTime[], now: Instant, inside: boolean): Instant | undefined {
  const isInside = (at: Instant): boolean => times.some((time) => within(time, at));
  return times
    .flatMap((time) => edges(time, now))
    .sort((a, b) => a - b)
    .find((at) => at > now && isInside(at) !== inside);
}

/** Every beginning and end of the coming week, and where the clocks change. */
function edges({ timeZone, times }: MuteTime, now: Instant): Instant[] {
  const start = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone);
  const change = start.getTimeZoneTransition('next');
  const minutes = [...new Set(times.flatMap(({ from, to }) => [from, to]))];
  const found = Array.from({ length: DAYS_AHEAD + 1 }, (_, day) =>
    start.add({ days: day }).toPlainDate(),
  ).flatMap((date) =>
    minutes.flatMap((minute) => {
      const local = date.toPlainDateTime().add({ minutes: minute });
      // An hour that comes twice has two such moments.
      return (['earlier', 'later'] as const).map(
        (disambiguation) => local.toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds,
      );
    }),
  );
  return change === null ? found : [...found, change.epochMilliseconds];
}
