import { formatDuration } from '../lib/duration.js';
import type { Card, Section } from '../model/card.js';
import type { Inline } from '../model/rich.js';
import type { NoiseRow, NoiseWeek } from '../model/noise.js';
import type { ResponseWeek } from '../model/response.js';
import type { Instant } from '../model/time.js';
import {
  bold,
  command,
  dotted,
  factIf,
  factsSection,
  heading,
  link,
  listSection,
  paragraph,
  say,
  type ListItem,
} from './parts.js';
import { responseSections } from './response.js';
import { plural } from './words.js';

export interface NoiseView {
  readonly rows: readonly NoiseRow[];
  /** Newest week first. */
  readonly response: readonly ResponseWeek[];
  readonly tenant?: string;
  readonly now: Instant;
  readonly url: string;
}

const ROWS = 25;

/** What came of the alerts of the last week, the most ignored rule first, and what would be quieter. */
export function noiseCard({ rows, response, tenant, now, url }: NoiseView): Card {
  const fired = rows.filter((row) => (row.weeks[0]?.fired ?? 0) > 0);
  const title = titleOf(fired, tenant);
  const suggestions = rows.flatMap(suggestionItems);
  return {
    topic: 'noise',
    tone: 'neutral',
    title,
    fallback: [title, ...fired.slice(0, 2).map(rowWords)].join('; '),
    sections: [
      ...(fired.length === 0 ? [] : [tableOf(fired.slice(0, ROWS))]),
      ...(fired.length <= ROWS ? [] : [paragraph(say(`and ${fired.length - ROWS} more rules`))]),
      ...listSection('Would be quieter', suggestions, 10),
      ...responseSections(response),
    ],
    actions: [],
    footer: dotted(
      [say('the last 7 days; in brackets the 7 before')],
      url === '' ? undefined : [link('console', url)],
    ),
    at: now,
  };
}

function titleOf(rows: readonly NoiseRow[], tenant: string | undefined): string {
  const where = tenant === undefined ? '' : ` in ${tenant}`;
  const sum = (of: (week: NoiseWeek) => number): number =>
    rows.reduce((total, { weeks: [week] }) => total + (week === undefined ? 0 : of(week)), 0);
  const fired = sum((week) => week.fired);
  if (fired === 0) return `No alert fired in the last 7 days${where}`;
  const announced = sum((week) => week.announced);
  const alerts = fired - announced;
  const acted = sum((week) => week.acted);
  const also = announced === 0 ? '' : `; ${plural(announced, 'announcement')}`;
  return `${plural(alerts, 'alert')} in the last 7 days${where}, ${acted === 0 ? 'none' : acted} acted on${also}`;
}

function rowWords({ rule, weeks: [week] }: NoiseRow): string {
  return `${rule}: ${week?.fired ?? 0} fired, ${week?.ignored ?? 0} ignored`;
}

function tableOf(rows: readonly NoiseRow[]): Section {
  return {
    kind: 'table',
    columns: ['Rule', 'Fired', 'Acted on', 'Ignored', 'Flapped', 'Silenced'],
    rows: rows.map(({ rule, weeks: [week, before] }) => [
      [command(rule, `noise ${rule}`)],
      [say(`${week?.fired ?? 0}${before === undefined ? '' : ` (${before.fired})`}`)],
      ...cells(week),
    ]),
  };
}

function cells(week: NoiseWeek | undefined): readonly (readonly Inline[])[] {
  if (week === undefined) return [[say('–')], [say('–')], [say('–')], [say('–')]];
  // There is nothing to act on in what only announces.
  const announces = week.announced > 0 && week.announced === week.fired;
  const ignored = week.open === 0 ? `${week.ignored}` : `${week.ignored}, ${week.open} open`;
  return [
    [say(announces ? '–' : `${week.acted}`)],
    [say(announces ? '–' : ignored)],
    [say(`${week.flapped}`)],
    [say(`${week.silenced}`)],
  ];
}

function suggestionItems(row: NoiseRow): readonly ListItem[] {
  return row.suggestions.map((suggestion) => ({
    tone: 'info',
    line: [
      command(row.rule, `noise ${row.rule}`),
      say(': '),
      ...suggestionWords(suggestion, row.weeks.length),
    ],
  }));
}

function suggestionWords(
  { setting, ms, spared, of }: NoiseRow['suggestions'][number],
  weeks: number,
): readonly Inline[] {
  const share = `${spared} of ${of} in ${plural(weeks, 'week')}`;
  const code: Inline = { text: `${setting}: ${formatDuration(ms)}`, code: true };
  return setting === 'for'
    ? [
        code,
        say(
          ` would have spared ${share}; nobody acted on any, none was critical; the rest would have come later`,
        ),
      ]
    : [code, say(` would have spared ${share}: they came again so soon after they ended`)];
}

export interface NoiseRuleView {
  readonly rule: string;
  /** Undefined when it has not fired in that time. */
  readonly row: NoiseRow | undefined;
  readonly now: Instant;
  readonly url: string;
}

/** One rule week by week, which subjects it is about, and what would be quieter. */
export function noiseRuleCard({ rule, row, now, url }: NoiseRuleView): Card {
  const weeks = row?.weeks ?? [];
  const fired = weeks.reduce((sum, week) => sum + week.fired, 0);
  const title =
    fired === 0
      ? `${rule} has not fired`
      : `${rule}: ${plural(fired, 'alert')} in ${plural(weeks.length, 'week')}`;
  return {
    topic: `noise:${rule}`,
    tone: 'neutral',
    title,
    fallback: title,
    sections: [
      ...(fired === 0 ? [] : [weeksTable(weeks)]),
      ...factsSection(
        factIf(
          'Mostly',
          row?.subjects.map(({ subject, fired: times }) => `${subject} (${times})`).join(', '),
        ),
      ),
      ...(row === undefined || row.suggestions.length === 0
        ? fired === 0
          ? []
          : [paragraph(say('Nothing in its history says that a longer for or keep would lose nothing.'))]
        : [
            heading('Would be quieter'),
            ...row.suggestions.map((one) => paragraph(...suggestionWords(one, weeks.length))),
          ]),
    ],
    actions: [],
    footer: url === '' ? [] : dotted([bold(rule)], [link('console', url)]),
    at: now,
  };
}

function weeksTable(weeks: readonly NoiseWeek[]): Section {
  return {
    kind: 'table',
    columns: ['Week from', 'Fired', 'Acted on', 'Ignored', 'Flapped', 'Silenced'],
    rows: weeks.map((week) => [
      [say(new Date(week.from).toISOString().slice(0, 10))],
      [say(`${week.fired}`)],
      ...cells(week),
    ]),
  };
}
