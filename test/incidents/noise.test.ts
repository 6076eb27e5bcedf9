import { describe, expect, it } from '@jest/globals';
import { noiseOf, type NoiseInput } from '../../src/incidents/noise.js';
import type { NoiseRow } from '../../src/model/noise.js';
import type { Firing } from '../../src/model/alert.js';
import type { TimelineEntry } from '../../src/model/incident.js';
import { LIFE_DEFAULTS } from '../../src/model/life.js';
import type { RuleDefinition } from '../../src/model/rule.js';
import { DAY, HOUR, MINUTE } from '../../src/model/time.js';
import { aLine, aRule, T0 } from '../support/builders.js';

const NOW = T0 + 30 * DAY;

const rule = (over: Partial<RuleDefinition> = {}): RuleDefinition =>
  aRule({ name: 'trunk-failing', ...over });

/** One that fired so long ago and lasted so many minutes; without an end it still fires. */
function fired(ago: number, minutes: number | undefined, over: Partial<Firing> = {}): Firing {
  const firedAt = NOW - ago;
  return {
    fingerprint: 'a',
    rule: 'trunk-failing',
    tenant: 'contoso',
    subject: 'trunk:a',
    severity: 'major',
    labels: { alertname: 'trunk-failing', subject: over.subject ?? 'trunk:a' },
    firedAt,
    ...(minutes === undefined ? {} : { endedAt: firedAt + minutes * MINUTE }),
    once: false,
    baseline: false,
    incident: 1,
    ...over,
  };
}

const acked = (incident: number, ago: number, over: Partial<TimelineEntry> = {}): TimelineEntry =>
  aLine(incident, {
    at: NOW - ago,
    kind: 'acknowledged',
    actor: { name: 'alice', via: 'slack' },
    ...over,
  });

const report = (over: Partial<NoiseInput>): readonly NoiseRow[] =>
  noiseOf({
    firings: [],
    acts: [],
    silences: [],
    rules: [rule()],
    flapping: LIFE_DEFAULTS.flapping,
    weeks: 2,
    now: NOW,
    ...over,
  });

const counts = (over: Partial<NoiseInput>, week = 0): string => {
  const found = report(over)[0]?.weeks[week];
  return found === undefined
    ? 'nothing'
    : `${found.fired}: ${found.acted} acted, ${found.ignored} ignored, ${found.silenced} silenced, ${found.open} open, ${found.announced} announced, ${found.flapped} flapped`;
};

