import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { onCall, type Roster } from '../../src/oncall/on-call.js';
import { shiftAt, shifts } from '../../src/oncall/shifts.js';
import type { CalendarLayer, Override, Rotation, RotationLayer, Schedule } from '../../src/model/schedule.js';
import { DAY, HOUR, MINUTE } from '../../src/model/time.js';

const PEOPLE = ['alice', 'bob', 'carol', 'dave'];

/** `2026-03-29 01:59` in a zone; `+` behind it takes the second of two equal local times. */
function at(local: string, timeZone = 'Europe/Paris'): number {
  const later = local.endsWith('+');
  return Temporal.PlainDateTime.from(local.replace('+', '').replace(' ', 'T')).toZonedDateTime(timeZone, {
    disambiguation: later ? 'later' : 'earlier',
  }).epochMilliseconds;
}

function rotation(over: Partial<Rotation> = {}): Rotation {
  return { every: 1, unit: 'week', handoverMinute: 9 * 60, handoverDay: 1, ...over };
}

function layer(over: Partial<RotationLayer> = {}): RotationLayer {
  return {
    kind: 'rotation',
    timeZone: 'Europe/Paris',
    only: [],
    from: '2026-01-05',
    rotation: rotation(),
    people: ['alice', 'bob'],
    ...over,
  };
}

function schedule(...layers: Schedule['layers'][number][]): Schedule {
  return { name: 'voice', timeZone: 'Europe/Paris', layers };
}

function roster(over: Partial<Roster> = {}): Roster {
  return { people: new Set(PEOPLE), overrides: [], away: [], calendars: new Map(), ...over };
}

let nextId = 0;
function override(person: string, from: number, to: number, over: Partial<Override> = {}): Override {
  nextId += 1;
  return { id: nextId, schedule: 'voice', person, from, to, author: 'lead', comment: '', at: 0, ...over };
}

const weekly = schedule(layer());
const daily = schedule(layer({ rotation: rotation({ unit: 'day' }), people: ['alice', 'bob', 'carol'] }));
const twelve = schedule(layer({ rotation: rotation({ unit: 'hour', every: 12 }) }));
const hourly = schedule(
  layer({ rotation: rotation({ unit: 'hour', handoverMinute: 0 }), people: ['alice', 'bob', 'carol'] }),
);
const inZone = (timeZone: string, unit: Rotation['unit'], handoverMinute: number, from: string): Schedule =>
  schedule(layer({ timeZone, from, rotation: rotation({ unit, handoverMinute }), people: ['alice', 'bob'] }));

const NIGHT = { days: [1, 2, 3, 4, 5], from: 22 * 60, to: 6 * 60 };
const OFFICE = { days: [1, 2, 3, 4, 5], from: 9 * 60, to: 17 * 60 };
const nights = schedule(layer({ only: [NIGHT], people: ['alice'] }));
const office = schedule(
  layer({ only: [OFFICE], people: ['alice'] }),
  layer({ only: [NIGHT], people: ['bob'] }),
);
const sun = schedule(
  layer({ people: ['dave'] }),
  layer({ timeZone: 'Asia/Tokyo', only: [OFFICE], people: ['alice'] }),
  layer({ timeZone: 'Europe/Paris', only: [OFFICE], people: ['bob'] }),
  layer({ timeZone: 'America/New_York', only: [OFFICE], people: ['carol'] }),
);

