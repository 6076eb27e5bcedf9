import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Incident } from '../../src/model/incident.js';
import type { Escalation } from '../../src/model/schedule.js';
import { HOUR, MINUTE } from '../../src/model/time.js';
import { pagesOf } from '../../src/oncall/contact.js';
import type { EscalationState } from '../../src/model/page.js';
import { advance, begin, overdueBy } from '../../src/oncall/escalate.js';
import { anIncident, T0 } from '../support/builders.js';

const POLICY: Escalation = {
  name: 'voice',
  steps: [
    { notify: [{ kind: 'schedule', name: 'voice' }], wait: 5 * MINUTE },
    {
      notify: [
        { kind: 'person', name: 'carol' },
        { kind: 'channel', name: 'noc' },
      ],
      wait: 10 * MINUTE,
    },
  ],
  repeat: 1,
};

/** Who is called at each of the given minutes, and how it stands after them. */
function night(policy: Escalation, minutes: readonly (readonly [number, Partial<Incident>?])[]) {
  let state: EscalationState | undefined;
  let incident = anIncident({ severity: 'critical' });
  const told: string[] = [];
  for (const [minute, change] of minutes) {
    const now = T0 + minute * MINUTE;
    incident = { ...incident, ...change };
    state ??= begin(incident, policy.name, now);
    const next = advance(policy, state, incident, now);
    for (const { target } of next.calls) told.push(`${minute} ${target.kind}:${target.name}`);
    state = next.state;
  }
  return { told, state };
}

const acked = (who: string, minute: number): Partial<Incident> => ({
  state: 'acknowledged',
  acknowledgedBy: who,
  acknowledgedAt: T0 + minute * MINUTE,
});

describe('an escalation', () => {
  it('calls step after step, and all of it again as often as it says', () => {
    const { told, state } = night(POLICY, [[0], [4], [5], [14], [15], [20], [30], [60]]);
    expect(told).toEqual([
      '0 schedule:voice',
      '5 person:carol',
      '5 channel:noc',
      '15 schedule:voice',
      '20 person:carol',
      '20 channel:noc',
    ]);
    expect(state?.state).toBe('exhausted');
  });

  it('stops when somebody acknowledges', () => {
    expect(night(POLICY, [[0], [3, acked('alice', 3)], [5], [60]]).told).toEqual(['0 schedule:voice']);
  });

  it('begins anew when it is given back', () => {
    const { told } = night(POLICY, [[0], [3, acked('alice', 3)], [30, { state: 'open' }], [35]]);
    expect(told).toEqual(['0 schedule:voice', '30 schedule:voice', '35 person:carol', '35 channel:noc']);
  });

  it('begins anew when it gets worse, although somebody has it', () => {
    const { told } = night(POLICY, [
      [0, { severity: 'major' }],
      [3, acked('alice', 3)],
      [10, { severity: 'critical' }],
      [12, acked('alice', 12)],
      [30],
    ]);
    expect(told).toEqual(['0 schedule:voice', '10 schedule:voice']);
  });

  it('ends with the incident, and begins anew when that is reopened', () => {
    const { told } = night(POLICY, [[0], [2, { state: 'resolved' }], [9], [20, { state: 'open' }]]);
    expect(told).toEqual(['0 schedule:voice', '20 schedule:voice']);
  });

  it('comes late after an outage, skips nothing, and gives everybody called their whole time', () => {
    expect(night(POLICY, [[0], [120], [120], [129], [130]]).told).toEqual([
      '0 schedule:voice',
      '120 person:carol',
      '120 channel:noc',
      '130 schedule:voice',
    ]);
  });

  it('reminds whoever has it while it is not resolved, once each time', () => {
    const { told } = night({ ...POLICY, renotify: 2 * HOUR }, [
      [0],
      [3, acked('alice', 3)],
      [122],
      [123],
      [124],
      [243],
    ]);
    expect(told).toEqual(['0 schedule:voice', '123 holder:alice', '243 holder:alice']);
  });

  it('is quiet while whoever has it snoozes it', () => {
    const snoozed = { ...acked('alice', 3), snoozedUntil: T0 + 200 * MINUTE };
    const { told } = night({ ...POLICY, renotify: HOUR }, [
      [0],
      [3, snoozed],
      [90],
      [200, { state: 'open' }],
    ]);
    expect(told).toEqual(['0 schedule:voice', '200 schedule:voice']);
  });

  it('says how far behind it is', () => {
    const incident = anIncident({ severity: 'critical' });
    const state = advance(POLICY, begin(incident, 'voice', T0), incident, T0).state;
    expect(overdueBy(state, incident, T0 + 4 * MINUTE)).toBe(0);
    expect(overdueBy(state, incident, T0 + 7 * MINUTE)).toBe(2 * MINUTE);
    expect(overdueBy(state, { ...incident, ...acked('alice', 1) }, T0 + 7 * MINUTE)).toBe(0);
  });

  it('tells nothing twice and skips nothing, whenever and however often it is asked', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 40 }), (minutes) => {
        const asked = [0, ...minutes.sort((a, b) => a - b)];
        const keys: string[] = [];
        const incident = anIncident({ severity: 'critical' });
        let state = begin(incident, 'voice', T0);
        for (const minute of asked.flatMap((each) => [each, each])) {
          const next = advance(POLICY, state, incident, T0 + minute * MINUTE);
          keys.push(...next.calls.map(({ key }) => key));
          state = next.state;
        }
        expect(new Set(keys).size).toBe(keys.length);
        const order = keys.map((key) => key.split('/').slice(1, 4).map(Number));
        const linear = order.map(([, round = 0, step = 0]) => round * POLICY.steps.length + step);
        expect(linear).toEqual([...linear].sort((a, b) => a - b));
        expect(new Set(linear)).toEqual(new Set(Array.from({ length: new Set(linear).size }, (_, i) => i)));
      }),
    );
  });
});

