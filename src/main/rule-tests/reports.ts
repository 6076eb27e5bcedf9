import { z } from 'zod';
import { HOUR, type Instant } from '../../model/time.js';
import { span } from './fields.js';

/** A report of Partner Center with its runs, in few words. */
export const reportSchema = z.strictObject({
  id: z.string().min(1),
  name: z.string().default('Nightly'),
  status: z.enum(['Active', 'Paused', 'Inactive']).default('Active'),
  /** How long before the step its first run was due, and how often one is. */
  started: span.default(0),
  every: span.default(24 * HOUR),
  count: z.number().int().min(1).optional(),
  once: z.boolean().default(false),
  /** How long before the step each run was done. */
  runs: z.array(z.union([span, z.enum(['Running', 'Pending'])])).default([]),
  /** The files of these runs, in their order. */
  files: z.array(z.string()).default([]),
});

type ReportGiven = z.output<typeof reportSchema>;

export interface ReportAnswers {
  readonly bodies: readonly string[];
  readonly files: ReadonlyMap<string, string>;
}

export function reportAnswers(reports: readonly ReportGiven[], at: Instant): ReportAnswers {
  const executions = reports.flatMap((report) =>
    report.runs.map((run, i) => executionOf(report, run, i, at)),
  );
  const files = reports.flatMap((report) =>
    report.runs.flatMap((run, i) => {
      const text = report.files[i];
      return text === undefined ? [] : [[idOf(report, run, at), text] as const];
    }),
  );
  return {
    bodies: [
      envelope(
        reports.map((report) => reportRow(report, at)),
        'ScheduledReports fetched successfully',
      ),
      envelope(executions, 'Report executions fetched successfully'),
    ],
    files: new Map(files),
  };
}

function reportRow(report: ReportGiven, at: Instant): object {
  const { id, name, status, started, every, count, once } = report;
  return {
    reportId: id,
    reportName: name,
    description: '',
    queryId: `query-of-${id}`,
    query: 'SELECT Name FROM CustomersAndTenants',
    user: 'analyst',
    createdTime: stamp(at - started),
    modifiedTime: null,
    executeNow: once,
    startTime: stamp(at - started),
    reportStatus: status,
    recurrenceInterval: once ? 0 : every / HOUR,
    recurrenceCount: count ?? 0,
    callbackUrl: null,
    callbackMethod: null,
    format: 'csv',
  };
}

function executionOf(report: ReportGiven, run: Duration, i: number, at: Instant): object {
  const done = typeof run === 'number';
  return {
    executionId: idOf(report, run, at),
    reportId: report.id,
    recurrenceInterval: report.every / HOUR,
    recurrenceCount: report.count ?? 0,
    callbackUrl: null,
    callbackMethod: null,
    format: 'csv',
    executionStatus: done ? 'Completed' : run,
    reportLocation: null,
    reportAccessSecureLink: done ? `https://files.invalid/${idOf(report, run, at)}?sig=${i}` : null,
    reportExpiryTime: null,
    reportGeneratedTime: done ? stamp(at - run) : null,
  };
}

type Duration = ReportGiven['runs'][number];

/** A run has the same id in each step that tells of it: that of the time at which it was done. */
function idOf({ id }: ReportGiven, run: Duration, at: Instant): string {
  return `${id}-${typeof run === 'number' ? stamp(at - run) : run}`;
}

function envelope(value: readonly object[], message: string): string {
  return JSON.stringify({ value, totalCount: value.length, nextLink: null, message, statusCode: 200 });
}

function stamp(at: Instant): string {
  return new Date(at).toISOString();
}
