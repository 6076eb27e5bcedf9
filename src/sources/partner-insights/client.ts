import type { InsightsDeps } from './ask.js';
import { openAsking } from './pages.js';
import { isTimeout } from './refusal.js';
import {
  readDataset,
  readExecution,
  readQuery,
  readReport,
  type Dataset,
  type Execution,
  type Query,
  type Report,
} from './schema.js';

/** As the documentation writes the keys of a request. */
export interface ReportRequest {
  readonly ReportName: string;
  readonly Description?: string;
  readonly QueryId: string;
  readonly StartTime?: string;
  readonly ExecuteNow?: boolean;
  /** With ExecuteNow alone. */
  readonly QueryStartTime?: string;
  readonly QueryEndTime?: string;
  readonly RecurrenceInterval?: number;
  readonly RecurrenceCount?: number;
  readonly Format?: 'CSV' | 'TSV';
  readonly CallbackUrl?: string;
  readonly CallbackMethod?: 'GET' | 'POST';
}

export type ReportUpdate = Omit<ReportRequest, 'QueryId' | 'ExecuteNow' | 'QueryStartTime' | 'QueryEndTime'>;

export interface TestResult {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly redacted: boolean;
}

/** The twelve operations of programmatic access to Insights. Every method throws a Fault with an `api.*` code. */
export interface Insights {
  datasets(name?: string): Promise<readonly Dataset[]>;
  createQuery(query: {
    readonly Name: string;
    readonly Description?: string;
    readonly Query: string;
  }): Promise<Query>;
  queries(filter?: {
    readonly queryId?: string;
    readonly queryName?: string;
    readonly includeSystemQueries?: boolean;
    readonly includeOnlySystemQueries?: boolean;
  }): Promise<readonly Query[]>;
  /** User-defined ones only. */
  deleteQuery(id: string): Promise<void>;
  /** The first 100 rows; undefined when no answer came in time: the service took the query, its syntax is probably fine. */
  testQuery(
    what: { readonly exportQuery: string } | { readonly queryId: string },
    window?: { readonly startTime?: string; readonly endTime?: string },
    patienceMs?: number,
  ): Promise<TestResult | undefined>;
  createReport(report: ReportRequest): Promise<Report>;
  reports(filter?: {
    readonly reportId?: string;
    readonly reportName?: string;
    readonly queryId?: string;
  }): Promise<readonly Report[]>;
  updateReport(id: string, report: ReportUpdate): Promise<Report>;
  /** The report and all its executions. */
  deleteReport(id: string): Promise<void>;
  pauseReport(id: string): Promise<void>;
  resumeReport(id: string): Promise<void>;
  /** Those of the last 90 days in every state; the service's own default is the latest completed one alone. */
  executions(
    reportId: string,
    filter?: {
      readonly executionId?: readonly string[];
      readonly executionStatus?: readonly string[];
      readonly latest?: boolean;
    },
  ): Promise<readonly Execution[]>;
}

/** The service itself gives up after this. */
const TEST_TIMEOUT = 100_000;
const EVERY_STATE = ['Pending', 'Running', 'Paused', 'Completed'];

export function openInsights(deps: InsightsDeps): Insights {
  const { call, list, one } = openAsking(deps);
  const reportPath = (id: string, act = ''): string => `/ScheduledReport${act}/${encodeURIComponent(id)}`;

  return {
    datasets: (name) =>
      list({ path: '/ScheduledDataset', query: { datasetName: name }, mayBeNone: true }, readDataset),
    createQuery: (body) => one({ method: 'POST', path: '/ScheduledQueries', body }, readQuery),
    queries: (filter = {}) =>
      list({ path: '/ScheduledQueries', query: { ...filter }, mayBeNone: true }, readQuery),
    async deleteQuery(id) {
      await call({ method: 'DELETE', path: `/ScheduledQueries/${encodeURIComponent(id)}` });
    },
    async testQuery(what, window = {}, patienceMs = TEST_TIMEOUT) {
      const path = '/ScheduledQueries/testQueryResult';
      try {
        const { rows, dataRedacted } = await call({
          path,
          query: { ...what, ...window },
          timeoutMs: Math.min(patienceMs, TEST_TIMEOUT),
        });
        return { rows, redacted: dataRedacted };
      } catch (error) {
        if (isTimeout(error)) return undefined;
        throw error;
      }
    },
    createReport: (body) => one({ method: 'POST', path: '/ScheduledReport', body }, readReport),
    reports: (filter = {}) =>
      list({ path: '/ScheduledReport', query: { ...filter }, mayBeNone: true }, readReport),
    updateReport: (id, body) => one({ method: 'PUT', path: reportPath(id), body }, readReport),
    async deleteReport(id) {
      await call({ method: 'DELETE', path: reportPath(id) });
    },
    async pauseReport(id) {
      await call({ method: 'PUT', path: reportPath(id, '/pause') });
    },
    async resumeReport(id) {
      await call({ method: 'PUT', path: reportPath(id, '/resume') });
    },
    executions: (id, { executionId, executionStatus = EVERY_STATE, latest = false } = {}) =>
      list(
        {
          path: reportPath(id, '/execution'),
          query: {
            executionId: executionId?.join(';'),
            executionStatus: executionStatus.join(';'),
            getLatestExecution: latest,
          },
          // Before the first run has completed the service answers 404.
          mayBeNone: true,
        },
        readExecution,
      ),
  };
}
