import { describe, expect, it } from '@jest/globals';
import { renderTerminal } from '../../../src/lib/terminal/render.js';
import { chartCard, EMPTY_CHART } from '../../support/chart.js';

const page = { colour: false, width: 80, timeZone: 'UTC' };

describe('a chart in a terminal', () => {
  it('is two rows of small bars with their numbers and times', () => {
    expect(renderTerminal(chartCard(), page).split('\n').slice(2)).toEqual([
      '  sbc1.contoso.com, last hour',
      `  Failed calls  ${'▁'.repeat(15)}${'█'.repeat(10)}${'▁'.repeat(5)}  most 3`,
      `  NER           ${'█'.repeat(15)}${'▄'.repeat(10)}${' '.repeat(5)}  least 40 %`,
      '                02:15 – 03:15 UTC, 21 Nov 2026',
      '',
    ]);
  });

  it('says that there is nothing', () => {
    expect(renderTerminal(chartCard(EMPTY_CHART), page)).toContain('  No calls in this time\n');
  });

  it('stays within the width', () => {
    const lines = renderTerminal(chartCard(), { ...page, width: 40 })
      .split('\n')
      .slice(3);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(46);
  });
});
