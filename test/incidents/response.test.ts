import { describe, expect, it } from '@jest/globals';
import { responseOf, type ResponseInput } from '../../src/incidents/response.js';
import type { Page } from '../../src/model/page.js';
import { DAY, HOUR, MINUTE } from '../../src/model/time.js';
import { anAlert, anIncident, aLine, T0 } from '../support/builders.js';

const WEEK = 7 * DAY;
const alice = { name: 'alice', via: 'slack' } as const;

function numbers(over: Partial<ResponseInput> = {}) {
  return responseOf({
    incidents: [],
    acts: [],
    pages: [],
    zoneOf: () => 'UTC',
    weeks: 2,
    now: T0,
    ...over,
  });
}

function aPage(key: string, over: Partial<Page> = {}): Page {
  return {
    key,
    incident: 1,
    run: 1,
    person: 'alice',
    channel: '@alice/slack',
    dueAt: T0 - DAY,
    reason: 'step 1 of 2',
    forHolder: false,
    state: 'told',
    at: T0 - DAY,
    ...over,
  };
}

describe('how people answered', () => {
  it('is the mean time to the first acknowledgement and to the end, by the week of the opening', () => {
    const at = T0 - DAY;
    const incidents = [
      anIncident({ id: 1, openedAt: at, resolvedAt: at + HOUR, state: 'resolved' }),
      anIncident({ id: 2, openedAt: at }),
      anIncident({ id: 3, openedAt: at - WEEK, acknowledgedAt: at - WEEK + 2 * MINUTE }),
    ];
    const acts = [
      aLine(1, { at: at + 4 * MINUTE, kind: 'acknowledged', actor: alice }),
      aLine(1, { at: at + 9 * MINUTE, kind: 'acknowledged', actor: alice }),
      aLine(1, { at: at + HOUR, kind: 'resolved', actor: alice }),
      aLine(2, { at: at + 8 * MINUTE, kind: 'snoozed', actor: alice }),
    ];
    const [week, before] = numbers({ incidents, acts });
    expect(week).toMatchObject({
      incidents: 2,
      acknowledged: 2,
      mttaMs: 6 * MINUTE,
      resolved: 1,
      mttrMs: HOUR,
    });
    expect(before).toMatchObject({ incidents: 1, acknowledged: 1, mttaMs: 2 * MINUTE, resolved: 0 });
    expect(before).not.toHaveProperty('mttrMs');
  });

  it('an end that the source brought is nobody’s answer', () => {
    const incidents = [anIncident({ id: 1, openedAt: T0 - DAY, resolvedAt: T0, state: 'resolved' })];
    const acts = [aLine(1, { at: T0, kind: 'resolved', actor: { name: 'microsoft', via: 'source' } })];
    expect(numbers({ incidents, acts })[0]).toMatchObject({ acknowledged: 0, resolved: 1 });
  });

  it('what nobody had to answer does not count', () => {
    const incidents = [
      anIncident({ id: 1, openedAt: T0 - DAY, alerts: [anAlert({ once: true })] }),
      anIncident({ id: 2, openedAt: T0 - DAY, baselineOf: 'contoso/service-health' }),
    ];
    expect(numbers({ incidents })[0]?.incidents).toBe(0);
  });

  it('counts calls of each person: several ways at once are one, and nights are the person’s own', () => {
    const night = Date.UTC(2026, 10, 19, 3);
    const pages = [
      aPage('1/1/0/0/person:alice/alice/0', { dueAt: night }),
      aPage('1/1/0/0/person:alice/alice/1', { dueAt: night + 5 * MINUTE, channel: '@alice/email' }),
      aPage('1/1/0/1/person:bob/bob/0', { person: 'bob', dueAt: night }),
      aPage('1/1/0/1/person:alice/alice/0', { dueAt: night + 9 * HOUR }),
      aPage('2/1/0/0/person:alice/alice/0', { state: 'dropped' }),
    ];
    const zones: Readonly<Record<string, string>> = { alice: 'Europe/Paris', bob: 'Asia/Tokyo' };
    const [week] = numbers({ pages, zoneOf: (person) => zones[person] ?? 'UTC' });
    expect(week?.people).toEqual([
      { person: 'alice', pages: 2, night: 1 },
      { person: 'bob', pages: 1, night: 0 },
    ]);
  });
});
