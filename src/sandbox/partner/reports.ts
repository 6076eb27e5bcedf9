import { HOUR, type Instant } from '../../model/time.js';
import type { Answer, Route, SandboxRequest } from '../http/answer.js';
import { bodyOf, envelope, refuse, type PartnerContext } from './answers.js';
import { DATASETS } from './datasets.js';
import { newId, type SandboxReport } from './state.js';

const ROOT = '/insights/v1/mpn/ScheduledReport';

/** Reports: operations 6 to 11. */
export const reportRoutes: readonly Route<PartnerContext>[] = [
  { method: 'POST', path: new RegExp(`^${ROOT}$`, 'i'), roles: [], answer: create },
  { method: 'GET', path: new RegExp(`^${ROOT}$`, 'i'), roles: [], answer: read },
  { method: 'PUT', path: new RegExp(`^${ROOT}/pause/([^/]+)$`, 'i'), roles: [], answer: turn('Paused') },
  { method: 'PUT', path: new RegExp(`^${ROOT}/resume/([^/]+)$`, 'i'), roles: [], answer: turn('Active') },
  { method: 'PUT', path: new RegExp(`^${ROOT}/([^/]+)$`, 'i'), roles: [], answer: update },
  {
    method: 'DELETE',
    path: new RegExp(`^${ROOT}/([^/]+)$`, 'i'),
    roles: [],
    answer: (_request, [id = ''], context) => {
      const report = find(id, context);
      if (report === undefined) return refuse(context, 404, 'No item found with the given filters.');
      context.world.insights.removeReport(id);
      return envelope(context, 200, [report], 'Report deleted successfully');
    },
  },
];

function create(request: SandboxRequest, _parts: readonly string[], context: PartnerContext): Answer {
  const body = bodyOf(request) ?? {};
  const { reportName, queryId, executeNow } = body;
  if (typeof reportName !== 'string' || reportName === '' || typeof queryId !== 'string')
    return refuse(context, 400, 'Null or missing value found in the request.');
  const query = context.world.insights
    .queries()
    .find((one) => one.queryId.toLowerCase() === queryId.toLowerCase());
  if (query === undefined) return refuse(context, 400, 'Invalid QueryId.');
  const now = executeNow === true;
  const problem =
    datesProblem(body, ['queryStartTime', 'queryEndTime']) ??
    (now ? undefined : timetableProblem(body, query.query, request.at));
  if (problem !== undefined) return refuse(context, problem.status, problem.message);
  const other = optionsProblem(body);
  if (other !== undefined) return refuse(context, 400, other);
  const report: SandboxReport = {
    reportId: newId(),
    reportName,
    description: textIn(body['description']),
    queryId: query.queryId,
    query: query.query,
    user: context.user,
    createdTime: wholeSecond(request.at),
    modifiedTime: null,
    executeNow: now,
    startTime: now ? wholeSecond(request.at) : textIn(body['startTime']),
    reportStatus: 'Active',
    recurrenceInterval: now ? 0 : Number(body['recurrenceInterval']),
    recurrenceCount: now ? 1 : countIn(body['recurrenceCount']),
    ...optionsOf(body),
  };
  context.world.insights.putReport(report, request.at);
  return envelope(context, 200, [report], 'Report created successfully');
}

function read({ query }: SandboxRequest, _parts: readonly string[], context: PartnerContext): Answer {
  const id = query.get('reportId')?.toLowerCase();
  const name = query.get('reportName')?.toLowerCase();
  const queryId = query.get('queryId')?.toLowerCase();
  const found = context.world.insights
    .reports()
    .filter((one) => id === undefined || one.reportId.toLowerCase() === id)
    .filter((one) => name === undefined || one.reportName.toLowerCase() === name)
    .filter((one) => queryId === undefined || one.queryId.toLowerCase() === queryId);
  if (found.length === 0) return refuse(context, 404, 'No item found with the given filters.');
  return envelope(context, 200, found, 'Reports fetched successfully');
}