describe('who is on call', () => {
  it.each<[string, Schedule, number, string | undefined]>([
    // Weeks.
    ['before the first handover', weekly, at('2026-01-05 08:59'), undefined],
    ['at the first handover', weekly, at('2026-01-05 09:00'), 'alice'],
    ['just before the second', weekly, at('2026-01-12 08:59'), 'alice'],
    ['at the second', weekly, at('2026-01-12 09:00'), 'bob'],
    ['a Sunday night', weekly, at('2026-01-18 23:59'), 'bob'],
    ['a year later', weekly, at('2027-01-04 09:00'), 'alice'],
    [
      'a rotation that begins in the middle of a week: a short first shift',
      schedule(layer({ from: '2026-01-08' })),
      at('2026-01-08 09:00'),
      'alice',
    ],
    [
      'which ends with the usual handover',
      schedule(layer({ from: '2026-01-08' })),
      at('2026-01-12 09:00'),
      'bob',
    ],
    [
      'two weeks each',
      schedule(layer({ rotation: rotation({ every: 2 }) })),
      at('2026-01-18 12:00'),
      'alice',
    ],
    [
      'two weeks each, the third',
      schedule(layer({ rotation: rotation({ every: 2 }) })),
      at('2026-01-19 09:00'),
      'bob',
    ],
    [
      'handover on Friday',
      schedule(layer({ from: '2026-01-09', rotation: rotation({ handoverDay: 5 }) })),
      at('2026-01-16 09:00'),
      'bob',
    ],
    [
      'a person who stands twice in the order',
      schedule(layer({ people: ['alice', 'alice', 'bob'] })),
      at('2026-01-12 09:00'),
      'alice',
    ],
    ['a layer that has ended', schedule(layer({ until: '2026-02-02' })), at('2026-02-02 09:00'), undefined],
    ['and just before it ended', schedule(layer({ until: '2026-02-02' })), at('2026-02-02 08:59'), 'bob'],
    // Days, over the end of a month, a leap day.
    ['a day', daily, at('2026-01-31 09:00'), 'carol'],
    ['over the end of a month', daily, at('2026-02-01 09:00'), 'alice'],
    [
      'three days each',
      schedule(layer({ rotation: rotation({ unit: 'day', every: 3 }) })),
      at('2026-01-08 09:00'),
      'bob',
    ],
    [
      'the day before a leap day',
      inZone('Europe/Paris', 'day', 540, '2028-02-27'),
      at('2028-02-28 12:00'),
      'bob',
    ],
    ['a leap day', inZone('Europe/Paris', 'day', 540, '2028-02-27'), at('2028-02-29 12:00'), 'alice'],
    [
      'the day after a leap day',
      inZone('Europe/Paris', 'day', 540, '2028-02-27'),
      at('2028-03-01 12:00'),
      'bob',
    ],
    [
      'no leap day in 2026',
      inZone('Europe/Paris', 'day', 540, '2026-02-27'),
      at('2026-03-01 12:00'),
      'alice',
    ],
    // Hours.
    ['twelve hours, the day', twelve, at('2026-01-05 20:59'), 'alice'],
    ['twelve hours, the night', twelve, at('2026-01-05 21:00'), 'bob'],
    ['twelve hours, after midnight', twelve, at('2026-01-06 03:00'), 'bob'],
    ['twelve hours, the next day', twelve, at('2026-01-06 09:00'), 'alice'],
    ['an hour', hourly, at('2026-01-05 01:00'), 'bob'],
    [
      'hours that do not fit into a day count as they pass',
      schedule(layer({ rotation: rotation({ unit: 'hour', every: 5 }) })),
      at('2026-01-06 10:00'),
      'bob',
    ],
    [
      'and a day later',
      schedule(layer({ rotation: rotation({ unit: 'hour', every: 36 }) })),
      at('2026-01-06 20:59'),
      'alice',
    ],
    [
      'and a moment later',
      schedule(layer({ rotation: rotation({ unit: 'hour', every: 36 }) })),
      at('2026-01-06 21:00'),
      'bob',
    ],
    // Paris: the clocks go forward on 29 March 2026 at 02:00, back on 25 October at 03:00.
    ['Paris in spring, before the handover', weekly, at('2026-03-30 08:59'), 'bob'],
    ['Paris in spring, at the handover of local time', weekly, at('2026-03-30 09:00'), 'alice'],
    ['Paris in spring, twelve hours: the short night', twelve, at('2026-03-29 08:59'), 'bob'],
    ['Paris in spring, twelve hours: the morning', twelve, at('2026-03-29 09:00'), 'alice'],
    [
      'Paris in spring, a handover that is skipped comes an hour later',
      inZone('Europe/Paris', 'day', 150, '2026-03-28'),
      at('2026-03-29 01:59'),
      'alice',
    ],
    [
      'Paris in spring, at the first time after it',
      inZone('Europe/Paris', 'day', 150, '2026-03-28'),
      at('2026-03-29 03:30'),
      'bob',
    ],
    ['Paris in spring, the skipped hour is nobody’s shift', hourly, at('2026-03-29 03:00'), 'alice'],
    [
      'Paris in autumn, the first 02:30 hands over',
      inZone('Europe/Paris', 'day', 150, '2026-10-24'),
      at('2026-10-25 02:30'),
      'bob',
    ],
    [
      'Paris in autumn, the second 02:30 does not again',
      inZone('Europe/Paris', 'day', 150, '2026-10-24'),
      at('2026-10-25 02:30+'),
      'bob',
    ],
    [
      'Paris in autumn, the first 02:29',
      inZone('Europe/Paris', 'day', 150, '2026-10-24'),
      at('2026-10-25 02:29'),
      'alice',
    ],
    [
      'Paris in autumn, the next day',
      inZone('Europe/Paris', 'day', 150, '2026-10-24'),
      at('2026-10-26 02:30'),
      'alice',
    ],
    ['Paris in autumn, a week', weekly, at('2026-10-26 08:59'), 'bob'],
    ['Paris in autumn, at the handover', weekly, at('2026-10-26 09:00'), 'alice'],
    // New York: forward on 8 March 2026 at 02:00, back on 1 November at 02:00.
    [
      'New York in spring',
      inZone('America/New_York', 'day', 150, '2026-03-07'),
      at('2026-03-08 01:59', 'America/New_York'),
      'alice',
    ],
    [
      'New York in spring, after it',
      inZone('America/New_York', 'day', 150, '2026-03-07'),
      at('2026-03-08 03:30', 'America/New_York'),
      'bob',
    ],
    [
      'New York in autumn, the first 01:30',
      inZone('America/New_York', 'day', 90, '2026-10-31'),
      at('2026-11-01 01:30', 'America/New_York'),
      'bob',
    ],
    [
      'New York in autumn, the second 01:30',
      inZone('America/New_York', 'day', 90, '2026-10-31'),
      at('2026-11-01 01:30+', 'America/New_York'),
      'bob',
    ],
    [
      'New York in autumn, the first 01:29',
      inZone('America/New_York', 'day', 90, '2026-10-31'),
      at('2026-11-01 01:29', 'America/New_York'),
      'alice',
    ],
    // Sydney: forward on 4 October 2026 at 02:00, back on 5 April at 03:00.
    [
      'Sydney in spring',
      inZone('Australia/Sydney', 'day', 150, '2026-10-03'),
      at('2026-10-04 01:59', 'Australia/Sydney'),
      'alice',
    ],
    [
      'Sydney in spring, after it',
      inZone('Australia/Sydney', 'day', 150, '2026-10-03'),
      at('2026-10-04 03:30', 'Australia/Sydney'),
      'bob',
    ],
    [
      'Sydney in autumn, the first 02:30',
      inZone('Australia/Sydney', 'day', 150, '2026-04-04'),
      at('2026-04-05 02:30', 'Australia/Sydney'),
      'bob',
    ],
    [
      'Sydney in autumn, the second 02:30',
      inZone('Australia/Sydney', 'day', 150, '2026-04-04'),
      at('2026-04-05 02:30+', 'Australia/Sydney'),
      'bob',
    ],
    // Restrictions.
    ['Friday night, before midnight', nights, at('2026-01-09 23:00'), 'alice'],
    ['Friday night, after midnight', nights, at('2026-01-10 05:59'), 'alice'],
    ['Saturday morning', nights, at('2026-01-10 06:00'), undefined],
    ['Saturday night is not Friday night', nights, at('2026-01-10 23:00'), undefined],
    ['Monday at 05:00 belongs to Sunday night', nights, at('2026-01-12 05:00'), undefined],
    ['in office hours', office, at('2026-01-12 16:59'), 'alice'],
    ['between office and night', office, at('2026-01-12 17:00'), undefined],
    ['at night', office, at('2026-01-12 22:00'), 'bob'],
    [
      'the night of the change in spring',
      schedule(layer({ only: [{ days: [6], from: 22 * 60, to: 6 * 60 }], people: ['alice'] })),
      at('2026-03-29 05:59'),
      'alice',
    ],
    [
      'and its end',
      schedule(layer({ only: [{ days: [6], from: 22 * 60, to: 6 * 60 }], people: ['alice'] })),
      at('2026-03-29 06:00'),
      undefined,
    ],
    // Follow the sun.
    ['Tokyo works', sun, at('2026-01-13 10:00', 'Asia/Tokyo'), 'alice'],
    ['Paris works', sun, at('2026-01-13 10:00'), 'bob'],
    [
      'New York works, and goes before Paris where both do',
      sun,
      at('2026-01-13 09:30', 'America/New_York'),
      'carol',
    ],
    ['nobody works: the first layer has it', sun, at('2026-01-13 18:00', 'America/New_York'), 'dave'],
    ['the weekend', sun, at('2026-01-17 12:00'), 'dave'],
    [
      'a later layer without anybody gives way',
      schedule(layer({ people: ['dave'] }), layer({ people: [] })),
      at('2026-01-13 12:00'),
      'dave',
    ],
    ['a schedule without layers', schedule(), at('2026-01-13 12:00'), undefined],
  ])('%s', (_, given, when, expected) => {
    expect(onCall(given, when, roster()).person).toBe(expected);
  });
});

