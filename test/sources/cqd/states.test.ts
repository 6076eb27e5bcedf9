import { describe, expect, it } from '@jest/globals';
import { HOUR, MINUTE } from '../../../src/model/time.js';
import type { Stage } from '../../../src/sources/cqd/schema.js';
import { judgeStage, type StageJudgement } from '../../../src/sources/cqd/states.js';

const NOW = Date.parse('2026-11-03T10:00:00Z');

/** Minutes before now, newest first. */
interface Ago {
  readonly s?: readonly number[];
  readonly f?: readonly number[];
  readonly b?: number;
  readonly pastS?: readonly number[];
  readonly pastF?: readonly number[];
  readonly limit?: number;
}

function judged(ago: Ago, stage: Stage = 'cube'): StageJudgement {
  const at = (minutes: readonly number[] = []): number[] => minutes.map((n) => NOW - n * MINUTE);
  return judgeStage(
    stage,
    {
      successes: at(ago.s),
      failures: at(ago.f),
      startedAt: ago.b === undefined ? undefined : NOW - ago.b * MINUTE,
      pastSuccesses: at(ago.pastS ?? ago.s),
      pastFailures: at(ago.pastF ?? ago.f),
    },
    NOW,
    ago.limit === undefined ? undefined : ago.limit * MINUTE,
  );
}

function summary({ state, failing, stuck, stale }: StageJudgement): string {
  return [state, failing && 'failing', stuck && 'stuck', stale && 'stale']
    .filter((word, i, all) => word !== false && all.indexOf(word) === i)
    .join('+');
}

const DAYS = 24 * 60;

describe('a stage', () => {
  it.each<[string, Ago, string]>([
    ['with a fresh success', { s: [10, 25] }, 'healthy'],
    ['with failures of days ago (trap 11)', { s: [10, 25], f: [2 * DAYS, 3 * DAYS] }, 'healthy'],
    ['whose success and failure came at one instant', { s: [90], f: [90], limit: 120 }, 'healthy'],
    ['with a failure of this hour, overcome', { s: [10], f: [25] }, 'flapping'],
    ['with a failure of an hour and a minute ago', { s: [10], f: [61] }, 'healthy'],
    ['whose newest run failed', { s: [25], f: [10] }, 'failing'],
    ['that never succeeded', { f: [10] }, 'failing'],
    ['that failed for longer than the limit', { s: [90], f: [10] }, 'failing+stale'],
    ['that failed and then stopped (trap 12)', { s: [300], f: [200] }, 'failing+stale'],
    ['whose start is older than its failure (trap 13)', { s: [300], f: [10], b: 11 }, 'failing+stale'],
    ['that tries again after a failure', { s: [25], f: [10], b: 1 }, 'failing'],
    ['that has begun', { s: [16], b: 1 }, 'running'],
    ['that has begun after a long rest', { s: [500], b: 1 }, 'running+stale'],
    ['that has begun for the first time', { b: 1 }, 'running'],
    ['that began and never ended', { s: [90], b: 75 }, 'stuck+stale'],
    ['that has hung since its first run', { b: 61 }, 'stuck+stale'],
    ['that has hung since it failed', { s: [90], f: [80], b: 75 }, 'stuck+failing+stale'],
    ['that does nothing at all, without any failure (trap 12)', { s: [61] }, 'stale'],
    ['one minute before its limit', { s: [60] }, 'healthy'],
    ['of which nothing is known', {}, 'never'],
  ])('%s', (_name, ago, expected) => {
    expect(summary(judged(ago))).toBe(expected);
  });

  it('of archiving is stale after 45 minutes', () => {
    expect(judged({ s: [45] }, 'integration').state).toBe('healthy');
    expect(judged({ s: [46] }, 'integration').state).toBe('stale');
  });

  it('learns the cadence of a site that needs six hours for its cube (trap 18)', () => {
    const slow = judged({ s: [300, 660, 1020, 1380, 1740] });
    expect([slow.state, slow.cadence, slow.limit]).toEqual(['healthy', 6 * HOUR, 18 * HOUR]);
    expect(judged({ s: [1090, 1450, 1810, 2170, 2530] }).state).toBe('stale');
  });

  it('does not take one hole for the cadence', () => {
    expect(judged({ s: [61, 1200] }).cadence).toBeUndefined();
    expect(judged({ s: [10, 25, 1200, 1215, 1230] }).cadence).toBe(15 * MINUTE);
  });

  it('goes by the settings where they say a limit', () => {
    expect(judged({ s: [61], limit: 120 }).state).toBe('healthy');
    expect(judged({ s: [10, 25, 40], limit: 5 }).state).toBe('stale');
  });

  it('counts the failures since the last success, and says when there may be more', () => {
    expect(judged({ s: [50], f: [10, 25, 40, 400, 500] })).toMatchObject({
      failures: 3,
      failuresAtLeast: false,
    });
    expect(judged({ s: [500], f: [10, 25, 40, 55, 70] })).toMatchObject({
      failures: 5,
      failuresAtLeast: true,
    });
    expect(judged({ s: [500], f: [10, 25, 40, 55, 70], pastF: [10, 25, 40, 55, 70, 85, 100] })).toMatchObject(
      { failures: 7, failuresAtLeast: true, since: NOW - 100 * MINUTE },
    );
  });

  it('has been well since its first success after a failure or a hole', () => {
    expect(judged({ s: [10, 25, 40], f: [30] }).since).toBe(NOW - 25 * MINUTE);
    expect(judged({ s: [10, 25, 400] }).since).toBe(NOW - 25 * MINUTE);
    expect(judged({ s: [10, 25], pastS: [10, 25, 40, 55, 70] }).since).toBe(NOW - 70 * MINUTE);
  });

  it('knows the newest hole between its successes', () => {
    expect(judged({ s: [2, 4, 1157, 1172] }).hole).toEqual({
      from: NOW - 1157 * MINUTE,
      to: NOW - 4 * MINUTE,
    });
    expect(judged({ s: [10, 25, 40] }).hole).toBeUndefined();
  });
});
