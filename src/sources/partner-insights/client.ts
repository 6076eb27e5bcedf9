import { Fault, isFault } from '../../lib/fault.js';
import { statusFault, type Http, type HttpAnswer } from '../../lib/http.js';
import type { Instant } from '../../model/time.js';
import type { Access } from './auth.js';
import { explainRefusal, readEnvelope, type Envelope } from './envelope.js';
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

export interface InsightsDeps {
  readonly http: Http;
  /** The cloud's Partner Center host, which alone is given the token. */
  readonly endpoint: string;
  readonly access: Access;
  readonly now: Instant;
  /** Called before each try; what it throws ends the request. */
  readonly spend: () => void;
}

const ROOT = '/insights/v1/mpn';
const MAX_PAGES = 50;
/** The service itself gives up after this. */
const TEST_TIMEOUT = 100_000;
const EVERY_STATE = ['Pending', 'Running', 'Paused', 'Completed'];

interface Ask {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | boolean | undefined>>;
  readonly body?: unknown;
  readonly timeoutMs?: number;
  /** "Nothing found" is an answer here, and no failure. */
  readonly mayBeNone?: boolean;
}

export function openInsights(deps: InsightsDeps): Insights {
  const origin = new URL(deps.endpoint).origin;
  const call = (ask: Ask): Promise<Envelope> =>
    askOnce(`${origin}${ROOT}${ask.path}${queryText(ask.query)}`, ask, deps);

  async function list(ask: Ask): Promise<Envelope['value']> {
    const rows: Envelope['value'][number][] = [];
    let page = await call(ask);
    for (let pages = 1; ; pages += 1) {
      rows.push(...page.value);
      if (page.nextLink === undefined) return rows;
      if (pages >= MAX_PAGES)
        throw new Fault('api.unreadable', `${new URL(origin).host} gave more than ${MAX_PAGES} pages.`);
      page = await askOnce(own(page.nextLink, origin), ask, deps);
    }
  }

  async function one<T>(ask: Ask, read: (row: Envelope['value'][number]) => T | undefined): Promise<T> {
    const [row] = (await call(ask)).value;
    const found = row === undefined ? undefined : read(row);
    if (found !== undefined) return found;
    throw new Fault('api.unreadable', `${new URL(origin).host} did not say what it made of the request.`);
  }

  const reportPath = (id: string, act = ''): string => `/ScheduledReport${act}/${encodeURIComponent(id)}`;

  return {
    datasets: async (name) =>
      readAll(
        await list({ path: '/ScheduledDataset', query: { datasetName: name }, mayBeNone: true }),
        readDataset,
      ),
    createQuery: (body) => one({ method: 'POST', path: '/ScheduledQueries', body }, readQuery),
    queries: async (filter = {}) =>
      readAll(await list({ path: '/ScheduledQueries', query: { ...filter }, mayBeNone: true }), readQuery),
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
    reports: async (filter = {}) =>
      readAll(await list({ path: '/ScheduledReport', query: { ...filter }, mayBeNone: true }), readReport),
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
    executions: async (id, { executionId, executionStatus = EVERY_STATE, latest = false } = {}) =>
      readAll(
        await list({
          path: reportPath(id, '/execution'),
          query: {
            executionId: executionId?.join(';'),
            executionStatus: executionStatus.join(';'),
            getLatestExecution: latest,
          },
          // Before the first run has completed the service answers 404.
          mayBeNone: true,
        }),
        readExecution,
      ),
  };
}

const NOTHING: Envelope = {
  value: [],
  rows: [],
  nextLink: undefined,
  message: '',
  statusCode: 404,
  dataRedacted: false,
};

async function askOnce(url: string, ask: Ask, deps: InsightsDeps): Promise<Envelope> {
  let answer = await send(url, ask, await deps.access.token(deps.now), deps);
  // A token can be withdrawn before it runs out. A refused request has done nothing: it may be sent again.
  if (answer.status === 401 && !lacksMfa(answer, ''))
    answer = await send(url, ask, await deps.access.token(deps.now, true), deps);
  if (answer.status === 401) throw await unauthorised(url, ask, answer, deps);
  const envelope = readEnvelope(answer.body.toString('utf8'));
  // Both may speak of failure, and either is believed.
  const meant = answer.status >= 300 ? answer.status : (envelope?.statusCode ?? answer.status);
  if (meant === 404 && ask.mayBeNone === true && envelope !== undefined) return NOTHING;
  if (meant === 404 && ask.mayBeNone === true && isPlainError(answer)) return NOTHING;
  if (meant >= 300 || answer.status >= 300) {
    const explained = explainRefusal(answer);
    throw statusFault(ask.method ?? 'GET', new URL(url), answer, { ...explained, meant }, deps.now);
  }
  if (envelope === undefined) {
    if (answer.body.length === 0 && ask.method !== undefined && ask.method !== 'GET')
      return { ...NOTHING, statusCode: 200 };
    throw new Fault(
      'api.unreadable',
      `${new URL(url).host} answered ${new URL(url).pathname} with something that is no Insights answer.`,
      {
        status: answer.status,
      },
    );
  }
  return envelope;
}