describe('how somebody is reached', () => {
  const alice = {
    name: 'alice',
    timeZone: 'Europe/Paris',
    quiet: [{ days: [1, 2, 3, 4, 5, 6, 7], from: 22 * 60, to: 7 * 60 }],
    notify: [
      { via: 'teams', after: 0, severities: [] },
      { via: 'email', after: 5 * MINUTE, severities: ['critical', 'major'] },
      { via: 'pd', after: 10 * MINUTE, severities: ['critical'] },
    ],
  };
  // 04:00 in Paris.
  const called = { key: '1/1/0/0', at: T0 };

  it('is by every way at its time for what is critical, quiet hours or not', () => {
    expect(pagesOf(alice, 'critical', called).map(({ via, dueAt }) => [via, dueAt - T0])).toEqual([
      ['teams', 0],
      ['email', 5 * MINUTE],
      ['pd', 10 * MINUTE],
    ]);
  });

  it('waits for the end of quiet hours for the rest, and says so', () => {
    expect(pagesOf(alice, 'major', called)).toEqual([
      {
        key: '1/1/0/0/alice/0',
        person: 'alice',
        via: 'teams',
        dueAt: T0 + 3 * HOUR,
        reason: 'quiet hours of alice',
      },
      {
        key: '1/1/0/0/alice/1',
        person: 'alice',
        via: 'email',
        dueAt: T0 + 3 * HOUR,
        reason: 'quiet hours of alice',
      },
    ]);
  });

  it('is at once in the day', () => {
    const noon = { key: 'k', at: T0 + 8 * HOUR };
    expect(
      pagesOf(alice, 'warning', noon).map(({ via, dueAt, reason }) => [via, dueAt - noon.at, reason]),
    ).toEqual([['teams', 0, 'at once']]);
  });

  it('is never put off for ever', () => {
    const always = { ...alice, quiet: [{ days: [1, 2, 3, 4, 5, 6, 7], from: 0, to: 1440 }] };
    expect(pagesOf(always, 'warning', called)[0]?.dueAt).toBe(T0);
  });
});
