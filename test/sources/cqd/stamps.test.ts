import { describe, expect, it } from '@jest/globals';
import { isStamp, localText, readStamps } from '../../../src/sources/cqd/stamps.js';

const at = (iso: string): number => Date.parse(iso);
const read = (
  texts: readonly string[],
  now: string,
  timeZone = 'Europe/Paris',
  known: readonly string[] = [],
): readonly string[] =>
  readStamps(texts, { timeZone, now: at(now), known: new Set(known.map(at)) }).map(({ at: instant }) =>
    new Date(instant).toISOString().replace('.000Z', 'Z'),
  );

describe('a stamp', () => {
  it.each([
    ['01/18/2015 10:30:13', true],
    ['1/8/2015 9:30:13', true],
    ['18/01/2015 10:30:13', false],
    ['02/30/2015 10:30:13', false],
    ['2015-01-18T10:30:13', false],
    ['01/18/2015 10:30', false],
  ])('%s: %s', (text, expected) => {
    expect(isStamp(text)).toBe(expected);
  });

  it('is read in the site’s zone and not in that of this machine', () => {
    expect(read(['01/18/2015 10:30:13'], '2015-01-18T12:00:00Z')).toEqual(['2015-01-18T09:30:13Z']);
    expect(read(['01/18/2015 10:30:13'], '2015-01-18T22:00:00Z', 'America/Los_Angeles')).toEqual([
      '2015-01-18T18:30:13Z',
    ]);
  });

  it('may come in any order', () => {
    expect(
      read(['01/18/2015 10:00:00', '01/18/2015 10:30:00', '01/18/2015 10:15:00'], '2015-01-18T12:00:00Z'),
    ).toEqual(['2015-01-18T09:30:00Z', '2015-01-18T09:15:00Z', '2015-01-18T09:00:00Z']);
  });
});

describe('the night an hour comes twice (Paris, 25 October 2026, 03:00 becomes 02:00 at 01:00 UTC)', () => {
  const NIGHT = '10/25/2026 ';
  it('reads the first pass while the second is still to come', () => {
    expect(read([`${NIGHT}02:30:17`, `${NIGHT}02:15:17`], '2026-10-25T00:31:00Z')).toEqual([
      '2026-10-25T00:30:17Z',
      '2026-10-25T00:15:17Z',
    ]);
  });

  it('keeps newest first over both passes', () => {
    expect(
      read(
        ['02:15:17', '02:00:17', '02:45:17', '02:30:17', '02:15:17'].map((time) => NIGHT + time),
        '2026-10-25T01:16:00Z',
      ),
    ).toEqual([
      '2026-10-25T01:15:17Z',
      '2026-10-25T01:00:17Z',
      '2026-10-25T00:45:17Z',
      '2026-10-25T00:30:17Z',
      '2026-10-25T00:15:17Z',
    ]);
  });

  it('does not make a dead job younger: what was seen in the first pass stays there', () => {
    const [texts, now] = [[`${NIGHT}02:45:17`, `${NIGHT}02:30:17`], '2026-10-25T02:10:00Z'] as const;
    expect(read(texts, now)[0]).toBe('2026-10-25T01:45:17Z');
    expect(read(texts, now, 'Europe/Paris', ['2026-10-25T00:45:17Z', '2026-10-25T00:30:17Z'])).toEqual([
      '2026-10-25T00:45:17Z',
      '2026-10-25T00:30:17Z',
    ]);
  });

  it('shows the offset there and only there', () => {
    expect(localText(at('2026-10-25T00:15:17Z'), 'Europe/Paris')).toBe('2026-10-25 02:15:17+02:00');
    expect(localText(at('2026-10-25T01:15:17Z'), 'Europe/Paris')).toBe('2026-10-25 02:15:17+01:00');
    expect(localText(at('2026-10-25T02:15:17Z'), 'Europe/Paris')).toBe('2026-10-25 03:15:17');
  });
});

describe('the night an hour is missing (Paris, 29 March 2026, 02:00 becomes 03:00 at 01:00 UTC)', () => {
  it('moves a stamp that no clock ever showed forward', () => {
    expect(read(['03/29/2026 02:30:00', '03/29/2026 01:45:00'], '2026-03-29T02:00:00Z')).toEqual([
      '2026-03-29T01:30:00Z',
      '2026-03-29T00:45:00Z',
    ]);
  });
});
