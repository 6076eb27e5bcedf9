import { sparkline } from '../lib/charts/spark.js';
import { spanText } from '../lib/charts/times.js';
import { span } from '../lib/duration.js';
import type { Chart } from '../model/chart.js';
import { incidentName, whoAndWhere, type Incident, type TimelineEntry } from '../model/incident.js';
import { leadOf } from '../model/insight.js';
import type { Page } from '../model/page.js';
import { utc } from '../model/rich.js';
import { tenantsIn } from '../model/sharing.js';
import type { Delivery, Telling } from '../model/telling.js';
import type { Instant } from '../model/time.js';

export interface PostmortemInput {
  readonly incident: Incident;
  readonly timeline: readonly TimelineEntry[];
  /** What its channels were told. */
  readonly tellings: readonly Telling[];
  /** Whom it called, with the attempts to reach them. */
  readonly calls: readonly { readonly page: Page; readonly deliveries: readonly Delivery[] }[];
  /** The tenant's own calls around it. */
  readonly chart?: Chart;
  readonly now: Instant;
}

/** How long things took, in the order in which they happened; what has not happened is not there. */
function durationsOf({ incident, timeline, tellings, calls, now }: PostmortemInput): readonly Took[] {
  const { openedAt, resolvedAt } = incident;
  const first = (kinds: readonly TimelineEntry['kind'][]): Instant | undefined =>
    timeline.find(({ kind }) => kinds.includes(kind))?.at;
  const told = earliest(tellings.flatMap(({ firstAt }) => firstAt ?? []));
  const called = earliest(calls.flatMap((call) => call.deliveries.filter(isTold).map(({ at }) => at)));
  const leads = (incident.insight?.early ?? []).flatMap((early) => leadOf(early) ?? []);
  return [
    ...since('First told in a channel', openedAt, told),
    ...since('First person called', openedAt, called),
    ...since('Acknowledged', openedAt, incident.acknowledgedAt ?? first(['acknowledged'])),
    ...since(resolvedAt === undefined ? 'Still open' : 'Resolved', openedAt, resolvedAt ?? now),
    ...leads.filter((ms) => ms > 0).map((ms) => ({ what: 'Known before Microsoft posted it, by', ms })),
  ];
}

interface Took {
  readonly what: string;
  readonly ms: number;
}

/** A draft in Markdown: what is known, and headings for what only people know. Times are in UTC. */
export function postmortemOf(input: PostmortemInput): string {
  const { incident, timeline, now } = input;
  const posts = timeline.filter(({ kind }) => kind === 'post' || kind === 'pir');
  return [
    `# ${incidentName(incident.id)}: ${escaped(incident.title)}`,
    `_Draft made by Tocsin at ${utc(now)} from its record. All times are UTC._`,
    section('Summary', facts(incident)),
    section('How long it took', list(durationsOf(input).map(({ what, ms }) => `${what}: ${span(ms)}`))),
    section('Alerts', list(alertLines(incident))),
    section('What Microsoft said', list(posts.map(({ at, text }) => `**${utc(at)}** ${escaped(text)}`))),
    section('The tenant’s own calls', curve(input.chart)),
    section('Timeline', table(['Time', 'What', 'Who'], timeline.filter(isHistory).map(timelineRow))),
    section('Who was told', table(['Time', 'Who', 'How', 'What came of it'], toldRows(input))),
    ...['Cause', 'What went well', 'What went badly', 'What will be done, by whom, until when'].map((title) =>
      section(title, '…'),
    ),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function facts(incident: Incident): string {
  const { state, severity, peak, openedAt, acknowledgedBy, resolvedAt, resolvedBy } = incident;
  return list([
    `Tenant: ${tenantsIn(incident).map(escaped).join(', ')}`,
    `Severity: ${severity}${peak === severity ? '' : `, ${peak} at its worst`}`,
    `State: ${state}`,
    `Began: ${utc(openedAt)}`,
    ...(acknowledgedBy === undefined ? [] : [`Taken by: ${escaped(acknowledgedBy)}`]),
    ...(resolvedAt === undefined
      ? []
      : [`Over: ${utc(resolvedAt)}${resolvedBy === undefined ? '' : `, ${escaped(resolvedBy)}`}`]),
  ]);
}

function alertLines({ alerts }: Incident): readonly string[] {
  return alerts.map(({ rule, subject, summary, because, firingAt, startsAt, endsAt }) => {
    const until = endsAt === undefined ? 'still firing' : `to ${utc(endsAt)}`;
    const why = because === '' ? '' : ` Decided on: ${code(because)}.`;
    return `**${escaped(rule)}** on ${code(subject)}, ${utc(firingAt ?? startsAt)} ${until}: ${escaped(summary)}.${why}`;
  });
}

const WIDTH = 72;

function curve(chart: Chart | undefined): string {
  if (chart === undefined) return '';
  const { bars, line, from, step, alt } = chart;
  const most = Math.max(0, ...bars.values);
  const names = [bars.name, line.name];
  const pad = Math.max(...names.map((name) => name.length));
  const drawn = [
    sparkline(bars.values, { top: most, width: WIDTH, pick: 'most' }),
    sparkline(line.values, { top: 1, width: WIDTH, pick: 'least' }),
  ];
  return [
    escaped(alt),
    '',
    '```',
    ...names.map((name, i) => `${name.padEnd(pad)}  ${drawn[i] ?? ''}`),
    `${''.padEnd(pad)}  ${spanText(from, from + bars.values.length * step)}`,
    '```',
  ].join('\n');
}

function isHistory({ kind }: TimelineEntry): boolean {
  return kind !== 'told' && kind !== 'not-told';
}

function timelineRow({ at, text, actor }: TimelineEntry): readonly string[] {
  return [utc(at), escaped(text), actor.name === 'tocsin' ? '' : escaped(whoAndWhere(actor))];
}

/** Each first message into a channel, and each call of a person. */
function toldRows({ tellings, calls }: PostmortemInput): readonly (readonly string[])[] {
  const cards = tellings.flatMap(({ channel, firstAt: at }) =>
    at === undefined ? [] : [{ at, row: ['the channel', channel, 'told'] }],
  );
  const called = calls.map(({ page, deliveries: tries }) => {
    const told = earliest(tries.filter(isTold).map(({ at }) => at));
    const came =
      told !== undefined ? 'told' : (page.dropped ?? tries[0]?.answer ?? tries[0]?.reason ?? page.state);
    return {
      at: told ?? page.dueAt,
      row: [page.person ?? 'the channel', page.channel, `${came}; ${page.reason}`],
    };
  });
  return [...cards, ...called]
    .sort((a, b) => a.at - b.at)
    .map(({ at, row }) => [utc(at), ...row.map(escaped)]);
}

function isTold({ action, outcome }: Delivery): boolean {
  return outcome === 'accepted' && (action === 'post' || action === 'find');
}

function since(what: string, from: Instant, at: Instant | undefined): readonly Took[] {
  return at === undefined || at < from ? [] : [{ what, ms: at - from }];
}

function earliest(times: readonly Instant[]): Instant | undefined {
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Nothing where there is nothing to say. */
function section(title: string, body: string): string {
  return body === '' ? '' : `## ${title}\n\n${body}`;
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Other people's words are words and no markup, on one line. */
function escaped(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_{}[\]<>|#~!]/g, '\\$&');
}

function code(text: string): string {
  const plain = text.replace(/[`|]|\s+/g, ' ').trim();
  return `\`${plain}\``;
}
