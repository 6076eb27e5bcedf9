import { createHash, randomUUID } from 'node:crypto';
import { request } from 'undici';
import { DAY, HOUR, MINUTE, type Instant } from '../../model/time.js';

export interface SandboxQuery {
  readonly queryId: string;
  readonly name: string;
  readonly description: string;
  readonly query: string;
  readonly type: 'userDefined' | 'system';
  readonly user: string;
  readonly createdTime: string;
}

export interface SandboxReport {
  readonly reportId: string;
  readonly reportName: string;
  readonly description: string;
  readonly queryId: string;
  readonly query: string;
  readonly user: string;
  readonly createdTime: string;
  readonly modifiedTime: string | null;
  readonly executeNow: boolean;
  readonly startTime: string;
  readonly reportStatus: 'Active' | 'Paused' | 'Inactive';
  readonly recurrenceInterval: number;
  readonly recurrenceCount: number | null;
  readonly callbackUrl: string | null;
  readonly callbackMethod: string | null;
  readonly format: 'csv' | 'tsv';
}

/** What a run finds: the header and how many rows. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: number;
}

export interface SandboxExecution {
  readonly executionId: string;
  readonly reportId: string;
  readonly begunAt: Instant;
  readonly status: 'Pending' | 'Running' | 'Paused' | 'Completed';
  readonly completedAt: Instant | null;
  readonly format: 'csv' | 'tsv';
  readonly table: Table;
}

export interface SentCallback {
  readonly reportId: string;
  readonly method: string;
  readonly at: Instant;
  /** 0 when nobody answered. */
  readonly status: number;
}

/** The reports of the sandbox's partner. `at` is when something happens; the sandbox's present when it is left out. */
export interface InsightsState {
  putQuery(query: SandboxQuery): void;
  removeQuery(id: string): void;
  /** Adds a report, or changes one; runs that were due before `at` have begun. */
  putReport(report: SandboxReport, at?: Instant): void;
  patchReport(id: string, patch: Partial<SandboxReport>, at?: Instant): void;
  /** With everything it ever ran. */
  removeReport(id: string): void;
  /** What runs find from now on; without it the query's columns and some rows. */
  setTable(reportId: string, table: Table, at?: Instant): void;
  /** Runs from now on wait and never end, as those of a service that lost them: there is no state for it. */
  stall(reportId: string, stalled: boolean, at?: Instant): void;
  queries(): readonly SandboxQuery[];
  reports(): readonly SandboxReport[];
  /** Of the last 90 days, oldest first. */
  executions(reportId: string): readonly SandboxExecution[];
  execution(executionId: string): SandboxExecution | undefined;
  /** Callbacks that were sent. */
  readonly callbacks: readonly SentCallback[];
  close(): Promise<void>;
}

/** A run waits, works, and is done after this. */
const WAITS = 3 * MINUTE;
const WORKS = 9 * MINUTE;
const KEPT = 90 * DAY;
const WATCH_MS = 250;

interface Held {
  report: SandboxReport;
  table: Table;
  stalledSince: Instant | undefined;
  /** The first slot that is not looked at yet. */
  nextSlot: Instant;
  runs: number;
  readonly executions: Run[];
}

interface Run {
  readonly executionId: string;
  readonly begunAt: Instant;
  completedAt: Instant | null;
  status: SandboxExecution['status'];
  table: Table;
  /** It was begun while the service lost its runs. */
  readonly lost: boolean;
}

