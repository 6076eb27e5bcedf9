import { describe, expect, it } from '@jest/globals';
import { chartBody } from '../../../adapters/teams/chart.js';
import { size } from '../../../adapters/teams/fit.js';
import { renderCard } from '../../../adapters/teams/render.js';
import type { JsonObject } from '../../../src/model/json.js';
import { aChart, chartCard, EMPTY_CHART } from '../../support/chart.js';

const IMAGE = 'https://tocsin.example/charts/abc.def.png';
const WHOLE = { text: 8_000, rows: 100, sections: 60, shortened: false };

describe('a chart in Teams', () => {
  it('is drawn by Teams: counts as bars that add up, the share as a line from 0 to 100', () => {
    const [bars, line, words] = chartBody(aChart(), WHOLE) as JsonObject[];
    const data = (bars?.['data'] ?? []) as { x: string; y: number }[];
    expect([bars?.['type'], data.length, data[0]?.x]).toEqual(['Chart.VerticalBar', 8, '02:15']);
    expect(data.reduce((sum, { y }) => sum + y, 0)).toBe(60);
    expect(line).toMatchObject({ type: 'Chart.Line', yMin: 0, yMax: 100 });
    const [series] = (line?.['data'] ?? []) as { legend: string; values: { x: string; y: number }[] }[];
    // What could not be measured is no point.
    expect([series?.legend, series?.values.length, series?.values.at(-1)]).toEqual([
      'NER',
      7,
      { x: '03:03', y: 40 },
    ]);
    expect([bars?.['xAxisTitle'], line?.['xAxisTitle']]).toEqual([
      '21 Nov 2026, times in UTC',
      '21 Nov 2026, times in UTC',
    ]);
    expect(words).toMatchObject({
      type: 'TextBlock',
      text: expect.stringContaining('60 of 300 calls failed'),
    });
  });

  it.each([
    ['an hour', 60_000, '02:15 02:23'],
    ['two days and a half', 3_600_000, 'Sat 02h Sat 10h'],
    ['two months', 86_400_000, '21 Nov 29 Nov'],
  ])('names few times, short enough to stand below the bars: %s', (_span, step, names) => {
    const [bars] = chartBody(aChart({ step }), WHOLE) as JsonObject[];
    const data = (bars?.['data'] ?? []) as { x: string }[];
    expect(
      data
        .slice(0, 2)
        .map(({ x }) => x)
        .join(' '),
    ).toBe(names);
    expect(new Set(data.map(({ x }) => x)).size).toBe(data.length);
    expect(Math.max(...data.map(({ x }) => x.length))).toBeLessThanOrEqual(7);
  });

  it('is the picture once, or nothing but its sentence, for a client that draws none', () => {
    const [bars, line] = chartBody(aChart({ image: IMAGE }), WHOLE) as JsonObject[];
    expect(bars?.['fallback']).toMatchObject({ type: 'Image', url: IMAGE, altText: expect.any(String) });
    expect(line?.['fallback']).toBe('drop');
    const [plain] = chartBody(aChart({ image: 'http://127.0.0.1/charts/a.png' }), WHOLE) as JsonObject[];
    expect(plain?.['fallback']).toBe('drop');
  });

  it('is its sentence alone when there is nothing to draw', () => {
    expect(chartBody(aChart(EMPTY_CHART), WHOLE)).toHaveLength(1);
  });

  it('is small', () => {
    const many = Array.from({ length: 96 }, (_, i) => i / 96);
    const card = renderCard(
      chartCard({ bars: { name: 'Failed calls', values: many }, line: { name: 'NER', values: many } }),
      { living: false },
    );
    expect(size(card)).toBeLessThan(12_000);
  });
});
