import type { Card, Section } from '../../src/model/card.js';
import { MINUTE } from '../../src/model/time.js';

export type ChartSection = Extract<Section, { kind: 'chart' }>;

/** An hour in steps of a minute: well, then half of it failing, then nothing. */
export function aChart(over: Partial<ChartSection> = {}): ChartSection {
  return {
    kind: 'chart',
    title: 'sbc1.contoso.com, last hour',
    alt: '60 of 300 calls failed, NER 80 %.',
    from: Date.parse('2026-11-21T02:15:00Z'),
    step: MINUTE,
    bars: { name: 'Failed calls', values: Array.from({ length: 60 }, (_, i) => (i >= 30 && i < 50 ? 3 : 0)) },
    line: {
      name: 'NER',
      values: Array.from({ length: 60 }, (_, i) => (i < 30 ? 1 : i < 50 ? 0.4 : null)),
    },
    empty: 'No calls in this time',
    ...over,
  };
}

export const EMPTY_CHART = {
  bars: { name: 'Failed calls', values: [0, 0] },
  line: { name: 'NER', values: [null, null] },
} as const;

export function chartCard(over: Partial<ChartSection> = {}): Card {
  return {
    topic: 'calls',
    tone: 'major',
    title: '60 of 300 calls failed',
    fallback: '60 of 300 calls failed',
    sections: [aChart(over)],
    actions: [],
    at: Date.parse('2026-11-21T03:15:00Z'),
  };
}