describe('what came of alerts', () => {
  const three = [
    fired(5 * HOUR, 10, { incident: 1 }),
    fired(4 * HOUR, 10, { incident: 2 }),
    fired(3 * HOUR, undefined, { incident: 3 }),
  ];

  it.each<[string, Partial<NoiseInput>, string]>([
    ['nobody did anything', {}, '3: 0 acted, 2 ignored, 0 silenced, 1 open, 0 announced, 0 flapped'],
    [
      'somebody acknowledged one while it fired, and wrote a note to another soon after it ended',
      {
        acts: [acked(1, 5 * HOUR - 5 * MINUTE), acked(2, 4 * HOUR - 30 * MINUTE, { kind: 'note' })],
      },
      '3: 2 acted, 0 ignored, 0 silenced, 1 open, 0 announced, 0 flapped',
    ],
    [
      'what Tocsin or Microsoft resolved, nobody acted on',
      {
        acts: [
          acked(1, 5 * HOUR - 5 * MINUTE, { kind: 'resolved', actor: { name: 'microsoft', via: 'source' } }),
        ],
      },
      '3: 0 acted, 2 ignored, 0 silenced, 1 open, 0 announced, 0 flapped',
    ],
    [
      'somebody had it before already, and gave it back before the next one',
      {
        firings: [fired(5 * HOUR, 10), fired(3 * HOUR, 10)],
        acts: [
          acked(1, 6 * HOUR),
          acked(1, 4 * HOUR, { kind: 'reopened', actor: { name: 'tocsin', via: 'engine' } }),
        ],
      },
      '2: 1 acted, 1 ignored, 0 silenced, 0 open, 0 announced, 0 flapped',
    ],
    [
      'an act on another incident is none on this one',
      { acts: [acked(7, 5 * HOUR - 5 * MINUTE)] },
      '3: 0 acted, 2 ignored, 0 silenced, 1 open, 0 announced, 0 flapped',
    ],
    [
      'a silence, over by now, held back two of them',
      {
        silences: [
          {
            id: 1,
            matchers: [{ name: 'subject', op: '=', value: 'trunk:a' }],
            startsAt: NOW - 6 * HOUR,
            endsAt: NOW - 3.5 * HOUR,
            author: { name: 'alice', via: 'slack' },
            comment: '',
          },
        ],
      },
      '3: 0 acted, 0 ignored, 2 silenced, 1 open, 0 announced, 0 flapped',
    ],
    [
      'an edge announces',
      { firings: [fired(HOUR, 0, { once: true })] },
      '1: 0 acted, 0 ignored, 0 silenced, 0 open, 1 announced, 0 flapped',
    ],
    [
      'what held at the first poll does not count',
      { firings: [fired(HOUR, 1, { baseline: true })] },
      'nothing',
    ],
    [
      'five within an hour flap, one before does not',
      { firings: [fired(9 * HOUR, 2), ...[60, 50, 40, 30, 20].map((minutes) => fired(minutes * MINUTE, 2))] },
      '6: 0 acted, 6 ignored, 0 silenced, 0 open, 0 announced, 5 flapped',
    ],
  ])('%s', (_name, over, expected) => {
    expect(counts({ firings: three, ...over })).toBe(expected);
  });

  it('is told week by week, the most ignored rule first', () => {
    const firings = [
      fired(8 * DAY, 5),
      fired(HOUR, 5),
      fired(HOUR, 5, { rule: 'other', fingerprint: 'b' }),
      fired(2 * HOUR, 5, { rule: 'other', fingerprint: 'b' }),
    ];
    expect(
      report({ firings }).map(({ rule: name, weeks }) => [name, weeks.map((week) => week.fired)]),
    ).toEqual([
      ['other', [2, 0]],
      ['trunk-failing', [1, 1]],
    ]);
  });
});

describe('what would be quieter', () => {
  const suggested = (over: Partial<NoiseInput>): string[] =>
    report(over)[0]?.suggestions.map(
      ({ setting, ms, spared, of }) => `${setting} ${ms / MINUTE}m ${spared}/${of}`,
    ) ?? [];
  const short = [1, 2, 3, 4].map((days) => fired(days * DAY, 4, { incident: days }));
  const long = fired(5 * DAY, 50, { incident: 5 });
  const act = acked(5, 5 * DAY - 10 * MINUTE);

  it.each<[string, Partial<NoiseInput>, string[]]>([
    ['a wait over all that nobody acted on', { firings: [...short, long], acts: [act] }, ['for 5m 4/5']],
    [
      'on top of the wait that the rule has',
      { firings: [...short, long], acts: [act], rules: [rule({ forMs: 2 * MINUTE })] },
      ['for 7m 4/5'],
    ],
    [
      'nothing that would have kept quiet what somebody acted on',
      { firings: short, acts: [acked(2, 2 * DAY - MINUTE)] },
      [],
    ],
    [
      'nothing that would have kept quiet what was critical',
      { firings: short.map((one) => ({ ...one, severity: 'critical' })) },
      [],
    ],
    ['nothing from too little', { firings: short.slice(0, 2) }, []],
    ['nothing for a rule that is gone', { firings: short, rules: [] }, []],
    [
      'nothing for an edge',
      { firings: short.map((one) => ({ ...one, once: true })), rules: [rule({ once: true })] },
      [],
    ],
    ['nothing from what still fires', { firings: short.map(({ endedAt: _, ...one }) => one) }, []],
    [
      'to stay open over the gaps of what flaps, when each was acted on',
      {
        firings: [80, 65, 50, 35, 20].map((minutes) => fired(minutes * MINUTE, 7)),
        acts: [acked(1, 80 * MINUTE)],
      },
      ['keep 10m 4/5'],
    ],
  ])('%s', (_name, over, expected) => {
    expect(suggested(over)).toEqual(expected);
  });
});
