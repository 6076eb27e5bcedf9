import { Fault, faultLine, isFault } from '../../lib/fault.js';
import type { Json, JsonObject } from '../../model/json.js';
import type { Question } from '../../model/question.js';
import type { Fact } from '../../model/source.js';
import { SECOND, type Instant } from '../../model/time.js';
import type { Privacy } from '../source.js';
import { line } from '../text.js';
import type { Insights, TestResult } from './client.js';
import type { Downloads, FileSummary } from './download.js';
import { queryFact, reportFact, reportSubject } from './facts.js';
import type { Memory } from './memory.js';
import { isId, checkQuery } from './limits.js';
import { remember } from './runs.js';
import type { Execution, Report } from './schema.js';
import { completed } from './slots.js';

/** Somebody waits for the answer: what takes longer is left out, or said to take longer. */
const FILE_PATIENCE = 6 * SECOND;
const TEST_PATIENCE = 45 * SECOND;
const SHOWN_RUNS = 10;
const SHOWN_ROWS = 5;
const SHOWN_COLUMNS = 12;

export interface QuestionDeps {
  readonly insights: Insights;
  readonly downloads: Downloads;
  /** As the last poll of this process left it. */
  readonly memory: Memory | undefined;
  readonly files: ReadonlyMap<string, FileSummary>;
  readonly graceMs: number;
  readonly isOurCallback: (url: string) => boolean;
  readonly privacy: Privacy;
  readonly now: Instant;
}

/**
 * Live answers. `reports` and `report` give the facts of facts.ts; `report` adds `user`, `query`, `executions`
 * (`{ id, status, at }`, newest first), `firstRows` (cells, cut and masked) and `firstRowsText` (why there are none).
 * `query-test` gives one fact `{ type: 'query-test', answered, rows, columnNames, firstRows, redacted, text }`.
 */
export async function answer(question: Question, deps: QuestionDeps): Promise<readonly Fact[]> {
  switch (question.about) {
    case 'reports':
      return reportsNow(await deps.insights.reports(), deps);
    case 'report':
      return [await reportNow(question.id, deps)];
    case 'queries': {
      const queries = await deps.insights.queries();
      return queries.map((query) => queryFact(query, person(query.user, deps.privacy)));
    }
    case 'query-test':
      return [await testNow(question, deps)];
    default:
      throw new Fault('api.not-found', `Partner Insights has no ${question.about}.`);
  }
}

async function reportsNow(reports: readonly Report[], deps: QuestionDeps): Promise<readonly Fact[]> {
  return Promise.all(
    reports.map(async (report) => factNow(report, await deps.insights.executions(report.id), deps)),
  );
}

function factNow(report: Report, executions: readonly Execution[], deps: QuestionDeps): Fact {
  const memory = remember(deps.memory?.reports[report.id], report, executions, deps.now);
  const fact = reportFact({
    report,
    executions,
    memory,
    graceMs: deps.graceMs,
    now: deps.now,
    callback: deps.isOurCallback(report.callbackUrl),
  });
  const [newest] = completed(executions);
  // A run that no poll has seen yet: that it is done is known, what its file holds is not.
  if (newest === undefined || newest.id === memory.last?.executionId) return fact;
  return {
    ...fact,
    values: {
      ...fact.values,
      lastExecutionId: newest.id,
      lastCompletedAt: newest.generatedAt,
      rows: null,
      columns: null,
      rowsBefore: memory.last?.rows ?? null,
      columnsBefore: memory.last?.columns ?? null,
      columnsAdded: [],
      columnsGone: [],
      shapeChanged: false,
      rowsDropped: false,
      changeText: '',
      empty: false,
      problem: '',
    },
  };
}

async function reportNow(id: string, deps: QuestionDeps): Promise<Fact> {
  const report = await findReport(id, deps.insights);
  const executions = await deps.insights.executions(report.id);
  const fact = factNow(report, executions, deps);
  const preview = await firstRows(executions, deps);
  const inOrder = [...executions.filter(({ status }) => status !== 'Completed'), ...completed(executions)];
  return {
    ...fact,
    values: {
      ...fact.values,
      ...preview,
      user: person(report.user, deps.privacy),
      query: report.query,
      executions: inOrder
        .slice(0, SHOWN_RUNS)
        .map((run) => ({ id: run.id, status: run.status, at: run.generatedAt })),
    },
  };
}

