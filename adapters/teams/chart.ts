import { squeeze } from '../../src/lib/charts/spark.js';
import { daysText, dayText, hourText, timeText } from '../../src/lib/charts/times.js';
import type { Chart } from '../../src/model/chart.js';
import type { Json } from '../../src/model/json.js';
import { DAY } from '../../src/model/time.js';
import type { Limits } from './fit.js';
import { buttonHref, escapeText, shorten } from './markdown.js';

/** As many as have room for their names below them: Teams cuts each name to its share of a narrow card. */
const MOST_POINTS = 8;

/**
 * Two charts that Teams draws itself (Microsoft Learn, "Charts in Adaptive Cards": one has one axis of values), in the
 * reader's own theme. A client that knows none shows the picture, or the sentence.
 */
export function chartBody(chart: Chart, limits: Limits): Json[] {
  const { bars, line } = chart;
  const alt = escapeText(`${chart.title}: ${chart.alt}`, Math.min(limits.text, 600));
  const words: Json = { type: 'TextBlock', text: alt, wrap: true, isSubtle: true, size: 'Small' };
  const measured = line.values.some((value) => value !== null);
  const counted = bars.values.some((value) => value > 0);
  if (!measured && !counted) return [words];
  const most = limits.shortened ? Math.min(MOST_POINTS, limits.rows) : MOST_POINTS;
  return [
    ...(counted ? [barChart(chart, most, fallbackOf(chart, words))] : []),
    ...(measured ? [lineChart(chart, most, counted ? 'drop' : fallbackOf(chart, words))] : []),
    words,
  ];
}

function barChart(chart: Chart, most: number, fallback: Json): Json {
  const { bars } = chart;
  const values = squeeze(bars.values, most, 'sum');
  return {
    type: 'Chart.VerticalBar',
    title: shorten(`${bars.name}, ${chart.title}`, 120),
    xAxisTitle: axisTitle(chart),
    yAxisTitle: shorten(bars.name, 60),
    color: 'attention',
    showBarValues: false,
    data: labelled(chart, values).map(({ x, y }) => ({ x, y: y ?? 0 })),
    fallback,
  };
}

function lineChart(chart: Chart, most: number, fallback: Json): Json {
  const { line } = chart;
  const counts = line.counts === true;
  const values = squeeze(line.values, most, counts ? 'most' : 'least');
  return {
    type: 'Chart.Line',
    title: shorten(`${line.name}, ${chart.title}`, 120),
    xAxisTitle: axisTitle(chart),
    yAxisTitle: counts ? shorten(line.name, 60) : `${shorten(line.name, 60)} in %`,
    yMin: 0,
    ...(counts ? {} : { yMax: 100 }),
    color: 'accent',
    data: [
      {
        legend: shorten(line.name, 60),
        values: labelled(chart, values).flatMap(({ x, y }) =>
          y === null ? [] : [{ x, y: counts ? y : Math.round(y * 1_000) / 10 }],
        ),
      },
    ],
    fallback,
  };
}

/** Names, not dates: a date would lose its time of day on the axis. Two of one name would be drawn as one. */
function labelled(
  { from, step, bars }: Chart,
  values: readonly (number | null)[],
): readonly { x: string; y: number | null }[] {
  const all = bars.values.length;
  const size = Math.max(1, Math.ceil(all / Math.max(1, values.length))) * step;
  const nameOf = all * step <= DAY ? timeText : size < DAY ? hourText : dayText;
  const names = values.map((_, i) => nameOf(from + i * size));
  const unique = new Set(names).size === names.length;
  return values.map((y, i) => {
    const at = from + i * size;
    return { x: unique ? (names[i] ?? '') : `${dayText(at)} ${timeText(at)}`, y };
  });
}

function axisTitle({ from, step, bars }: Chart): string {
  return `${daysText(from, from + bars.values.length * step)}, times in UTC`;
}

function fallbackOf({ image, title, alt }: Chart, words: Json): Json {
  const url = image === undefined ? undefined : buttonHref(image);
  if (url?.startsWith('https:') !== true) return 'drop';
  return {
    type: 'Image',
    url,
    altText: shorten(`${title}: ${alt}`, 600),
    size: 'Stretch',
    fallback: words,
  };
}
