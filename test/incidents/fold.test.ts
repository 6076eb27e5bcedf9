import { describe, expect, it } from '@jest/globals';
import type { Alert, Transition, TransitionKind } from '../../src/model/alert.js';
import type { Incident } from '../../src/model/incident.js';
import { HOUR, MINUTE } from '../../src/model/time.js';
import { applyAct } from '../../src/incidents/act.js';
import { fold, type Folded } from '../../src/incidents/fold.js';
import { aChange, aDestination, anAlert, anIncident, T0 } from '../support/builders.js';

const step = (kind: TransitionKind, alert: Alert, before?: Alert): Transition => ({
  kind,
  alert,
  at: T0,
  reason: 'because',
  ...(before === undefined ? {} : { before }),
});

function folded(
  transitions: readonly Transition[],
  incidents: readonly Incident[] = [],
  changes: Parameters<typeof fold>[0]['changes'] = [],
): Folded {
  return fold({
    at: T0,
    source: 'contoso/service-health',
    transitions,
    changes,
    incidents,
    route: (alert) => ({
      groupKey: `${alert.tenant}|${alert.labels['group'] ?? alert.subject}`,
      groupLabels: { tenant: alert.tenant, subject: alert.subject },
      destinations: [aDestination(alert.severity === 'critical' ? 'loud' : 'noc')],
    }),
    reopenWithinMs: HOUR,
  });
}

const shown = ({ incidents, timeline }: Folded): string[] => [
  ...incidents.map(
    ({ id, state, severity, revision, alerts }) =>
      `#${id} ${state} ${severity} r${revision} ${alerts.length}`,
  ),
  ...timeline.map(({ incident, kind }) => `#${incident} ${kind}`),
];

const committed = (over: Partial<Incident> = {}): Incident =>
  anIncident({ id: 7, groupKey: 'contoso|service:Exchange', ...over });
const resolved = committed({
  state: 'resolved',
  resolvedAt: T0 - MINUTE,
  alerts: [anAlert({ state: 'resolved' })],
});

