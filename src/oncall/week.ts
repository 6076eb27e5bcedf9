import { Temporal } from 'temporal-polyfill';
import type { WeekTime } from '../model/schedule.js';
import type { Instant } from '../model/time.js';
import { instantOf } from './rotation.js';

/** Whether an instant lies within one of the times of the week; without any it always does. */
export function isOpen(only: readonly WeekTime[], timeZone: string, at: Instant): boolean {
  if (only.length === 0) return true;
  const today = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate();
  return [today.subtract({ days: 1 }), today].some((day) =>
    spansOf(only, day, timeZone).some(({ from, to }) => from <= at && at < to),
  );
}

/** Where the times of the week begin and end between two instants. */
export function edgesOf(only: readonly WeekTime[], timeZone: string, from: Instant, to: Instant): Instant[] {
  const edges: Instant[] = [];
  if (only.length === 0) return edges;
  const local = (at: Instant): Temporal.PlainDate =>
    Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate();
  const last = local(to);
  for (let day = local(from).subtract({ days: 1 }); Temporal.PlainDate.compare(day, last) <= 0;) {
    for (const span of spansOf(only, day, timeZone)) edges.push(span.from, span.to);
    day = day.add({ days: 1 });
  }
  return edges.filter((edge) => edge > from && edge < to);
}

/** The spans that begin on a local day. */
function spansOf(
  only: readonly WeekTime[],
  day: Temporal.PlainDate,
  timeZone: string,
): { from: Instant; to: Instant }[] {
  return only
    .filter(({ days }) => days.includes(day.dayOfWeek))
    .map(({ from, to }) => ({
      from: instantOf(day, from, timeZone),
      to: instantOf(day, to > from ? to : to + 1440, timeZone),
    }));
}