describe('overrides, absence and removed people', () => {
  const noon = at('2026-01-06 12:00');
  it.each<[string, Partial<Roster>, number, string | undefined, string]>([
    ['an override wins', { overrides: [override('bob', noon, noon + HOUR)] }, noon, 'bob', 'override'],
    [
      'its end does not belong to it',
      { overrides: [override('bob', noon, noon + HOUR)] },
      noon + HOUR,
      'alice',
      'layer',
    ],
    ['its beginning does', { overrides: [override('bob', noon, noon + HOUR)] }, noon - 1, 'alice', 'layer'],
    [
      'two that touch: the first',
      { overrides: [override('bob', noon, noon + HOUR), override('carol', noon + HOUR, noon + 2 * HOUR)] },
      noon + HOUR - 1,
      'bob',
      'override',
    ],
    [
      'two that touch: the second',
      { overrides: [override('bob', noon, noon + HOUR), override('carol', noon + HOUR, noon + 2 * HOUR)] },
      noon + HOUR,
      'carol',
      'override',
    ],
    [
      'two that overlap: the one made later',
      {
        overrides: [
          override('bob', noon, noon + HOUR, { at: 2 }),
          override('carol', noon, noon + HOUR, { at: 1 }),
        ],
      },
      noon,
      'bob',
      'override',
    ],
    [
      'made at the same instant: the higher number',
      { overrides: [override('bob', noon, noon + HOUR), override('carol', noon, noon + HOUR)] },
      noon,
      'carol',
      'override',
    ],
    [
      'of another schedule',
      { overrides: [override('bob', noon, noon + HOUR, { schedule: 'data' })] },
      noon,
      'alice',
      'layer',
    ],
    [
      'for somebody who was removed',
      { overrides: [override('eve', noon, noon + HOUR)] },
      noon,
      'alice',
      'layer',
    ],
    [
      'somebody who is away is stood in for by the next',
      { away: [{ person: 'alice', from: noon, to: noon + DAY }] },
      noon,
      'bob',
      'stands-in',
    ],
    [
      'and is back when it is over',
      { away: [{ person: 'alice', from: noon, to: noon + DAY }] },
      noon + DAY,
      'alice',
      'layer',
    ],
    [
      'everybody is away',
      { away: ['alice', 'bob'].map((person) => ({ person, from: noon, to: noon + DAY })) },
      noon,
      undefined,
      'nobody',
    ],
    ['a person who was removed', { people: new Set(['bob']) }, noon, 'bob', 'stands-in'],
    ['nobody is left', { people: new Set<string>() }, noon, undefined, 'nobody'],
  ])('%s', (_, over, when, person, reason) => {
    expect(onCall(weekly, when, roster(over))).toMatchObject({
      reason,
      ...(person === undefined ? {} : { person }),
    });
  });

  it('takes the people of a calendar from its events, the one that began later first', () => {
    const calendar: CalendarLayer = {
      kind: 'calendar',
      calendar: 'outlook',
      timeZone: 'UTC',
      only: [],
      from: '2026-01-01',
    };
    const calendars = new Map([
      [
        'outlook',
        [
          { person: 'carol', from: noon - HOUR, to: noon + HOUR },
          { person: 'dave', from: noon, to: noon + 10 * MINUTE },
          { person: 'eve', from: noon + HOUR, to: noon + 2 * HOUR },
        ],
      ],
    ]);
    const given = schedule(layer(), calendar);
    const who = (when: number): string | undefined => onCall(given, when, roster({ calendars })).person;
    expect([who(noon - 1), who(noon), who(noon + 10 * MINUTE), who(noon + HOUR)]).toEqual([
      'carol',
      'dave',
      'carol',
      'alice',
    ]);
  });
});