describe('fold', () => {
  it('opens one incident a group', () => {
    const pair = [
      anAlert({ labels: { group: 'g' } }),
      anAlert({ subject: 'service:B', severity: 'critical', labels: { group: 'g' } }),
    ];
    expect(shown(folded(pair.map((alert) => step('firing', alert))))).toEqual([
      '#-1 open critical r1 2',
      '#-1 opened',
      '#-1 alert-joined',
    ]);
    const apart = [anAlert(), anAlert({ subject: 'service:B' })];
    expect(folded(apart.map((alert) => step('firing', alert))).incidents.map(({ id }) => id)).toEqual([
      -1, -2,
    ]);
  });

  it('does nothing for what is only pending', () => {
    expect(shown(folded([step('pending', anAlert({ state: 'pending' }))]))).toEqual([]);
  });

  it('raises the severity, tells the new channel as well and keeps the peak', () => {
    const worse = folded([step('worsened', anAlert({ severity: 'critical' }), anAlert())], [committed()]);
    expect(shown(worse)).toEqual(['#7 open critical r2 1', '#7 worsened']);
    expect(worse.incidents[0]?.destinations.map(({ channel }) => channel)).toEqual(['noc', 'loud']);
    const eased = folded(
      [step('eased', anAlert({ severity: 'warning' }), anAlert())],
      [committed({ peak: 'critical' })],
    );
    expect(eased.incidents[0]).toMatchObject({ severity: 'warning', peak: 'critical' });
  });

  it('ends with its last alert', () => {
    const two = committed({ alerts: [anAlert(), anAlert({ subject: 'service:B' })] });
    const one = folded([step('resolved', anAlert({ state: 'resolved' }))], [two]);
    expect(shown(one)).toEqual(['#7 open major r2 2', '#7 alert-resolved']);
    const both = folded(
      [
        step('resolved', anAlert({ state: 'resolved' })),
        step('resolved', anAlert({ subject: 'service:B', state: 'resolved' })),
      ],
      [two],
    );
    expect(shown(both)).toEqual(['#7 resolved major r2 2', '#7 alert-resolved', '#7 resolved']);
  });

  it.each([
    ['its subject is no longer reported', 'Over: mail is late (its subject is no longer reported)'],
    ['!now.failing && now.lastSuccess != null is true', 'Over: mail is late'],
  ])('says that one of several is over, and why in words: %s', (reason, said) => {
    const two = committed({ alerts: [anAlert(), anAlert({ subject: 'service:B' })] });
    const over = anAlert({ state: 'resolved', summary: 'mail is late' });
    const { timeline } = folded([{ ...step('resolved', over), reason }], [two]);
    expect(timeline.map(({ text }) => text)).toEqual([said]);
  });

  it('reopens the same incident within the time, and opens a new one after it', () => {
    expect(shown(folded([step('firing', anAlert())], [resolved]))).toEqual([
      '#7 open major r2 1',
      '#7 reopened',
    ]);
    const long = { ...resolved, resolvedAt: T0 - 2 * HOUR };
    expect(shown(folded([step('firing', anAlert())], [long]))).toEqual(['#-1 open major r1 1', '#-1 opened']);
  });

  it('writes a late report into the resolved incident and leaves it resolved', () => {
    const subject = 'issue:EX1';
    const old = committed({
      state: 'resolved',
      resolvedAt: T0 - 72 * HOUR,
      alerts: [anAlert({ subject, state: 'resolved' })],
    });
    const pir = aChange(subject, {
      before: { type: 'issue', pir: false, statusText: 'Service restored' },
      now: { type: 'issue', pir: true, statusText: 'Post-incident review published' },
    });
    const late = folded([], [old], [pir]);
    expect(shown(late)).toEqual(['#7 resolved major r2 1', '#7 changed', '#7 pir']);
    expect(late.incidents[0]?.alerts[0]?.values['pir']).toBe(true);
  });

  it('tells a new post once, and nothing when only a stamp moved', () => {
    const subject = 'issue:EX1';
    const open = committed({ alerts: [anAlert({ subject })] });
    const before = { type: 'issue', latestPostAt: 'a', latestPost: 'We look.', lastModified: '1' };
    expect(
      shown(folded([], [open], [aChange(subject, { before, now: { ...before, lastModified: '2' } })])),
    ).toEqual([]);
    expect(
      shown(
        folded(
          [],
          [open],
          [aChange(subject, { before, now: { ...before, latestPostAt: 'b', latestPost: 'We fixed.' } })],
        ),
      ),
    ).toEqual(['#7 open major r2 1', '#7 post']);
    expect(
      shown(folded([], [open], [aChange(subject, { before, now: { ...before, latestPostAt: 'b' } })])),
    ).toEqual([]);
  });

  it('gives what was open at the first poll a card at its first change, but none for its end', () => {
    const baseline = committed({ baselineOf: 'contoso/service-health' });
    expect(
      folded([step('worsened', anAlert({ severity: 'critical' }), anAlert())], [baseline]).incidents[0]
        ?.baselineOf,
    ).toBeUndefined();
    expect(
      folded([step('resolved', anAlert({ state: 'resolved' }))], [baseline]).incidents[0]?.baselineOf,
    ).toBe('contoso/service-health');
  });

  it('an incident resolved by hand comes back only when it gets worse', () => {
    const byHand = committed({ state: 'resolved', resolvedAt: T0 - MINUTE, resolvedBy: 'alice' });
    expect(shown(folded([step('updated', anAlert(), anAlert())], [byHand]))).toEqual([]);
    expect(shown(folded([step('worsened', anAlert({ severity: 'critical' }), anAlert())], [byHand]))).toEqual(
      ['#7 open critical r2 1', '#7 worsened', '#7 reopened'],
    );
  });
});

describe('acts', () => {
  const alice = { name: 'alice', via: 'teams' } as const;
  it('are done once, however often they are asked for', () => {
    const acked = applyAct(committed(), { do: 'ack' }, alice, T0)?.incident;
    expect(acked).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'alice', revision: 2 });
    expect(acked && applyAct(acked, { do: 'ack' }, alice, T0)).toBeUndefined();
    expect(acked && applyAct(acked, { do: 'unack' }, alice, T0)?.incident).not.toHaveProperty(
      'acknowledgedBy',
    );
    expect(applyAct(resolved, { do: 'resolve' }, alice, T0)).toBeUndefined();
  });
});

describe('an incident resolved by hand', () => {
  const byHand = committed({
    id: 7,
    state: 'resolved',
    resolvedAt: T0 - MINUTE,
    resolvedBy: 'alice',
    acknowledgedBy: 'alice',
  });
  const worse = step('worsened', anAlert({ severity: 'critical' }), anAlert());

  it('is nobody’s any more when it gets worse', () => {
    const [again] = folded([worse], [byHand]).incidents;
    expect(again).toMatchObject({ id: 7, state: 'open' });
    expect(again).not.toHaveProperty('acknowledgedBy');
  });

  it('is left alone when its group has a new incident, which it joins', () => {
    const fresh = committed({ id: 8, alerts: [anAlert({ rule: 'other' })] });
    expect(shown(folded([worse], [byHand, fresh]))).toEqual(['#8 open critical r2 2', '#8 alert-joined']);
  });
});
