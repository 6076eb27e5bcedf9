import { describe, expect, it } from '@jest/globals';
import { matches, parseMatcher } from '../../src/lib/matchers.js';
import type { Alert } from '../../src/model/alert.js';
import type { Inhibition, MuteTime, Silence } from '../../src/model/silence.js';
import { within } from '../../src/notify/hours.js';
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
    ['a mute time', { muteTimes: ['nights'], now: at('2026-11-17T02:00:00Z') }, 'muted'],
    ['outside an active time', { activeTimes: ['nights'], now: at('2026-11-17T12:00:00Z') }, 'muted'],
    ['inside an active time', { activeTimes: ['nights'], now: at('2026-11-17T02:00:00Z') }, undefined],
  ])('%s', (_name, over, expected) => {
    expect(why(over)).toBe(expected);
  });
});
