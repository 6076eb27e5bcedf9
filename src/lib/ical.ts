import ICAL from 'ical.js';
import type { Instant } from '../model/time.js';

/** One occurrence of an event of a calendar. */
export interface Occurrence {
  readonly title: string;
  readonly from: Instant;
  readonly to: Instant;
}

/** A calendar of more than this is not somebody's rota. */
const MOST = 5_000;

/**
 * What an iCalendar file (RFC 5545) has between two instants, in order, repetitions and their exceptions worked out. Times
 * are of the zone that the file defines; whole days and floating times are of UTC. Throws when the text is no calendar.
 */
export function occurrences(text: string, from: Instant, to: Instant): readonly Occurrence[] {
  const calendar = new ICAL.Component(ICAL.parse(text) as unknown[]);
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
  const events = calendar.getAllSubcomponents('vevent').map((event) => new ICAL.Event(event));
  for (const exception of events.filter((event) => event.isRecurrenceException()))
    events.find((event) => event.uid === exception.uid && event !== exception)?.relateException(exception);
  const found = events
    .filter((event) => !event.isRecurrenceException())
    .flatMap((event) => ofEvent(event, from, to));
  return found.sort((a, b) => a.from - b.from).slice(0, MOST);
}

/** What the library's types name and do not define. */
interface Details {
  readonly item: ICAL.Event;
  readonly startDate: ICAL.Time;
  readonly endDate: ICAL.Time;
}

function ofEvent(event: ICAL.Event, from: Instant, to: Instant): Occurrence[] {
  if (!event.isRecurring()) return between(event.summary, event.startDate, event.endDate, from, to);
  const found: Occurrence[] = [];
  const times = event.iterator();
  for (let n = 0; n < MOST; n += 1) {
    // The types say that there is always a next one.
    const next = times.next() as ICAL.Time | null | undefined;
    if (next === null || next === undefined || at(next) >= to) break;
    const { item, startDate, endDate } = event.getOccurrenceDetails(next) as unknown as Details;
    found.push(...between(item.summary, startDate, endDate, from, to));
  }
  return found;
}

function between(title: unknown, start: ICAL.Time, end: ICAL.Time, from: Instant, to: Instant): Occurrence[] {
  const [begins, ends] = [at(start), at(end)];
  if (ends <= from || begins >= to || ends <= begins) return [];
  return [{ title: typeof title === 'string' ? title : '', from: begins, to: ends }];
}

function at(time: ICAL.Time): Instant {
  return time.zone === ICAL.Timezone.localTimezone
    ? Date.parse(`${time.toString()}${time.isDate ? '' : 'Z'}`)
    : time.toUnixTime() * 1000;
}
