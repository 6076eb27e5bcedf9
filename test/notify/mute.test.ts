import { describe, expect, it } from '@jest/globals';
import { matches, parseMatcher } from '../../src/lib/matchers.js';
import type { Alert } from '../../src/model/alert.js';
import type { Inhibition, MuteTime, Silence } from '../../src/model/silence.js';
import { nextTurn, within } from '../../src/notify/hours.js';
import { hush } from '../../src/notify/mute.js';
import { aDestination, anAlert, anIncident, T0 } from '../support/builders.js';

const nights: MuteTime = {
  name: 'nights',
  timeZone: 'Europe/Paris',
  times: [{ days: [1, 2, 3, 4, 5], from: 20 * 60, to: 7 * 60 }],
};
const at = (iso: string): number => Date.parse(iso);

describe('mute times', () => {
  it.each([
    ['Monday evening', '2026-11-16T19:30:00Z', true],
    ['Tuesday before dawn', '2026-11-17T05:59:00Z', true],
    ['Tuesday at seven sharp', '2026-11-17T06:00:00Z', false],
    ['Saturday before dawn belongs to Friday night', '2026-11-21T05:00:00Z', true],
    ['Saturday evening', '2026-11-21T20:00:00Z', false],
    ['Monday before dawn belongs to Sunday night', '2026-11-16T03:00:00Z', false],
    ['summer time: 20:00 in Paris is 18:00 UTC', '2026-07-06T18:00:00Z', true],
    ['winter time: it is 19:00 UTC', '2026-11-16T18:00:00Z', false],
  ])('%s', (_name, iso, expected) => {
    expect(within(nights, at(iso))).toBe(expected);
  });
});

describe('hush', () => {
  const silence = (matcher: string, over: Partial<Silence> = {}): Silence => ({
    id: 1,
    matchers: [parseMatcher(matcher)],
    startsAt: T0 - 1,
    endsAt: T0 + 1_000,
    author: { name: 'alice', via: 'slack' },
    comment: 'maintenance',
    ...over,
  });
  const why = (over: {
    silences?: Silence[];
    inhibitions?: Inhibition[];
    firing?: Alert[];
    alerts?: Alert[];
    muteTimes?: string[];
    activeTimes?: string[];
    now?: number;
  }): string | undefined =>
    hush({
      incident: anIncident({ alerts: over.alerts ?? [anAlert()] }),
      destination: aDestination('noc', {
        muteTimes: over.muteTimes ?? [],
        activeTimes: over.activeTimes ?? [],
      }),
      silences: over.silences ?? [],
      inhibitions: over.inhibitions ?? [],
      muteTimes: [nights],
      firing: over.firing ?? [],
      matches,
      now: over.now ?? T0,
    })?.reason;
  const inhibition: Inhibition = {
    source: [parseMatcher('alertname="source-blind"')],
    target: [parseMatcher('severity="warning"')],
    equal: ['tenant'],
  };
  const blind = anAlert({ rule: 'source-blind', kind: 'tocsin', subject: 'source:x' });

  it.each<[string, Parameters<typeof why>[0], string | undefined]>([
    ['nothing', {}, undefined],
    ['a silence', { silences: [silence('tenant="contoso"')] }, 'silenced'],
    ['a silence of others', { silences: [silence('tenant="fabrikam"')] }, undefined],
    ['a silence that is over', { silences: [silence('tenant="contoso"', { endsAt: T0 })] }, undefined],
    [
      'one alert of two',
      { alerts: [anAlert(), anAlert({ subject: 'service:B' })], silences: [silence('subject="service:B"')] },
      undefined,
    ],
    [
      'an inhibition',
      { alerts: [anAlert({ severity: 'warning' })], inhibitions: [inhibition], firing: [blind] },
      'inhibited',
    ],
    [
      'an inhibition in another tenant',
      {
        alerts: [anAlert({ severity: 'warning', tenant: 'fabrikam' })],
        inhibitions: [inhibition],
        firing: [blind],
      },
      undefined,
    ],
    [
      'an inhibition by what is only pending',
      {
        alerts: [anAlert({ severity: 'warning' })],
        inhibitions: [inhibition],
        firing: [{ ...blind, state: 'pending' }],
      },
      undefined,
    ],
    ['a mute time', { muteTimes: ['nights'], now: at('2026-11-17T02:00:00Z') }, 'muted'],
    ['outside an active time', { activeTimes: ['nights'], now: at('2026-11-17T12:00:00Z') }, 'muted'],
    ['inside an active time', { activeTimes: ['nights'], now: at('2026-11-17T02:00:00Z') }, undefined],
  ])('%s', (_name, over, expected) => {
    expect(why(over)).toBe(expected);
  });
});