function update(request: SandboxRequest, [id = '']: readonly string[], context: PartnerContext): Answer {
  const report = find(id, context);
  if (report === undefined) return refuse(context, 404, 'No item found with the given filters.');
  const body = bodyOf(request) ?? {};
  const { reportName } = body;
  if (typeof reportName !== 'string' || reportName === '')
    return refuse(context, 400, 'Null or missing value found in the request.');
  const recurrenceInterval = body['recurrenceInterval'] ?? report.recurrenceInterval;
  const problem = timetableProblem({ ...body, recurrenceInterval }, report.query, request.at);
  if (problem !== undefined) return refuse(context, problem.status, problem.message);
  const other = optionsProblem(body);
  if (other !== undefined) return refuse(context, 400, other);
  context.world.insights.patchReport(
    id,
    {
      reportName,
      description: textIn(body['description']),
      startTime: textIn(body['startTime']),
      recurrenceInterval: Number(recurrenceInterval),
      recurrenceCount: countIn(body['recurrenceCount']),
      modifiedTime: wholeSecond(request.at),
      ...optionsOf(body),
    },
    request.at,
  );
  return envelope(context, 200, [find(id, context)], 'Report updated successfully');
}

function turn(reportStatus: 'Active' | 'Paused') {
  return (request: SandboxRequest, [id = '']: readonly string[], context: PartnerContext): Answer => {
    const report = find(id, context);
    if (report === undefined) return refuse(context, 404, 'No item found with the given filters.');
    if (report.reportStatus === 'Inactive') return refuse(context, 400, 'The report is inactive.');
    context.world.insights.patchReport(
      id,
      { reportStatus, modifiedTime: wholeSecond(request.at) },
      request.at,
    );
    const done = reportStatus === 'Paused' ? 'paused' : 'resumed';
    return envelope(context, 200, [find(id, context)], `Report ${done} successfully`);
  };
}

function find(id: string, { world }: PartnerContext): SandboxReport | undefined {
  return world.insights.reports().find((one) => one.reportId.toLowerCase() === id.toLowerCase());
}

interface Problem {
  readonly status: number;
  readonly message: string;
}

const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

function datesProblem(
  body: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Problem | undefined {
  for (const name of names) {
    const value = body[name];
    if (value === undefined || value === null || (typeof value === 'string' && DATE.test(value))) continue;
    return {
      status: 500,
      message: `Internal error occurred while creating the report. Correlation ID: ${newId()}`,
    };
  }
  return undefined;
}

function timetableProblem(
  body: Readonly<Record<string, unknown>>,
  query: string,
  now: Instant,
): Problem | undefined {
  const { startTime, recurrenceInterval } = body;
  if (
    startTime === undefined ||
    startTime === null ||
    recurrenceInterval === undefined ||
    recurrenceInterval === null
  )
    return { status: 400, message: 'Null or missing value found in the request.' };
  const format = datesProblem(body, ['startTime']);
  if (format !== undefined) return format;
  if (Date.parse(textIn(startTime)) < now + 4 * HOUR)
    return { status: 400, message: 'Start time must be at least 4 hours after the current UTC time.' };
  const hours = Number(recurrenceInterval);
  if (!Number.isInteger(hours) || hours < 4 || hours > 2160)
    return { status: 400, message: 'Recurrence interval must be between 4 and 2160.' };
  const table = /\bfrom\s+(\w+)/i.exec(query)?.[1]?.toLowerCase();
  const minimum =
    DATASETS.find(({ datasetName }) => datasetName.toLowerCase() === table)?.minimumRecurrenceInterval ?? 0;
  if (hours < minimum)
    return { status: 400, message: `Recurrence interval must be at least ${minimum} for this dataset.` };
  return undefined;
}

function optionsProblem({ callbackMethod, format }: Readonly<Record<string, unknown>>): string | undefined {
  if (
    callbackMethod !== undefined &&
    callbackMethod !== null &&
    !/^(?:GET|POST)$/i.test(textIn(callbackMethod))
  )
    return `Requested value '${textIn(callbackMethod)}' was not found.`;
  if (format !== undefined && format !== null && !/^(?:CSV|TSV)$/i.test(textIn(format)))
    return `Requested value '${textIn(format)}' was not found.`;
  return undefined;
}

function optionsOf(
  body: Readonly<Record<string, unknown>>,
): Pick<SandboxReport, 'callbackUrl' | 'callbackMethod' | 'format'> {
  const { callbackUrl, callbackMethod, format } = body;
  const url = textIn(callbackUrl);
  return {
    callbackUrl: url === '' ? null : url,
    callbackMethod: url === '' ? null : textIn(callbackMethod).toUpperCase() || 'POST',
    format: /^tsv$/i.test(textIn(format)) ? 'tsv' : 'csv',
  };
}

function textIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function countIn(value: unknown): number | null {
  return typeof value === 'number' && value > 0 ? value : null;
}

/** `2026-11-21T18:41:00Z` */
export function wholeSecond(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
