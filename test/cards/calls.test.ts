import { describe, expect, it } from '@jest/globals';
import { callCard, callsCard, trunksCard } from '../../src/cards/index.js';
import type { Card, Section } from '../../src/model/card.js';
import type { Fact } from '../../src/model/source.js';
import { DAY, HOUR, MINUTE } from '../../src/model/time.js';
import { unavailableFact } from '../../src/sources/direct-routing/poll-facts.js';
import { aCall, badHour, callsFacts, CALLS_NOW, SBC1, SBC2, some, trunkFacts } from './call-samples.js';
import { expectGolden } from './golden.js';

const look = (facts: readonly Fact[], over: object = {}) => ({
  tenant: 'contoso',
  facts,
  at: CALLS_NOW,
  fresh: true,
  ...over,
});
const view = { now: CALLS_NOW, url: 'https://tocsin.example', windowMs: HOUR };

describe('the card of calls', () => {
  it('tells whose the failures are, since when, and draws them', () => {
    expectGolden('calls', callsCard({ ...view, looks: [look(callsFacts(badHour()))] }));
  });

  it('tells all about one trunk', () => {
    const facts = callsFacts(badHour(), { trunk: SBC1 });
    expectGolden('calls-trunk', callsCard({ ...view, trunk: SBC1, looks: [look(facts)] }));
  });

  it('does not call an empty window a good one', () => {
    const card = callsCard({ ...view, windowMs: 15 * MINUTE, looks: [look(callsFacts([]))] });
    expectGolden('calls-none', card);
    expect(card.tone).toBe('neutral');
  });

  it('keeps tenants apart and says what was last known of one that does not answer', () => {
    const stale = { tenant: 'fabrikam', at: CALLS_NOW - 25 * MINUTE, fresh: false, error: 'denied' };
    const looks = [look(callsFacts(badHour())), look(callsFacts([some(SBC2, 20, '', 30)]), stale)];
    expectGolden('calls-tenants', callsCard({ ...view, looks }));
  });

  it('says where a cloud has no call log, and where nothing is known', () => {
    const without = callsCard({ ...view, looks: [look([unavailableFact('contoso', 'China has none.')])] });
    expect(without.title).toBe('There is no call log here');
    expect(JSON.stringify(without.sections)).toContain('China has none.');
    const blind = callsCard({ ...view, looks: [look([], { at: 0, fresh: false, error: 'denied' })] });
    expect(blind.title).toBe('The call log does not answer, and nothing is known of it');
    const empty = callsCard({ ...view, looks: [look(callsFacts([]), { fresh: false, error: 'denied' })] });
    expect(empty.title).toBe('The call log does not answer, and no call is known of in the last hour');
  });

  it.each([
    ['no calls', [], 'neutral'],
    ['one failure in a few calls', [some(SBC1, 5, '', 4), some(SBC1, 5, '503/560503', 1)], 'warning'],
    ['a run of failures below the volume', [some(SBC1, 5, '504/569008', 6)], 'major'],
    ['1 % of many', [some(SBC1, 5, '', 990), some(SBC1, 5, '503/560503', 10)], 'ok'],
    ['4 %', [some(SBC1, 5, '', 96), some(SBC1, 5, '503/560503', 4)], 'warning'],
    ['8 %', [some(SBC1, 5, '', 92), some(SBC1, 5, '503/560503', 8)], 'major'],
    ['40 %', [some(SBC1, 5, '', 60), some(SBC1, 5, '503/560503', 40)], 'critical'],
    ['busy people', [some(SBC1, 5, '', 20), some(SBC1, 5, '486/560486', 20)], 'ok'],
  ] as const)('takes %s as it is', (_, counts, tone) => {
    expect(callsCard({ ...view, looks: [look(callsFacts(counts))] }).tone).toBe(tone);
  });

  it('gives the chart a point for each step, and a gap where there were no calls', () => {
    const chart = chartOf(callsCard({ ...view, looks: [look(callsFacts(badHour()))] }));
    expect([chart.step, chart.bars.values.length, chart.line.values.length]).toEqual([MINUTE, 60, 60]);
    expect(chart.line.values.slice(-11)).toEqual(Array.from({ length: 11 }, () => null));
    expect(chart.alt).toMatch(/calls failed, NER \d+ %; most failures \(5\) from 02:45 UTC\.$/);
  });
});

describe('the card of trunks', () => {
  it('lists the worst first', () => {
    expectGolden('trunks', trunksCard({ ...view, windowMs: DAY, looks: [look(trunkFacts(badHour(), DAY))] }));
  });

  it('says that none had a call, and that nothing is known', () => {
    expect(trunksCard({ ...view, looks: [look([])] }).title).toBe('No trunk had a call in the last hour');
    const blind = [look([], { at: 0, fresh: false, error: 'denied' })];
    expect(trunksCard({ ...view, looks: blind }).title).toBe(
      'The call log does not answer, and no trunk is known',
    );
  });
});

describe('the card of one call', () => {
  const cardOf = (fact: Fact): Card | undefined =>
    callCard({ ...view, id: fact.subject.slice(5), looks: [look([fact])] });

  it('tells what happened, whose it is and what to do, with nobody’s number', () => {
    const card = cardOf(aCall());
    expectGolden('call', card);
    expect(JSON.stringify(card)).not.toMatch(/612345678|144556677|Adele Vance/);
  });

  it('is calm about a busy line and about one that went through elsewhere', () => {
    const busy = cardOf(aCall({ finalSipCode: 486, callEndSubReason: 560486 }));
    expect([busy?.tone, busy?.title]).toEqual(['neutral', expect.stringContaining('was not answered')]);
    const saved = cardOf(aCall({}, true));
    expect([saved?.tone, JSON.stringify(saved)]).toEqual([
      'warning',
      expect.stringContaining('went through elsewhere'),
    ]);
  });

  it('shows an answered call and an emergency one', () => {
    const answered = cardOf(
      aCall({ successfulCall: true, finalSipCode: 200, callEndSubReason: 0, duration: 62 }),
    );
    expect([answered?.tone, answered?.title]).toEqual(['ok', 'Outbound call answered']);
    const emergency = cardOf(aCall({ callType: 'ByotOutEmergency' }));
    expect([emergency?.tone, emergency?.title]).toEqual([
      'critical',
      expect.stringContaining('Outbound emergency call failed'),
    ]);
  });

  it('is none where nobody knows the call', () => {
    expect(callCard({ ...view, id: 'x', looks: [look([])] })).toBeUndefined();
  });
});

function chartOf(card: Card): Extract<Section, { kind: 'chart' }> {
  const chart = card.sections.find((section) => section.kind === 'chart');
  if (chart === undefined) throw new Error('there is no chart');
  return chart;
}
