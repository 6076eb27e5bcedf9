import { describe, expect, it } from '@jest/globals';
import { proseToIso, toIso } from '../../src/sources/dates.js';

describe('a foreign date', () => {
  it.each<[unknown, string | null]>([
    ['2021-08-06T20:28:36.537Z', '2021-08-06T20:28:36.537Z'],
    ['2021-08-06T20:28:36Z', '2021-08-06T20:28:36.000Z'],
    ['2019-11-01T00:00:08.2589935Z', '2019-11-01T00:00:08.258Z'],
    ['2021-08-06T20:28:36.5Z', '2021-08-06T20:28:36.500Z'],
    ['2022-01-22T15:01:15', '2022-01-22T15:01:15.000Z'],
    ['2022-01-22T15:01:15+02:00', '2022-01-22T13:01:15.000Z'],
    ['2022-01-22T15:01:15+0200', '2022-01-22T13:01:15.000Z'],
    ['2022-01-22', '2022-01-22T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', null],
    ['0000-01-01T00:00:00Z', null],
    ['01/18/2015 10:30:13', null],
    ['2022-13-45T00:00:00Z', null],
    ['yesterday', null],
    ['', null],
    [null, null],
    [undefined, null],
    [1_640_000_000_000, null],
  ])('%p is %p', (value, expected) => {
    expect(toIso(value)).toBe(expected);
  });
});

describe('a date in prose', () => {
  it.each<[string, string | null]>([
    ['Friday, August 6, 2021, at 9:00 PM UTC', '2021-08-06T21:00:00.000Z'],
    ['Wednesday, November 17, 2021, at 2:30 PM UTC', '2021-11-17T14:30:00.000Z'],
    ['Monday, July 17, 2023, 5:00 PM (9:00 PM UTC)', '2023-07-17T21:00:00.000Z'],
    ['Monday, July 17, 2023, at 5:00 PM PST (1:00 AM UTC)', '2023-07-17T01:00:00.000Z'],
    ['Monday, November 2, 2026, at 14:00 UTC', '2026-11-02T14:00:00.000Z'],
    ['Nov 2nd, 2026 12:00 AM UTC', '2026-11-02T00:00:00.000Z'],
    ['Monday, November 2, 2026, at 12:15 PM UTC.', '2026-11-02T12:15:00.000Z'],
    ['Monday, November 2, 2026, at 9 PM UTC', '2026-11-02T21:00:00.000Z'],
    ['Monday, November 2, 2026, at 9:00 PM', '2026-11-02T21:00:00.000Z'],
    ['Monday, November 2, 2026, at 9:00 PM PST', null],
    ['Monday, November 31, 2026, at 9:00 PM UTC', null],
    ['Monday, November 2, 2026, at 25:00 UTC', null],
    ['2026-11-02T14:00:00Z', '2026-11-02T14:00:00.000Z'],
    ['as soon as we can', null],
    ['', null],
  ])('%s', (text, expected) => {
    expect(proseToIso(text)).toBe(expected);
  });
});