/** By id, or by its exact name when only one has it. Throws `api.not-found`. */
export async function findReport(id: string, insights: Insights): Promise<Report> {
  const wanted = id.trim().replace(/^report:/i, '');
  const found = isId(wanted)
    ? await insights.reports({ reportId: wanted })
    : (await insights.reports()).filter(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  // The service may ignore a filter that it does not know.
  const matching = isId(wanted)
    ? found.filter((report) => reportSubject(report.id) === reportSubject(wanted))
    : found;
  const [report, second] = matching;
  if (second !== undefined)
    throw new Fault('command.usage', `Several reports are called “${line(wanted, 60)}”: use the id.`);
  if (report !== undefined) return report;
  throw new Fault('api.not-found', `Partner Center has no report ${line(wanted, 60)}.`, {
    advice: '`reports` lists those there are.',
  });
}

async function firstRows(executions: readonly Execution[], deps: QuestionDeps): Promise<JsonObject> {
  const [newest] = completed(executions);
  if (newest === undefined) return { firstRows: [], firstRowsText: 'It has not run yet.' };
  try {
    const file = deps.files.get(newest.id) ?? (await fileOf(newest, deps));
    if (file === undefined) return { firstRows: [], firstRowsText: 'The service gave no link to the file.' };
    return {
      lastExecutionId: newest.id,
      lastCompletedAt: newest.generatedAt,
      rows: file.rows,
      columns: file.columns,
      columnNames: [...file.columnNames],
      empty: file.rows === 0,
      firstRows: shown(file.first, deps.privacy),
      firstRowsText: '',
    };
  } catch (error) {
    return { firstRows: [], firstRowsText: isFault(error) ? error.message : faultLine(error) };
  }
}

async function fileOf(run: Execution, { downloads }: QuestionDeps): Promise<FileSummary | undefined> {
  if (run.link === undefined) return undefined;
  return downloads.read(run.link, run.format, AbortSignal.timeout(FILE_PATIENCE));
}

async function testNow(
  { query, queryId }: Extract<Question, { about: 'query-test' }>,
  { insights, privacy }: QuestionDeps,
): Promise<Fact> {
  if (query !== undefined) checkQuery(query);
  const what = queryId === undefined ? { exportQuery: query ?? '' } : { queryId };
  const result = await insights.testQuery(what, {}, TEST_PATIENCE);
  const asked = queryId ?? line(query, 300);
  return {
    subject: 'query-test',
    kind: 'partner-insights',
    values: {
      type: 'query-test',
      asked,
      ...(result === undefined ? NO_ANSWER : testValues(result, privacy)),
    },
  };
}

const NO_ANSWER: JsonObject = {
  answered: false,
  rows: null,
  columnNames: [],
  firstRows: [],
  redacted: false,
  text: 'No answer in time. The service took the query, so its syntax is probably fine; a scheduled report may still run it.',
};

function testValues({ rows, redacted }: TestResult, privacy: Privacy): JsonObject {
  const names = [...new Set(rows.slice(0, 20).flatMap((row) => Object.keys(row)))].slice(0, 100);
  const cells = rows.slice(0, SHOWN_ROWS).map((row) => names.map((name) => cellText(row[name])));
  return {
    answered: true,
    rows: rows.length,
    columnNames: names.map((name) => line(name, 80)),
    firstRows: shown(cells, privacy),
    redacted,
    text:
      rows.length === 0
        ? 'No row: often a value is written otherwise than the dataset writes it (0 and 1 for False and True).'
        : '',
  };
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return line(typeof value === 'string' ? value : JSON.stringify(value), 60);
}

function shown(rows: readonly (readonly string[])[], privacy: Privacy): Json {
  return rows
    .slice(0, SHOWN_ROWS)
    .map((row) => row.slice(0, SHOWN_COLUMNS).map((cell) => masked(cell, privacy)));
}

/** Cells are somebody's customers: addresses and numbers follow the settings' privacy. */
function masked(cell: string, privacy: Privacy): string {
  const users = cell.replace(/[^\s@<>"']+@[^\s@<>"']+\.[^\s@<>"']+/g, (user) => person(user, privacy));
  if (privacy.numbers === 'show') return users;
  return users.replace(/(?:\+|\b00)\d[\d ().-]{5,}\d/g, (number) => {
    if (privacy.numbers === 'hide') return 'hidden';
    const digits = number.replace(/[^\d+]/g, '');
    return `${digits.slice(0, 5)}***${digits.slice(-2)}`;
  });
}

function person(user: string, { users }: Privacy): string {
  if (users === 'show' || user === '') return user;
  if (users === 'hide') return 'hidden';
  const at = user.indexOf('@');
  return `${user.slice(0, 1)}***${at < 0 ? '' : user.slice(at)}`;
}

/** The last known answer out of the stored facts. Queries and tests are not stored. */
export function recallFrom(question: Question, known: readonly Fact[]): readonly Fact[] {
  const reports = known.filter(({ values }) => values['type'] === 'report');
  if (question.about === 'reports') return reports;
  if (question.about !== 'report') return [];
  const wanted = question.id
    .trim()
    .replace(/^report:/i, '')
    .toLowerCase();
  return reports.filter(
    ({ subject, values: { name } }) =>
      subject === `report:${wanted}` || (typeof name === 'string' && name.toLowerCase() === wanted),
  );
}