export function openInsightsState(now: () => Instant, settle: () => void): InsightsState {
  const queries = new Map<string, SandboxQuery>();
  const held = new Map<string, Held>();
  const callbacks: SentCallback[] = [];
  const sending = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;

  const advance = (at: Instant): void => {
    for (const one of held.values())
      for (const run of moveOn(one, at)) {
        const sent = callBack(one.report, run, callbacks).finally(() => sending.delete(sent));
        sending.add(sent);
      }
  };
  const present = (): void => {
    settle();
    advance(now());
  };
  /** Callbacks are sent when a run ends and not when somebody looks. */
  const watch = (): void => {
    if ([...held.values()].some(({ report }) => report.callbackUrl !== null))
      timer ??= setInterval(present, WATCH_MS).unref();
  };
  const find = (id: string): Held => {
    const one = held.get(id.toLowerCase());
    if (one === undefined) throw new Error(`There is no report ${id} in the sandbox.`);
    return one;
  };

  return {
    callbacks,
    putQuery: (query) => void queries.set(query.queryId.toLowerCase(), query),
    removeQuery: (id) => void queries.delete(id.toLowerCase()),
    putReport: (report, at = now()) => {
      advance(at);
      const before = held.get(report.reportId.toLowerCase());
      const begins = report.executeNow ? Date.parse(report.createdTime) : Date.parse(report.startTime);
      held.set(report.reportId.toLowerCase(), {
        report,
        table: before?.table ?? { columns: columnsOf(report.query), rows: 120 },
        stalledSince: before?.stalledSince,
        nextSlot:
          before === undefined || before.report.startTime !== report.startTime ? begins : before.nextSlot,
        runs: before?.runs ?? 0,
        executions: before?.executions ?? [],
      });
      watch();
    },
    patchReport: (id, patch, at = now()) => {
      advance(at);
      const one = find(id);
      const resumed = patch.reportStatus === 'Active' && one.report.reportStatus === 'Paused';
      one.report = { ...one.report, ...patch };
      if (patch.startTime !== undefined) one.nextSlot = Date.parse(patch.startTime);
      // What would have run during the pause does not run afterwards.
      if (resumed) while (one.nextSlot <= at) one.nextSlot += one.report.recurrenceInterval * HOUR;
      watch();
    },
    removeReport: (id) => void held.delete(id.toLowerCase()),
    setTable: (id, table, at = now()) => {
      advance(at);
      find(id).table = table;
    },
    stall: (id, stalled, at = now()) => {
      advance(at);
      find(id).stalledSince = stalled ? at : undefined;
    },
    queries: () => {
      present();
      return [...queries.values()];
    },
    reports: () => {
      present();
      return [...held.values()].map(({ report }) => report);
    },
    executions: (id) => {
      present();
      const one = held.get(id.toLowerCase());
      if (one === undefined) return [];
      return one.executions
        .filter(({ begunAt }) => begunAt > now() - KEPT)
        .map((run) => shown(run, one.report));
    },
    execution: (executionId) => {
      present();
      for (const one of held.values()) {
        const run = one.executions.find((known) => known.executionId === executionId);
        if (run !== undefined) return shown(run, one.report);
      }
      return undefined;
    },
    async close() {
      clearInterval(timer);
      await Promise.allSettled(sending);
    },
  };
}

function shown(run: Run, report: SandboxReport): SandboxExecution {
  return {
    executionId: run.executionId,
    reportId: report.reportId,
    begunAt: run.begunAt,
    status: run.status,
    completedAt: run.completedAt,
    format: report.format,
    table: run.table,
  };
}

/** Begins what is due and ends what is done at `at`; gives the runs that were completed by it. */
function moveOn(one: Held, at: Instant): Run[] {
  begin(one, at);
  const done: Run[] = [];
  for (const run of one.executions) {
    if (run.status === 'Completed' || run.lost) continue;
    const age = at - run.begunAt;
    if (age >= WAITS + WORKS) {
      run.status = 'Completed';
      run.completedAt = run.begunAt + WAITS + WORKS;
      run.table = one.table;
      done.push(run);
    } else if (one.report.reportStatus === 'Paused') run.status = 'Paused';
    else run.status = age >= WAITS ? 'Running' : 'Pending';
  }
  const { report } = one;
  const over = report.executeNow
    ? done.length > 0
    : report.recurrenceCount !== null && one.runs >= report.recurrenceCount;
  if (over && one.executions.every(({ status }) => status === 'Completed'))
    one.report = { ...report, reportStatus: 'Inactive' };
  return done;
}

function begin(one: Held, at: Instant): void {
  while (one.report.reportStatus === 'Active' && one.nextSlot <= at) {
    const { report } = one;
    if (report.recurrenceCount !== null && one.runs >= report.recurrenceCount) return;
    one.executions.push({
      executionId: idOf(`${report.reportId} ${one.nextSlot}`),
      begunAt: one.nextSlot,
      completedAt: null,
      status: 'Pending',
      table: one.table,
      lost: one.stalledSince !== undefined && one.nextSlot >= one.stalledSince,
    });
    one.runs += 1;
    if (report.executeNow) one.nextSlot = Number.POSITIVE_INFINITY;
    else one.nextSlot += report.recurrenceInterval * HOUR;
  }
}

/** On success alone, without any proof of who calls, and never again (Partner Center, programmatic access). */
async function callBack(report: SandboxReport, run: Run, sent: SentCallback[]): Promise<void> {
  const { callbackUrl, reportId } = report;
  if (callbackUrl === null) return;
  const method = report.callbackMethod?.toUpperCase() === 'GET' ? 'GET' : 'POST';
  const url = method === 'GET' ? `${callbackUrl}?reportId=${reportId}` : `${callbackUrl}/${reportId}`;
  const note = (status: number): void =>
    void sent.push({ reportId, method, at: run.completedAt ?? 0, status });
  try {
    const answer = await request(url, { method, signal: AbortSignal.timeout(5_000) });
    await answer.body.dump();
    note(answer.statusCode);
  } catch {
    note(0);
  }
}

function columnsOf(query: string): readonly string[] {
  const columns = /^\s*select\s+(?:distinct\s+)?([\s\S]+?)\s+from\b/i.exec(query)?.[1] ?? 'Value';
  return columns.split(',').map((column) => column.trim());
}

/** The same run has the same id in every sandbox that plays the same week. */
export function idOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export function newId(): string {
  return randomUUID();
}
