import { describe, expect, it } from '@jest/globals';
import { calendarText, occurrences } from '../../src/lib/ical.js';
import { DAY } from '../../src/model/time.js';

const ZONE = `BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE`;

function calendar(...events: string[]): string {
  return ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//', ZONE, ...events, 'END:VCALENDAR']
    .join('\n')
    .replace(/\n/g, '\r\n');
}

function event(uid: string, ...lines: string[]): string {
  return ['BEGIN:VEVENT', `UID:${uid}`, 'DTSTAMP:20261001T000000Z', ...lines, 'END:VEVENT'].join('\n');
}

const NOV = Date.UTC(2026, 10, 1);
const said = (text: string, from = NOV, to = NOV + 30 * DAY): string[] =>
  occurrences(text, from, to).map(
    ({ title, from: begins, to: ends }) =>
      `${title} ${new Date(begins).toISOString().slice(0, 16)} ${new Date(ends).toISOString().slice(0, 16)}`,
  );

describe('the events of a calendar', () => {
  it('are of the zone that the file defines, on both sides of a change of the clocks', () => {
    const weekly = event(
      'a',
      'SUMMARY:Alice',
      'DTSTART;TZID=Europe/Paris:20261019T090000',
      'DTEND;TZID=Europe/Paris:20261019T170000',
      'RRULE:FREQ=WEEKLY;COUNT=3',
    );
    expect(said(calendar(weekly), NOV - 30 * DAY)).toEqual([
      'Alice 2026-10-19T07:00 2026-10-19T15:00',
      'Alice 2026-10-26T08:00 2026-10-26T16:00',
      'Alice 2026-11-02T08:00 2026-11-02T16:00',
    ]);
  });

  it('leave out what was cancelled and know what was moved', () => {
    const series = event(
      'a',
      'SUMMARY:Alice',
      'DTSTART:20261102T090000Z',
      'DTEND:20261102T100000Z',
      'RRULE:FREQ=DAILY;COUNT=3',
      'EXDATE:20261103T090000Z',
    );
    const moved = event(
      'a',
      'RECURRENCE-ID:20261104T090000Z',
      'SUMMARY:Bob for Alice',
      'DTSTART:20261104T120000Z',
      'DTEND:20261104T130000Z',
    );
    expect(said(calendar(series, moved))).toEqual([
      'Alice 2026-11-02T09:00 2026-11-02T10:00',
      'Bob for Alice 2026-11-04T12:00 2026-11-04T13:00',
    ]);
  });

  it('may be whole days, and those outside of the time that is asked for are left out', () => {
    const day = event('d', 'SUMMARY:Carol', 'DTSTART;VALUE=DATE:20261110', 'DTEND;VALUE=DATE:20261112');
    const old = event('o', 'SUMMARY:Old', 'DTSTART:20250101T000000Z', 'DTEND:20250102T000000Z');
    expect(said(calendar(day, old))).toEqual(['Carol 2026-11-10T00:00 2026-11-12T00:00']);
  });

  it('of a series without an end are as many as fit', () => {
    const endless = event(
      'e',
      'SUMMARY:Dave',
      'DTSTART:20260101T000000Z',
      'DTEND:20260101T010000Z',
      'RRULE:FREQ=DAILY',
    );
    expect(occurrences(calendar(endless), NOV, NOV + 10 * DAY)).toHaveLength(10);
  });

  it.each(['', '<html>Sign in</html>', 'BEGIN:VCALENDAR'])('are not in %j', (text) => {
    expect(() => occurrences(text, NOV, NOV + DAY)).toThrow();
  });
});

describe('a calendar that is made', () => {
  it('is read as it was written, with its long lines folded', () => {
    const at = Date.UTC(2026, 10, 23, 8);
    const entries = [
      { id: 'voice-1', title: 'alice, née; Müller \\ 漢字 · voice', from: at, to: at + 7 * DAY },
      { id: 'voice-2', title: 'b'.repeat(200), from: at + 7 * DAY, to: at + 14 * DAY },
    ];
    const text = calendarText('On call: voice', entries);
    expect(occurrences(text, at, at + 30 * DAY)).toEqual(entries.map(({ id: _, ...entry }) => entry));
    expect(text).toContain('DTSTART:20261123T080000Z\r\n');
    expect(text).toContain('REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n');
    expect(Math.max(...text.split('\r\n').map((line) => Buffer.byteLength(line)))).toBeLessThan(80);
  });
});