describe('shifts', () => {
  it('follow each other without a hole, and say the same as the instant alone', () => {
    fc.assert(
      fc.property(
        fc.record({
          unit: fc.constantFrom<Rotation['unit']>('hour', 'day', 'week'),
          every: fc.integer({ min: 1, max: 13 }),
          handoverMinute: fc.integer({ min: 0, max: 1439 }),
          handoverDay: fc.integer({ min: 1, max: 7 }),
          zone: fc.constantFrom(
            'Europe/Paris',
            'America/New_York',
            'Australia/Lord_Howe',
            'Asia/Kolkata',
            'UTC',
          ),
          only: fc.array(
            fc.record({
              days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
              from: fc.integer({ min: 0, max: 1439 }),
              to: fc.integer({ min: 0, max: 1440 }),
            }),
            { maxLength: 2 },
          ),
          overrides: fc.array(
            fc.record({
              person: fc.constantFrom(...PEOPLE),
              from: fc.integer({ min: 0, max: 400 }),
              hours: fc.integer({ min: 1, max: 48 }),
              at: fc.integer({ min: 0, max: 3 }),
            }),
            { maxLength: 4 },
          ),
          month: fc.constantFrom('2026-03-01', '2026-10-20', '2026-03-25', '2028-02-25'),
          probes: fc.array(fc.integer({ min: 0, max: 17 * DAY - 1 }), { minLength: 5, maxLength: 20 }),
        }),
        ({ unit, every, handoverMinute, handoverDay, zone, only, overrides, month, probes }) => {
          const begin = at(`${month} 00:00`, zone);
          const given = schedule(
            layer({ people: ['carol'], only: only.slice(0, 1), timeZone: zone }),
            layer({
              timeZone: zone,
              only: only.slice(1),
              rotation: { unit, every, handoverMinute, handoverDay },
              people: ['alice', 'bob', 'carol'],
            }),
          );
          const own = roster({
            overrides: overrides.map(({ person, from, hours, at: made }) =>
              override(person, begin + from * HOUR, begin + (from + hours) * HOUR, { at: made }),
            ),
          });
          const to = begin + 17 * DAY;
          const all = shifts(given, begin, to, own);
          expect(all[0]?.from).toBe(begin);
          expect(all.at(-1)?.to).toBe(to);
          all.slice(1).forEach((shift, i) => expect(shift.from).toBe(all[i]?.to));
          for (const probe of probes) {
            const when = begin + probe;
            const inside = all.filter(({ from, to: end }) => from <= when && when < end);
            expect(inside).toHaveLength(1);
            const answer = onCall(given, when, own);
            expect(inside[0]?.person).toBe(answer.person);
            const covering = own.overrides.filter((one) => one.from <= when && when < one.to);
            if (covering.length > 0) expect(answer.reason).toBe('override');
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('joins what one person has for two reasons', () => {
    const noon = at('2026-01-06 12:00');
    const own = roster({ overrides: [override('alice', noon, noon + HOUR)] });
    expect(shiftAt(weekly, noon, 8 * DAY, own)).toMatchObject({
      person: 'alice',
      from: at('2026-01-05 09:00'),
      to: at('2026-01-12 09:00'),
    });
  });
});
