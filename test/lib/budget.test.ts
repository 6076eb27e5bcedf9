import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openBudget } from '../../src/lib/budget.js';

const T0 = Date.UTC(2026, 10, 21);
const MINUTE = 60_000;
const windows = [
  { max: 240, perMs: MINUTE },
  { max: 800, perMs: 60 * MINUTE },
];

describe('a request budget', () => {
  it('is spent freely until a window is used up, and says when one is free again', () => {
    const budget = openBudget(windows);
    const taken = Array.from({ length: 300 }, (_, i) => budget.take(T0 + i)).filter(Boolean).length;
    expect(taken).toBe(240);
    expect(budget.left(T0 + 300)).toBe(0);
    expect(budget.freeAt(T0 + 300)).toBe(T0 + MINUTE);
    expect(budget.freeAt(T0 + 300, 10)).toBe(T0 + 9 + MINUTE);
    expect(budget.left(T0 + MINUTE)).toBe(1);
    expect(budget.take(T0 + MINUTE)).toBe(true);
    expect(budget.take(T0 + MINUTE)).toBe(false);
  });

  it('is bounded by the hour as well', () => {
    const budget = openBudget(windows);
    let taken = 0;
    for (let minute = 0; minute < 10; minute += 1) {
      for (let i = 0; i < 240; i += 1) if (budget.take(T0 + minute * MINUTE + i)) taken += 1;
    }
    expect(taken).toBe(800);
    expect(budget.freeAt(T0 + 10 * MINUTE)).toBe(T0 + 60 * MINUTE);
  });

  it('is free at once while requests are left', () => {
    const budget = openBudget([{ max: 2, perMs: 1_000 }]);
    budget.take(T0);
    expect(budget.freeAt(T0 + 5)).toBe(T0 + 5);
    expect(budget.freeAt(T0 + 5, 2)).toBe(T0 + 1_000);
  });

  it('is remembered over a restart, and remembering it twice spends nothing', () => {
    const first = openBudget(windows);
    for (let i = 0; i < 100; i += 1) first.take(T0 + i * 300);
    const saved = JSON.parse(JSON.stringify(first.saved(T0 + 30_000))) as unknown;
    const second = openBudget(windows);
    second.restore(saved, T0 + 30_000);
    second.restore(saved, T0 + 30_000);
    expect(second.left(T0 + 30_000)).toBe(140);
  });

  it('ignores what was saved ahead of its clock, and rubbish', () => {
    const budget = openBudget(windows);
    budget.restore([[T0 / 1_000 + 3_000, 200], ['x', 1], [1], null, [T0 / 1_000, -5]], T0);
    budget.restore('nothing', T0);
    budget.restore(undefined, T0);
    expect(budget.left(T0)).toBe(240);
  });

  it('never gives more than the maximum in any window, whatever the times', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 300 }), (gaps) => {
        const budget = openBudget([
          { max: 5, perMs: 1_000 },
          { max: 12, perMs: 10_000 },
        ]);
        const taken: number[] = [];
        let now = T0;
        for (const gap of gaps) {
          now += gap;
          const free = budget.freeAt(now) <= now;
          const got = budget.take(now);
          expect(got).toBe(free);
          if (got) taken.push(now);
        }
        for (const at of taken) {
          expect(taken.filter((other) => other > at - 1_000 && other <= at).length).toBeLessThanOrEqual(5);
          expect(taken.filter((other) => other > at - 10_000 && other <= at).length).toBeLessThanOrEqual(12);
        }
      }),
    );
  });
});