async function send(url: string, ask: Ask, token: string, deps: InsightsDeps): Promise<HttpAnswer> {
  const { method = 'GET' } = ask;
  try {
    return await deps.http.request({
      method,
      url,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
      },
      ...(ask.body === undefined ? {} : { body: JSON.stringify(ask.body) }),
      ...(ask.timeoutMs === undefined ? {} : { timeoutMs: ask.timeoutMs }),
      // A test runs as long as it may; trying it three times would only keep the service busy.
      repeatable: method === 'GET' && ask.timeoutMs === undefined,
      anyStatus: true,
      beforeTry: deps.spend,
    });
  } catch (error) {
    if (method === 'GET' || !isFault(error, 'api.unreachable')) throw error;
    throw new Fault('api.unreachable', `${error.message} Nobody knows whether it was done.`, {
      cause: error,
      advice: 'See `reports` or `queries` for what is there now, before you try again.',
    });
  }
}

/** Told apart by the reason phrase, else by what the challenge or the body says, else by what the token itself lacks. */
function lacksMfa(answer: HttpAnswer, token: string): boolean {
  const said = [
    answer.reason,
    answer.headers['www-authenticate'],
    answer.body.subarray(0, 2_000).toString('utf8'),
  ];
  return said.some((text) => /\bMFA\b|multi-?factor/i.test(text ?? '')) || tokenLacksMfa(token);
}

function tokenLacksMfa(token: string): boolean {
  try {
    const claims = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'),
    ) as unknown;
    const amr: unknown =
      typeof claims === 'object' && claims !== null && 'amr' in claims ? claims.amr : undefined;
    return Array.isArray(amr) && !amr.includes('mfa');
  } catch {
    return false;
  }
}

async function unauthorised(
  url: string,
  ask: Ask,
  answer: HttpAnswer,
  { access, now }: InsightsDeps,
): Promise<Fault> {
  const { host } = new URL(url);
  const mfa = lacksMfa(answer, await access.token(now).catch(() => ''));
  const { requestId } = explainRefusal(answer);
  const details = { status: 401, ...(requestId === undefined ? {} : { requestId }), advice: access.advice };
  return mfa
    ? new Fault(
        'api.sign-in',
        `${host} answered 401: MFA required. The sign-in was made without a second factor.`,
        details,
      )
    : new Fault(
        'api.unauthorized',
        `${host} answered 401 to ${ask.method ?? 'GET'} ${new URL(url).pathname}: the token is refused.`,
        details,
      );
}

/** `{ "error": { "code", "message" } }`, or nothing at all: a 404 of the service, and not of somebody's proxy. */
function isPlainError(answer: HttpAnswer): boolean {
  const text = answer.body.toString('utf8').trim();
  return text === '' || (explainRefusal(answer).words !== undefined && !text.startsWith('<'));
}

function isTimeout(error: unknown): boolean {
  if (!isFault(error)) return false;
  if (error.code === 'api.unreachable') return /did not answer within/.test(error.message);
  return (
    error.code === 'api.failed' &&
    (error.status === 504 || error.status === 408 || /time(?:d)?[ -]?out/i.test(error.message))
  );
}

/** Lists are joined with `;`, which some clients and proxies take for a separator: everything is encoded. */
function queryText(query: Ask['query'] = {}): string {
  const parts = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(String(value))}`],
  );
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** A next page elsewhere would be given our token. */
function own(link: string, origin: string): string {
  const url = URL.canParse(link, origin) ? new URL(link, origin) : undefined;
  if (url?.origin === origin) return url.href;
  throw new Fault(
    'api.rejected',
    `${new URL(origin).host} points to ${url?.host ?? 'an unreadable address'} for the next page, which is not followed.`,
    {
      advice: 'Check the partner endpoint: pages are read from that host alone.',
    },
  );
}

function readAll<T>(
  rows: Envelope['value'],
  read: (row: Envelope['value'][number]) => T | undefined,
): readonly T[] {
  const found = rows.flatMap((row) => {
    const one = read(row);
    return one === undefined ? [] : [one];
  });
  if (found.length === 0 && rows.length > 0)
    throw new Fault(
      'api.unreadable',
      `None of the ${rows.length} entries that Partner Center gave could be read.`,
    );
  return found;
}
