import type { Tone } from '../model/card.js';
import type { Inline } from '../model/rich.js';
import type { JsonObject } from '../model/json.js';
import type { Fact } from '../model/source.js';
import type { Instant } from '../model/time.js';
import {
  bold,
  command,
  dotted,
  fact,
  factIf,
  link,
  say,
  time,
  timeFactIf,
  type Answered,
  type CardFact,
  type ListItem,
} from './parts.js';
import { instantOf, isTrue, numberOf, textOf } from './values.js';
import { age, clip, plural } from './words.js';

/** Where an authorised person fetches the file; the file's own address is nobody's but the service's. */
export const PARTNER_CENTER = 'https://partner.microsoft.com/dashboard/insights';

/** A tenant's answer: facts of `report:` or `query:` subjects. */
export interface ReportLook extends Answered {
  readonly facts: readonly Fact[];
}

/** How well a report does: overdue first, then what came wrong, then what does not come at all. */
export function reportTone(values: JsonObject): Tone {
  if (isTrue(values, 'overdue')) return (numberOf(values, 'overdueHours') ?? 0) >= 24 ? 'major' : 'warning';
  if (isTrue(values, 'empty') || isTrue(values, 'shapeChanged') || isTrue(values, 'rowsDropped'))
    return 'warning';
  if (isTrue(values, 'stopped')) return 'warning';
  if (isTrue(values, 'paused')) return 'info';
  return isTrue(values, 'ended') || textOf(values, 'status') === 'Deleted' ? 'neutral' : 'ok';
}

/** `overdue for 6 h`, `running`, `active`: the state in which somebody wants to find it first. */
export function stateWords(values: JsonObject): string {
  if (isTrue(values, 'overdue')) return `overdue for ${numberOf(values, 'overdueHours') ?? 0} h`;
  const status = textOf(values, 'status') ?? 'unknown';
  if (status !== 'Active') return textOf(values, 'stateText') ?? status.toLowerCase();
  const doing = textOf(values, 'executionStatus');
  return doing === 'Running' || doing === 'Pending' ? doing.toLowerCase() : 'active';
}

export function reportName(values: JsonObject): string {
  return clip(textOf(values, 'name', 'id') ?? 'report', 80);
}

/** One report in a list: its state, its newest run, what is odd about it, and when the next one comes. */
export function reportItem({ values }: Fact, tenant: string | undefined, now: Instant): ListItem {
  const id = textOf(values, 'id') ?? '';
  return {
    tone: reportTone(values),
    line: dotted(
      [command(reportName(values), `report ${id}`), say(`: ${stateWords(values)}`)],
      lastRun(values, now),
      oddWords(values) === '' ? undefined : [say(oddWords(values))],
      nextRun(values),
      tenant === undefined ? undefined : [say(tenant)],
    ),
  };
}

function lastRun(values: JsonObject, now: Instant): readonly Inline[] | undefined {
  const at = instantOf(values, 'lastCompletedAt');
  if (at === undefined)
    return textOf(values, 'lastExecutionId') === undefined ? [say('no run yet')] : undefined;
  const rows = numberOf(values, 'rows');
  return [say(`last run ${age(now - at)} ago${rows === undefined ? '' : `, ${plural(rows, 'row')}`}`)];
}

export function oddWords(values: JsonObject): string {
  if (isTrue(values, 'empty')) return 'came without a row';
  return textOf(values, 'changeText', 'problem') ?? '';
}

function nextRun(values: JsonObject): readonly Inline[] | undefined {
  const at = instantOf(values, 'expectedAt');
  return at === undefined || isTrue(values, 'overdue') ? undefined : [say('next '), time(at)];
}

/** The facts of one report, for its own card and for the card of an incident about it. */
export function reportFacts(values: JsonObject): readonly CardFact[] {
  return [
    fact('Report', command(reportName(values), `report ${textOf(values, 'id') ?? ''}`)),
    fact('State', bold(stateWords(values)), ...expected(values)),
    ...timetable(values),
    ...newest(values),
    ...factIf('Against the run before', oddWords(values)),
  ];
}

/** On the card of an incident: the file itself is no card's to show. */
export function fetchFact(values: JsonObject): readonly CardFact[] {
  return numberOf(values, 'rows') === undefined
    ? []
    : [fact('Fetch it', link('in Partner Center', PARTNER_CENTER), say(', where you are authorised'))];
}

function expected(values: JsonObject): readonly Inline[] {
  const at = instantOf(values, 'expectedAt');
  if (at === undefined) return [];
  return [say(isTrue(values, 'overdue') ? ', expected at ' : ', next run '), time(at)];
}

function timetable(values: JsonObject): readonly CardFact[] {
  if (isTrue(values, 'executeNow')) return [fact('Runs', say('once'))];
  const every = numberOf(values, 'everyHours');
  const count = numberOf(values, 'count');
  const runs = numberOf(values, 'runs') ?? 0;
  const of = count === undefined ? `${runs} so far` : `${runs} of ${count}`;
  return [
    ...(every === undefined ? [] : [fact('Runs', say(`every ${every} h, ${of}`))]),
    ...timeFactIf('First run', instantOf(values, 'startAt')),
  ];
}

function newest(values: JsonObject): readonly CardFact[] {
  const at = instantOf(values, 'lastCompletedAt');
  const rows = numberOf(values, 'rows');
  const width = numberOf(values, 'columns');
  const size =
    rows === undefined || width === undefined
      ? []
      : [
          fact(
            'File',
            say(`${plural(rows, 'row')}, ${plural(width, 'column')} (${textOf(values, 'format') ?? 'csv'})`),
          ),
        ];
  return [...(at === undefined ? [] : [fact('Last run', time(at))]), ...size];
}
