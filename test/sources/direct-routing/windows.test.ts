import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DAY, HOUR, MINUTE } from '../../../src/model/time.js';
import type { MinuteCount } from '../../../src/sources/keep.js';
import { condense } from '../../../src/sources/direct-routing/condense.js';
import { FACTS_LOOK_BACK, pollFacts } from '../../../src/sources/direct-routing/poll-facts.js';
import { runsOf } from '../../../src/sources/direct-routing/runs.js';
import { readKey, writeKey, type Dimensions } from '../../../src/sources/direct-routing/key.js';
import { seriesOf } from '../../../src/sources/direct-routing/series.js';
import { windowFacts, windowOf, windowsOf } from '../../../src/sources/direct-routing/windows.js';
import { T0 } from '../../support/builders.js';

function count(minute: number, over: Partial<Dimensions> = {}, times = 1): MinuteCount {
  const key = writeKey({
    trunk: 'sbc1.contoso.example',
    direction: 'out',
    country: 'GB',
    code: '',
    emergency: false,
    recovered: false,
    user: '',
    ...over,
  });
  return { minute: T0 + minute * MINUTE, key, count: times };
}

const hour = { from: T0, to: T0 + HOUR };
const eachOf =
  (counts: readonly MinuteCount[]) => (tell: (minute: number, key: string, count: number) => void) =>
    counts.forEach((entry) => tell(entry.minute, entry.key, entry.count));