describe('how long it is quiet', () => {
  it('is as long as the first of several silences', () => {
    const silence = (subject: string, hours: number): Silence => ({
      id: hours,
      matchers: [{ name: 'subject', op: '=', value: subject }],
      startsAt: T0,
      endsAt: T0 + hours * 3_600_000,
      author: { name: `by${hours}`, via: 'slack' },
      comment: '',
    });
    const found = hush({
      incident: anIncident({ alerts: [anAlert(), anAlert({ subject: 'service:B' })] }),
      destination: aDestination('noc'),
      silences: [silence('service:Exchange', 5), silence('service:B', 2), silence('service:B', 3)],
      inhibitions: [],
      muteTimes: [],
      firing: [],
      matches,
      now: T0,
    });
    expect(found).toMatchObject({ reason: 'silenced', until: T0 + 3 * 3_600_000 });
  });

  it('is until the mute time ends', () => {
    const found = hush({
      incident: anIncident(),
      destination: aDestination('noc', { muteTimes: ['nights'] }),
      silences: [],
      inhibitions: [],
      muteTimes: [nights],
      firing: [],
      matches,
      now: at('2026-11-17T02:00:00Z'),
    });
    expect(found).toMatchObject({ reason: 'muted', until: at('2026-11-17T06:00:00Z') });
  });
});

describe('the nights in which the clocks change', () => {
  // Paris: 29 March 2026, 02:00 → 03:00; 25 October 2026, 03:00 → 02:00.
  const hour: MuteTime = { ...nights, times: [{ days: [1, 2, 3, 4, 5, 6, 7], from: 150, to: 210 }] };
  const early: MuteTime = { ...nights, times: [{ days: [7], from: 120, to: 180 }] };
  const all: MuteTime = { ...nights, times: [{ days: [1, 2, 3, 4, 5, 6, 7], from: 20 * 60, to: 7 * 60 }] };

  it.each([
    ['the night is an hour shorter: 07:00 is 05:00 UTC', all, '2026-03-29T04:59:00Z', true],
    ['and over at seven by the clock', all, '2026-03-29T05:00:00Z', false],
    ['the night is an hour longer: 07:00 is 06:00 UTC', all, '2026-10-25T05:59:00Z', true],
    ['and over at seven by the clock', all, '2026-10-25T06:00:00Z', false],
    ['02:30 that is left out: it begins at three', hour, '2026-03-29T00:59:00Z', false],
    ['02:30 that is left out: it begins at three', hour, '2026-03-29T01:00:00Z', true],
    ['03:30 comes as ever', hour, '2026-03-29T01:30:00Z', false],
    ['two to three that is left out is nothing', early, '2026-03-29T01:00:00Z', false],
    ['two to three comes twice: the first', early, '2026-10-25T00:30:00Z', true],
    ['two to three comes twice: the second', early, '2026-10-25T01:30:00Z', true],
    ['and is over at three', early, '2026-10-25T02:00:00Z', false],
  ])('%s', (_name, time, iso, expected) => {
    expect(within(time, at(iso))).toBe(expected);
  });

  it.each([
    ['ends at seven', all, '2026-11-16T20:00:00Z', true, '2026-11-17T06:00:00Z'],
    ['ends at seven of the short night', all, '2026-03-28T22:00:00Z', true, '2026-03-29T05:00:00Z'],
    ['ends at seven of the long night', all, '2026-10-24T22:00:00Z', true, '2026-10-25T06:00:00Z'],
    ['is over after the second three o’clock', early, '2026-10-25T00:30:00Z', true, '2026-10-25T02:00:00Z'],
    ['begins with the hour that is left out', hour, '2026-03-28T12:00:00Z', false, '2026-03-29T01:00:00Z'],
    ['waits for Monday evening', nights, '2026-11-21T12:00:00Z', false, '2026-11-23T19:00:00Z'],
    ['outlasts the weekend', early, '2026-11-16T12:00:00Z', false, '2026-11-22T01:00:00Z'],
  ])('a mute time %s', (_name, time, iso, inside, expected) => {
    expect(new Date(nextTurn([time], at(iso), inside) ?? 0).toISOString()).toBe(
      new Date(at(expected)).toISOString(),
    );
  });

  it('never ends when it is always', () => {
    const always: MuteTime = { ...nights, times: [{ days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 1440 }] };
    expect(nextTurn([always], T0, true)).toBeUndefined();
    expect(within(always, T0)).toBe(true);
  });
});
