import type { Chart } from '../../model/chart.js';
import type { Duration, Instant } from '../../model/time.js';
import { daysText, tickOf, tickText } from './times.js';

export const WIDTH = 800;
export const HEIGHT = 400;
export const FONT = 'DejaVu Sans';

/** Its own light paper, so that it reads the same in a dark and in a light chat. */
const PAPER = '#fbfcfd';
const INK = '#1b2733';
const DIM = '#566370';
const GRID = '#dde3e9';
const BAR = '#dd5f68';
const LINE = '#0b5fb4';
const GRID_LINES = 4;
const LONGEST_TITLE = 110;

/** The drawing as ECharts takes it (Apache ECharts documentation, "option"). Labels stand at round times, in UTC. */
export function optionOf(chart: Chart) {
  const { title, from, step, bars, line } = chart;
  const times = bars.values.map((_, i) => from + i * step);
  const to = from + times.length * step;
  const counts = line.counts === true;
  const top = topOf(counts ? [...bars.values, ...line.values.map((value) => value ?? 0)] : bars.values);
  const lineName = counts ? line.name : `${line.name} (right axis)`;
  const text = { color: DIM, fontFamily: FONT, fontSize: 13 };
  const labels = labelsOf(times, step, tickOf(to - from));
  const labelled = (index: number): boolean => labels.has(index);
  return {
    animation: false,
    backgroundColor: PAPER,
    textStyle: { fontFamily: FONT },
    title: {
      text: Array.from(title).slice(0, LONGEST_TITLE).join(''),
      left: 20,
      top: 16,
      textStyle: { color: INK, fontFamily: FONT, fontSize: sizeOf(title) },
    },
    legend: {
      left: 16,
      top: 46,
      itemGap: 22,
      itemWidth: 20,
      itemHeight: 11,
      selectedMode: false as const,
      textStyle: { ...text, color: INK },
      data: [{ name: bars.name, icon: 'rect' }, { name: lineName }],
    },
    grid: { left: 58, right: 66, top: 92, bottom: 62 },
    xAxis: {
      type: 'category' as const,
      data: times.map((at, i) => tickText(labels.get(i) ?? at)),
      name: `${daysText(from, to)}, times in UTC`,
      nameLocation: 'middle' as const,
      nameGap: 34,
      nameTextStyle: text,
      axisLine: { lineStyle: { color: DIM } },
      axisTick: { alignWithLabel: true, interval: labelled, lineStyle: { color: DIM } },
      axisLabel: { ...text, interval: labelled, hideOverlap: true },
    },
    yAxis: [
      {
        type: 'value' as const,
        min: 0,
        max: top,
        interval: top / GRID_LINES,
        axisLabel: text,
        splitLine: { lineStyle: { color: GRID } },
      },
      {
        type: 'value' as const,
        show: !counts,
        min: 0,
        max: 100,
        interval: 100 / GRID_LINES,
        axisLabel: { ...text, color: LINE, formatter: '{value} %' },
        splitLine: { show: false },
      },
    ],
    series: [
      {
        type: 'bar' as const,
        name: bars.name,
        data: [...bars.values],
        itemStyle: { color: BAR, borderRadius: [2, 2, 0, 0] },
        barMaxWidth: 34,
        barCategoryGap: '22%',
      },
      {
        type: 'line' as const,
        name: lineName,
        yAxisIndex: counts ? 0 : 1,
        z: 3,
        step: counts ? ('middle' as const) : (false as const),
        data: points(line.values, counts ? 1 : 100),
        lineStyle: { color: LINE, width: 2.5, join: 'round' as const },
        itemStyle: { color: LINE },
        symbol: 'circle',
        connectNulls: false,
      },
    ],
    graphic: isEmpty(chart) ? [emptyWords(chart.empty)] : [],
  };
}

function isEmpty({ bars, line }: Chart): boolean {
  return bars.values.every((value) => value === 0) && line.values.every((value) => value === null);
}

/** A step is labelled with the round time that it begins at or goes over. */
function labelsOf(times: readonly Instant[], step: Duration, tick: Duration): ReadonlyMap<number, Instant> {
  const labels = new Map<number, Instant>();
  for (const [i, at] of times.entries()) {
    const round = Math.ceil(at / tick) * tick;
    if (round < at + step) labels.set(i, round);
  }
  return labels;
}

/** A long title is written smaller. */
function sizeOf(title: string): number {
  return Math.max(11, Math.min(17, Math.floor((17 * 64) / Math.max(1, Array.from(title).length))));
}

/** A point that has no neighbour would be a line of no length. */
function points(values: readonly (number | null)[], factor: number) {
  return values.map((value, i) => {
    const alone = (values[i - 1] ?? null) === null && (values[i + 1] ?? null) === null;
    return value === null
      ? { value: '-' as const }
      : { value: Math.round(value * factor * 10) / 10, symbolSize: alone ? 7 : 0 };
  });
}

/** The end of the axis of counts: whole numbers at every grid line, and a few failures do not look like a wall. */
function topOf(values: readonly number[]): number {
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  for (let power = 1; ; power *= 10)
    for (const lead of [1, 2, 3, 5, 8])
      if (lead * power * GRID_LINES >= most) return lead * power * GRID_LINES;
}

function emptyWords(words: string) {
  return {
    type: 'text' as const,
    left: 'center',
    top: 190,
    style: { text: words, fill: DIM, fontFamily: FONT, fontSize: 17 },
  };
}