describe('windows over counts of minutes', () => {
  it('NER counts what users did as delivered, and misdialled numbers not', () => {
    const window = windowOf(
      [
        count(0, {}, 80),
        count(1, { code: '486/560486' }, 5),
        count(1, { code: '480/10037' }, 3),
        count(2, { code: '603/560603' }, 2),
        count(2, { code: '404/560404' }, 4),
        count(3, { code: '503/560503' }, 6),
      ],
      hour,
    );
    expect(window).toMatchObject({
      attempts: 100,
      answered: 80,
      unanswered: 14,
      failed: 6,
      failureRatio: 0.06,
      userVisible: 6,
    });
    expect(window.ner).toBe(0.9);
    expect(window.codes.map(({ verdict, count }) => `${verdict.code} ${count}`)).toEqual([
      '503/560503 6',
      '486/560486 5',
      '404/560404 4',
      '480/10037 3',
      '603/560603 2',
    ]);
    expect(window.owners).toMatchObject({ caller: 14, sbc: 6 });
  });

  it('keeps apart what one code means for an ordinary call, an inbound one and one to an emergency number', () => {
    const counts = [
      count(0, { code: '486/560486' }, 7),
      count(1, { code: '486/560486', emergency: true }, 2),
      count(2, { code: '404/510404' }, 3),
      count(2, { code: '404/0', direction: 'in' }, 4),
      count(3, { code: '404/0' }, 5),
    ];
    const told = (order: readonly MinuteCount[]) =>
      windowOf(order, hour).codes.map(
        ({ verdict, failure, count: times }) =>
          `${verdict.code} ×${times} ${verdict.category} ${verdict.owner}${failure ? ' fails' : ''}`,
      );
    expect(told(counts)).toEqual([
      '404/0 ×4 tenant-config tenant fails',
      '404/510404 ×3 tenant-config tenant fails',
      '486/560486 ×2 emergency caller fails',
      '486/560486 ×7 other caller',
      '404/0 ×5 other caller',
    ]);
    expect(told([...counts].reverse())).toEqual(told(counts));
    expect(windowOf(counts, hour)).toMatchObject({ failed: 9, owners: { caller: 14, tenant: 7 } });
  });

  it('an attempt made good elsewhere is a failure of its trunk and of nobody else', () => {
    const window = windowOf(
      [count(0, { code: '503/560503' }, 3), count(0, { code: '503/560503', recovered: true }, 2)],
      hour,
    );
    expect(window).toMatchObject({ attempts: 3, failed: 3, userVisible: 1 });
  });

  it('takes apart by any dimensions; bots are one group of their own name', () => {
    const user = '00000000-0000-4000-8000-0000000000bb';
    const counts = [
      count(0, { user }),
      count(0),
      count(1, { user, code: '504/569008' }),
      count(2, { trunk: 'sbc2.contoso.example', direction: 'in' }),
    ];
    expect(
      windowFacts(counts, { ...hour, by: ['user'] }).map(({ group, attempts }) => [group.user, attempts]),
    ).toEqual([
      [user, 2],
      ['bot', 2],
    ]);
    expect(windowFacts(counts, { ...hour, by: ['trunk', 'direction', 'country', 'code'] })).toHaveLength(3);
  });

  it('counts a run of failures since the last call that went well, over busy lines', () => {
    const run = [count(0), count(1, { code: '504/569002' }, 2), count(2, { code: '503/560503' })];
    expect(windowOf(run, hour).consecutiveFailures).toBe(3);
    expect(windowOf([...run, count(3, { code: '486/560486' })], hour).consecutiveFailures).toBe(0);
    expect(windowOf([...run, count(3, { code: '404/560404' })], hour).consecutiveFailures).toBe(3);
  });

  it('says from when to when, and how old the last call is', () => {
    const counts = [count(0), count(5, { code: '504/569008' }), count(9, { code: '504/569008' }), count(12)];
    expect(windowOf(counts, { ...hour, now: T0 + 20 * MINUTE })).toMatchObject({
      firstFailureAt: T0 + 5 * MINUTE,
      lastFailureAt: T0 + 9 * MINUTE,
      firstCallAt: T0,
      lastCallAt: T0 + 12 * MINUTE,
      lastAnsweredAt: T0 + 12 * MINUTE,
      lagSeconds: 480,
    });
    expect(windowOf([], hour)).toMatchObject({
      attempts: 0,
      ner: 1,
      failureRatio: 0,
      lastCallAt: null,
      lagSeconds: null,
    });
  });

  it('a series of few calls has few points, for one or two calls are all or nothing', () => {
    const ask = { from: T0 - HOUR, to: T0 };
    const points = (calls: number): number =>
      seriesOf(
        Array.from({ length: calls }, (_, i) => count(-1 - (i % 60))),
        ask.from,
        ask.to,
      ).length;
    expect([0, 27, 120, 1_000].map(points)).toEqual([12, 12, 20, 60]);
  });

  it.each([15 * MINUTE, HOUR, DAY, 7 * DAY, 90 * DAY])(
    'a series over %p ms has at most 96 points that add up',
    (span) => {
      const ask = { from: T0 + MINUTE - span, to: T0 + MINUTE };
      const counts = Array.from({ length: 200 }, (_, i) => count(-Math.floor((i * span) / 200 / MINUTE)));
      const series = seriesOf(counts, ask.from, ask.to);
      expect(series.length).toBeLessThanOrEqual(96);
      expect(series.reduce((sum, point) => sum + point.attempts, 0)).toBe(windowOf(counts, ask).attempts);
    },
  );

  it('keys are read as they were written', () => {
    fc.assert(
      fc.property(
        fc.record({
          trunk: fc.domain(),
          direction: fc.constantFrom('in' as const, 'out' as const, 'unknown' as const),
          country: fc.constantFrom('', 'FR'),
          code: fc.constantFrom('', '504/569008', '-/-'),
          emergency: fc.boolean(),
          recovered: fc.boolean(),
          user: fc.oneof(fc.uuid(), fc.constant('')),
        }),
        (dimensions) => expect(readKey(writeKey(dimensions))).toEqual(dimensions),
      ),
    );
  });

  it('fewer counts give the same three windows', () => {
    const entry = fc.record({
      ago: fc.nat({ max: 2_900 }),
      code: fc.constantFrom('', '', '486/560486', '504/569008', '404/560404'),
      trunk: fc.constantFrom('a', 'b', ''),
      times: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
        const counts = entries.map(({ ago, code, trunk, times }) => count(-ago, { code, trunk }, times));
        const { all } = condense(eachOf(counts), T0);
        const spans = [15 * MINUTE, HOUR, DAY];
        const inOneGo = windowsOf(counts, { spans, to: all.to, now: T0 });
        for (const span of spans) {
          const ask = { from: all.to - span, to: all.to, now: T0 };
          expect(windowOf(all.counts, ask)).toEqual(windowOf(counts, ask));
          expect(inOneGo.get(span)).toEqual(windowOf(counts, ask));
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('facts of a poll', () => {
  const fact = (counts: readonly MinuteCount[], now = T0 + 10 * MINUTE) =>
    new Map(
      pollFacts({
        tenant: 'contoso',
        each: eachOf(counts),
        now,
        runs: runsOf(eachOf(counts), now - FACTS_LOOK_BACK, now + MINUTE, new Map()),
      }).map(({ subject, values }) => [subject, values]),
    );

  it('a trunk says whose its failures are, in words', () => {
    const values = fact([count(0, {}, 9), count(1, { code: '504/569008' }, 31)]).get(
      'trunk:sbc1.contoso.example',
    );
    expect(values).toMatchObject({
      type: 'trunk',
      attempts: 40,
      answered: 9,
      failed: 31,
      ner: 0.23,
      failureRatio: 0.78,
      topCode: '504/569008',
      owner: 'sbc',
      sbcShare: 1,
      verdict: 'SBC, not Microsoft: the SBC’s certificate has expired (504/569008)',
      certificateFailures: 31,
      certificateOpen: true,
      consecutiveFailures: 31,
      firstFailureAt: new Date(T0 + MINUTE).toISOString(),
    });
    expect(values?.['nextStep']).toEqual(expect.stringContaining('Renew'));
  });

  it('calls without a trunk are the tenant’s; so are Microsoft’s failures by number of trunks', () => {
    const facts = fact([
      count(0, { trunk: '', code: '403/510559' }, 3),
      count(1, { trunk: 'a', code: '503/540998' }),
      count(1, { trunk: 'b', code: '503/10320' }),
      count(1, { trunk: 'c' }),
    ]);
    expect([...facts.keys()]).toEqual(['trunk:a', 'trunk:b', 'trunk:c', 'tenant:contoso']);
    expect(facts.get('tenant:contoso')).toMatchObject({
      type: 'calls',
      available: true,
      trunks: 3,
      microsoftFailures: 2,
      microsoftTrunks: 2,
      misconfigurations: 3,
      misconfigurationCode: '403/510559',
    });
  });

  it('an emergency call is told at the first failure, whatever its code', () => {
    const values = fact([count(0, {}, 50), count(1, { emergency: true, code: '486/560486' })]).get(
      'trunk:sbc1.contoso.example',
    );
    expect(values).toMatchObject({ failed: 1, emergencyFailures: 1, emergencyOpen: true });
  });

  it('time alone changes nothing for a while, and a healthy trunk that goes on changes nothing', () => {
    const calm = [...Array(60).keys()].map((minute) => count(minute - 60, {}, 5));
    expect(fact(calm, T0 + MINUTE)).toEqual(fact(calm, T0 + 8 * MINUTE));
    const later = [...calm, count(0, {}, 4), count(1, { code: '486/560486' })];
    expect(fact(later, T0 + 2 * MINUTE).get('trunk:sbc1.contoso.example')).toMatchObject({
      attempts: 50,
      attempts1h: 200,
      failed: 0,
    });
  });

  it('a trunk is judged by its last calls, and a day without any empties it', () => {
    const sick = [count(0, { code: '504/569008' }, 5)];
    expect(fact(sick, T0 + 5 * HOUR).get('trunk:sbc1.contoso.example')).toMatchObject({
      failed: 5,
      lagSeconds: 4 * 3_600,
    });
    expect(fact(sick, T0 + DAY + 20 * MINUTE).get('trunk:sbc1.contoso.example')).toMatchObject({
      failed: 0,
      failed24h: 5,
    });
  });
});
