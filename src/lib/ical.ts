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

/** An event of a calendar that is made. Its id stays the same when it is made anew. */
export interface CalendarEntry extends Occurrence {
  readonly id: string;
}

/** A calendar as other programs subscribe to it (RFC 5545), in UTC: each shows it in its own zone. */
export function calendarText(name: string, entries: readonly CalendarEntry[]): string {
  const calendar = new ICAL.Component('vcalendar');
  calendar.addPropertyWithValue('prodid', '-//Tocsin//On call//EN');
  calendar.addPropertyWithValue('version', '2.0');
  calendar.addPropertyWithValue('x-wr-calname', name);
  // How often it is worth asking again: RFC 7986 says the first, Outlook reads the second.
  calendar.addProperty(ICAL.Property.fromString('REFRESH-INTERVAL;VALUE=DURATION:PT15M'));
  calendar.addPropertyWithValue('x-published-ttl', 'PT15M');
  for (const { id, title, from, to } of entries) {
    const event = new ICAL.Component('vevent');
    event.addPropertyWithValue('uid', `${id}@tocsin`);
    event.addPropertyWithValue('dtstamp', utcTime(from));
    event.addPropertyWithValue('dtstart', utcTime(from));
    event.addPropertyWithValue('dtend', utcTime(to));
    event.addPropertyWithValue('summary', title);
    calendar.addSubcomponent(event);
  }
  return `${calendar.toString()}\r\n`;
}

function utcTime(at: Instant): ICAL.Time {
  return ICAL.Time.fromJSDate(new Date(at), true);
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
