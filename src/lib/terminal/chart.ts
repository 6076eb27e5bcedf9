import { sparkline } from '../charts/spark.js';
import { spanText } from '../charts/times.js';
import type { Chart } from '../../model/chart.js';
import { clean, type Span } from './spans.js';
import { padTo, widthOf } from './width.js';

/** A chart in a few lines: one row of small bars for the counts and one for the shares. */
export function chartLines(chart: Chart, pageWidth: number): readonly (readonly Span[])[] {
  const { bars, line, from, step } = chart;
  const title: readonly Span[] = [{ text: `  ${clean(chart.title)}`, style: 'bold' }];
  const most = Math.max(0, ...bars.values);
  const shares = line.values.filter((value) => value !== null);
  if (most === 0 && shares.length === 0) return [title, [{ text: `  ${clean(chart.empty)}`, style: 'dim' }]];
  const names = [bars.name, line.name].map(clean);
  const column = Math.max(...names.map(widthOf));
  const width = Math.max(10, Math.min(60, pageWidth - column - 22));
  const counts = sparkline(bars.values, { top: most, width, pick: 'most' });
  const mostOfLine = Math.max(0, ...shares);
  const share =
    line.counts === true
      ? sparkline(line.values, { top: Math.max(most, mostOfLine), width, pick: 'most' })
      : sparkline(line.values, { top: 1, width, pick: 'least' });
  const lineWords =
    line.counts === true ? `most ${mostOfLine}` : `least ${Math.floor(Math.min(...shares) * 100)} %`;
  const row = (name: string, drawn: string, words: string): readonly Span[] => [
    { text: `  ${padTo(name, column)}  `, style: 'dim' },
    { text: drawn, style: 'none' },
    { text: `  ${words}`, style: 'dim' },
  ];
  const to = from + bars.values.length * step;
  const ends = spanText(from, to);
  return [
    title,
    row(names[0] ?? '', counts, most === 0 ? 'none' : `most ${most}`),
    ...(shares.length === 0 ? [] : [row(names[1] ?? '', share, lineWords)]),
    [{ text: `  ${padTo('', column)}  ${ends}`, style: 'dim' }],
  ];
}
