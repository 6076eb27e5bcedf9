import type { Card, Section } from '../model/card.js';
import type { Json, JsonObject } from '../model/json.js';
import type { Instant } from '../model/time.js';
import {
  askedFooter,
  dotted,
  fact,
  factIf,
  factsSection,
  heading,
  link,
  listSection,
  paragraph,
  say,
  staleSections,
  time,
  type ListItem,
} from './parts.js';
import {
  PARTNER_CENTER,
  reportFacts,
  reportName,
  reportTone,
  stateWords,
  type ReportLook,
} from './report-lines.js';
import { instantOf, textOf } from './values.js';
import { badgeOf, clip } from './words.js';

export interface ReportView {
  readonly look: ReportLook;
  readonly now: Instant;
  readonly url: string;
  /** What has just been done to it: `Paused`, `Created`. */
  readonly done?: string;
}

/** One report: its timetable, its runs, what its newest file holds. Undefined when nobody knows it. */
export function reportCard({ look, now, url, done }: ReportView): Card | undefined {
  const [found] = look.facts;
  if (found === undefined) return undefined;
  const { values } = found;
  const tone = reportTone(values);
  const title = `${done === undefined ? '' : `${done}: `}${reportName(values)}${done === 'Deleted' ? '' : `, ${stateWords(values)}`}`;
  const gone = done === 'Deleted';
  return {
    topic: `report:${textOf(values, 'id') ?? ''}`,
    tone: done === undefined ? tone : 'ok',
    badge: done === undefined ? badgeOf(tone) : done.toUpperCase(),
    title,
    fallback: title,
    sections: gone
      ? [paragraph(say('The report and the history of its runs are gone from Partner Center.'))]
      : [
          ...staleSections([look], now),
          ...factsSection([
            ...reportFacts(values),
            ...factIf('Columns', columnsText(values)),
            fact('Tenant', say(look.tenant)),
            ...factIf('Owner', textOf(values, 'user')),
            ...factIf('Id', textOf(values, 'id')),
          ]),
          ...querySection(values),
          ...firstRowsSection(values),
          ...runsSection(values),
        ],
    actions: [],
    footer: dotted(
      askedFooter([look], now),
      gone ? undefined : [link('Partner Center', PARTNER_CENTER)],
      url === '' ? undefined : [link('console', url)],
    ),
    at: now,
  };
}

function columnsText(values: JsonObject): string | undefined {
  const names = list(values['columnNames']).filter((name) => typeof name === 'string');
  if (names.length === 0) return undefined;
  const shown = names.slice(0, 15).join(', ');
  return names.length > 15 ? `${shown} and ${names.length - 15} more` : shown;
}

function querySection(values: JsonObject): readonly Section[] {
  const query = textOf(values, 'query');
  return query === undefined ? [] : [heading('Query'), paragraph({ text: clip(query, 600), code: true })];
}

/** Some cells of the newest file, cut and masked by the source; nothing where the answer holds none. */
export function firstRowsSection(values: JsonObject): readonly Section[] {
  const rows = list(values['firstRows']).map((row) => list(row).map((cell) => [say(cellText(cell))]));
  const why = textOf(values, 'firstRowsText');
  if (rows.length === 0) return why === undefined ? [] : [paragraph(say(`No rows to show: ${why}`))];
  const width = Math.min(6, Math.max(...rows.map((row) => row.length)));
  const names = list(values['columnNames']).slice(0, width);
  return [
    heading('First rows'),
    {
      kind: 'table',
      columns: Array.from({ length: width }, (_, at) => clip(cellText(names[at]), 40)),
      rows: rows.map((row) => row.slice(0, width)),
    },
  ];
}

function runsSection(values: JsonObject): readonly Section[] {
  return listSection('Runs of the last 90 days', list(values['executions']).flatMap(runItem), 10);
}

function runItem(run: Json): readonly ListItem[] {
  if (typeof run !== 'object' || run === null || Array.isArray(run)) return [];
  const values = run as JsonObject;
  const status = textOf(values, 'status') ?? 'unknown';
  const at = instantOf(values, 'at');
  return [
    {
      tone: status === 'Completed' ? 'ok' : 'neutral',
      line: [say(status.toLowerCase()), ...(at === undefined ? [] : [say(' '), time(at)])],
    },
  ];
}

function cellText(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

export interface ReportWarningView {
  readonly look: ReportLook;
  readonly now: Instant;
}

/** Asked before a report is deleted: its history goes with it. */
export function reportDeleteCard({ look, now }: ReportWarningView): Card | undefined {
  const [found] = look.facts;
  if (found === undefined) return undefined;
  const { values } = found;
  const id = textOf(values, 'id') ?? '';
  const title = `Delete “${reportName(values)}”?`;
  const again = `report delete ${id} yes`;
  return {
    topic: `report-delete:${id}`,
    tone: 'warning',
    badge: 'NOT YET',
    title,
    fallback: `${title} The history of all its runs goes too. To do it: ${again}`,
    sections: [
      paragraph(
        say(
          'Partner Center deletes the report together with the history and the files of all its runs. Nobody can take that back; to stop it for a while, pause it.',
        ),
      ),
      ...factsSection([...reportFacts(values), fact('Tenant', say(look.tenant))]),
      paragraph(say('To delete it: '), { text: again, code: true }),
    ],
    actions: [
      {
        id: 'details',
        label: 'Delete',
        style: 'danger',
        command: again,
        confirm: 'Delete the report and the history of all its runs?',
      },
    ],
    at: now,
  };
}
