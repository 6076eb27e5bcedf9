import type { Json } from '../../model/json.js';
import type { Fact } from '../../model/source.js';
import type { Instant } from '../../model/time.js';
import type { ReportMemory, Run } from './memory.js';
import type { Execution, Query, Report } from './schema.js';
import { currentState, timetableOf, type Timetable } from './slots.js';

/** A table so much shorter than the last one is a change of shape too. */
const HALF = 0.5;
const ENOUGH_ROWS = 50;

export interface ReportView {
  readonly report: Report;
  readonly executions: readonly Execution[];
  readonly memory: ReportMemory;
  readonly graceMs: number;
  readonly now: Instant;
  /** Callbacks of this report come to us. */
  readonly callback: boolean;
}

export function reportSubject(id: string): string {
  return `report:${id.toLowerCase()}`;
}

/**
 * `report:<id>`, kind `partner-insights`. Instants are ISO strings, null when there is none; the pre-signed link and the
 * cells of the file are never part of it.
 *
 * | name | what |
 * |---|---|
 * | `type` | `report` |
 * | `id`, `name`, `description`, `queryId`, `dataset` | as the service gives them; `dataset` is what the query reads |
 * | `status` | `Active`, `Paused`, `Inactive` |
 * | `executionStatus` | what it does now: `Running`, `Pending`, `Paused`, `Completed`; empty before its first run |
 * | `executeNow` | it was made to run once |
 * | `startAt`, `everyHours`, `count`, `runs` | its timetable; `count` null: without end; `runs` completed ones |
 * | `expectedAt` | the next run, or the one that did not come; null when none is expected |
 * | `expectedText` | the same for people, empty when none is expected |
 * | `overdue`, `overdueHours` | it should have run, and since how many whole hours |
 * | `paused` | somebody paused it |
 * | `stopped` | it is inactive although runs were left |
 * | `ended` | all its runs are done |
 * | `lastCompletedAt`, `lastExecutionId` | the newest run that is told of |
 * | `rows`, `columns`, `columnNames` | of its file; `rows` without the header, null when it was not read |
 * | `rowsBefore`, `columnsBefore`, `columnsAdded`, `columnsGone` | against the run before |
 * | `shapeChanged` | other columns, or in another order, than the run before |
 * | `rowsDropped` | less than half of the rows of the run before (from 50 on) |
 * | `changeText` | the two in words, empty when neither |
 * | `resultText`, `rowsBeforeText`, `stateText` | the run, the run before and the state in words, for summaries |
 * | `empty` | the file has a header and no row |
 * | `problem` | why the file could not be read, empty when it was |
 * | `format` | `csv`, `tsv` |
 * | `callback` | the service calls us back when a run is done |
 */
export function reportFact(view: ReportView): Fact {
  const { report, executions, memory, now, graceMs, callback } = view;
  const { last } = memory;
  const table = timetableOf({
    report,
    lastRunAt: memory.lastRunAt,
    runs: memory.runs,
    resumedAt: memory.resumedAt,
    graceMs,
    now,
  });
  return {
    subject: reportSubject(report.id),
    kind: 'partner-insights',
    values: {
      type: 'report',
      id: report.id,
      name: report.name === '' ? report.id : report.name,
      description: report.description,
      queryId: report.queryId,
      dataset: /\bfrom\s+(\w+)/i.exec(report.query)?.[1] ?? '',
      status: report.status,
      executionStatus: currentState(executions),
      executeNow: report.executeNow,
      startAt: report.startAt,
      everyHours: report.executeNow ? null : report.everyHours,
      count: report.executeNow ? 1 : report.count,
      runs: memory.runs,
      ...timetableValues(table, report),
      ...runValues(last),
      format: report.format,
      callback,
    },
  };
}

function timetableValues(table: Timetable, { status }: Report): Readonly<Record<string, Json>> {
  return {
    expectedAt: table.expectedAt === null ? null : new Date(table.expectedAt).toISOString(),
    expectedText: table.expectedAt === null ? '' : minuteText(table.expectedAt),
    overdue: table.overdue,
    overdueHours: table.overdueHours,
    paused: status === 'Paused',
    stateText: stateText(status, table.ended),
    stopped: status === 'Inactive' && !table.ended,
    ended: table.ended,
  };
}

/** `2026-11-21 04:00 UTC`. */
function minuteText(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function runValues(last: Run | null): Readonly<Record<string, Json>> {
  const shapeChanged =
    last !== null && (last.columnsAdded.length > 0 || last.columnsGone.length > 0 || last.reordered);
  const rowsDropped = last !== null && hasDropped(last);
  return {
    lastCompletedAt: last?.generatedAt ?? null,
    lastExecutionId: last?.executionId ?? '',
    rows: last?.rows ?? null,
    columns: last?.columns ?? null,
    columnNames: last?.columnNames ?? [],
    rowsBefore: last?.rowsBefore ?? null,
    columnsBefore: last?.columnsBefore ?? null,
    columnsAdded: last?.columnsAdded ?? [],
    columnsGone: last?.columnsGone ?? [],
    shapeChanged,
    rowsDropped,
    changeText: last === null ? '' : changeText(last, rowsDropped),
    empty: last?.rows === 0,
    problem: last?.problem ?? '',
    resultText: last === null ? '' : resultText(last),
    rowsBeforeText: rowsText(last?.rowsBefore ?? null),
  };
}

function hasDropped({ rows, rowsBefore }: Run): boolean {
  return (
    rows !== null && rowsBefore !== null && rows > 0 && rowsBefore >= ENOUGH_ROWS && rows < rowsBefore * HALF
  );
}

function stateText(status: string, ended: boolean): string {
  if (ended) return 'done';
  return status === 'Inactive' ? 'inactive, with runs left' : status.toLowerCase();
}

function resultText({ rows, columns: width, problem }: Run): string {
  if (rows === null || width === null)
    return problem === '' ? 'its file is not read yet' : 'its file could not be read';
  return `${rowsText(rows)}, ${width} ${width === 1 ? 'column' : 'columns'}`;
}

function rowsText(rows: number | null): string {
  if (rows === null) return 'an unknown number of rows';
  return `${rows} ${rows === 1 ? 'row' : 'rows'}`;
}

function changeText(run: Run, rowsDropped: boolean): string {
  return [
    run.columnsAdded.length === 0 ? '' : `new ${columns(run.columnsAdded)}`,
    run.columnsGone.length === 0 ? '' : `missing ${columns(run.columnsGone)}`,
    run.reordered ? 'columns in another order' : '',
    rowsDropped ? `${run.rowsBefore ?? 0} rows → ${run.rows ?? 0}` : '',
  ]
    .filter((part) => part !== '')
    .join('; ');
}

function columns(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return `${names.length === 1 ? 'column' : 'columns'} ${shown}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`;
}

/** `query:<id>`: `{ type: 'query', id, name, description, query, kind: 'system' | 'userDefined', user, createdAt }` */
export function queryFact(query: Query, user: string): Fact {
  return {
    subject: `query:${query.id.toLowerCase()}`,
    kind: 'partner-insights',
    values: {
      type: 'query',
      id: query.id,
      name: query.name,
      description: query.description,
      query: query.query,
      kind: query.type,
      user,
      createdAt: query.createdAt,
    },
  };
}
