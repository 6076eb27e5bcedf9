import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { diff } from '../src/diff.js';
import type { Fact } from '../src/model/source.js';
import { aFact, T0 } from './support/builders.js';

const known = (...facts: Fact[]): Map<string, Fact> => new Map(facts.map((fact) => [fact.subject, fact]));

describe('diff', () => {
  it('makes no change of the same snapshot in another order, even when a subject is named twice', () => {
    const facts = [aFact('service:A', { status: 'x', list: [1, 2] }), aFact('service:B', { status: 'y' })];
    const again = [...facts].reverse().concat(aFact('service:A', { list: [1, 2], status: 'x' }));
    expect(diff(known(...facts), { kind: 'service-health', at: T0, coverage: 'full', facts: again })).toEqual(
      {
        changes: [],
        put: [],
        gone: [],
      },
    );
  });

  it('takes an absent subject for gone only when the observation is full', () => {
    const before = known(aFact('issue:EX1', { active: true }));
    const partial = diff(before, { kind: 'service-health', at: T0, coverage: 'partial', facts: [] });
    const full = diff(before, { kind: 'service-health', at: T0, coverage: 'full', facts: [] });
    expect(partial.gone).toEqual([]);
    expect(full.gone).toEqual(['issue:EX1']);
    expect(full.changes.map(({ subject, now }) => [subject, now])).toEqual([['issue:EX1', undefined]]);
  });

  it('leaves facts of another kind alone: a source does not end its own health by not mentioning it', () => {
    const before = known(aFact('source:contoso/service-health', { state: 'ok' }, 'tocsin'));
    expect(diff(before, { kind: 'service-health', at: T0, coverage: 'full', facts: [] }).gone).toEqual([]);
  });

  it('says nothing when applied to its own result', () => {
    const facts = fc.array(
      fc.record({ subject: fc.constantFrom('a', 'b', 'c'), value: fc.integer({ min: 0, max: 3 }) }),
    );
    fc.assert(
      fc.property(facts, facts, (first, second) => {
        const observe = (items: { subject: string; value: number }[]) => ({
          kind: 'service-health' as const,
          at: T0,
          coverage: 'full' as const,
          facts: items.map(({ subject, value }) => aFact(subject, { value })),
        });
        const one = diff(new Map(), observe(first));
        const snapshot = known(...one.put);
        const two = diff(snapshot, observe(second));
        for (const fact of two.put) snapshot.set(fact.subject, fact);
        for (const subject of two.gone) snapshot.delete(subject);
        expect(diff(snapshot, observe(second)).changes).toEqual([]);
      }),
    );
  });
});
