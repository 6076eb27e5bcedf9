import { describe, expect, it } from '@jest/globals';
import { backtestCard } from '../../src/cards/index.js';
import { openDrawing } from '../../src/lib/charts/draw.js';
import { packChart, unpackChart } from '../../src/lib/charts/pack.js';
import { cardToText } from '../../src/http/text.js';
import type { Card } from '../../src/model/card.js';
import { DAY, HOUR } from '../../src/model/time.js';
import { aBacktest, aFiring } from './backtests.js';
import { NOW } from './samples.js';

const card = (over: Parameters<typeof aBacktest>[0] = {}, inForce = false): Card =>
  backtestCard({ backtest: aBacktest(over), inForce, now: NOW, url: '' });

function chartOf({ sections }: Card) {
  const chart = sections.find((section) => section.kind === 'chart');
  if (chart?.kind !== 'chart') throw new Error('there is no chart');
  return chart;
}

describe('the card of a backtest', () => {
  it('sets what would have been sent beside what the rules in force sent', () => {
    const text = cardToText(card());
    expect(text).toContain('trunk-failing: 2 alerts in 7 d, 2 by the rules in force');
    expect(text).toContain('2 messages, 5 edits, 1 reminder');
    expect(text).toContain('2 messages, 8 edits, 1 held back');
    expect(text).toContain('9 messages, 20 edits, 4 reminders');
  });

  it('says which alerts are new, which are gone, and which both have, with how long and to whom', () => {
    const text = cardToText(card());
    expect(text).toMatch(
      /Only these rules fire \(1\)\s+.*45 min · trunk-failing · trunk:sbc2\.contoso\.com · → noc/,
    );
    expect(text).toContain('Only the rules in force fire (1)');
    expect(text).toContain('Both fire (1)');
    expect(text).toContain('As if nobody had acknowledged anything');
  });

  it('of a rule as it is in force compares with nothing but what was really sent', () => {
    const text = cardToText(card({}, true));
    expect(text).not.toMatch(/in force/i);
    expect(text).toContain('Alerts (2)');
  });

  it('that found nothing says so', () => {
    const nothing = { rules: [], channels: [], firings: [] };
    const text = cardToText(card({ these: nothing, present: nothing, sent: [] }));
    expect(text).toContain('no alert in 7 d, none by the rules in force');
    expect(text).toContain('Nothing would have fired');
  });
});

describe('its picture', () => {
  it('counts the alerts of each step on both sides, those that go on too', () => {
    const { until: _, ...goingOn } = aFiring({ from: NOW - 3 * 60_000 });
    const firings = [aFiring({ from: NOW - 2 * DAY }), goingOn];
    const { these } = aBacktest();
    const { bars, line, from, step } = chartOf(card({ these: { ...these, firings } }));
    expect(bars.values).toHaveLength(Math.ceil((NOW - from) / step));
    // The first of them lasts from 03:20 to 04:05, and a step is two hours.
    expect([step, bars.values.reduce((a, b) => a + b, 0)]).toEqual([2 * HOUR, 3]);
    expect(bars.values.at(-1)).toBe(1);
    expect(Math.max(...line.values.map((value) => value ?? 0))).toBe(1);
  });

  it.each([1 / 24, 1, 30, 90, 400])('of %d days has no more steps than there is room for', (days) => {
    expect(chartOf(card({ from: NOW - days * DAY })).bars.values.length).toBeLessThanOrEqual(92);
  });

  it('goes through its address unchanged, and both sides are drawn on one axis', async () => {
    const chart = chartOf(card());
    const read = unpackChart(packChart(chart, NOW))?.chart;
    expect(read?.line).toEqual(chart.line);
    const svg = (await openDrawing()).svg(chart);
    expect(svg).toContain('Rules in force');
    expect(svg).not.toContain('%<');
  });
});
