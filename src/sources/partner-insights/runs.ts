import { faultLine, isFault } from '../../lib/fault.js';
import type { Instant } from '../../model/time.js';
import type { FileSummary } from './download.js';
import type { ReportMemory, Run } from './memory.js';
import type { Execution, Report } from './schema.js';
import { completed, timeOf } from './slots.js';

/** A file that cannot be read so often is told of without its contents. */
const MAX_TRIES = 3;

/** What is known of a report after its list of runs was read, before any file is. */
export function remember(
  before: ReportMemory | undefined,
  report: Report,
  executions: readonly Execution[],
  now: Instant,
): ReportMemory {
  const done = completed(executions);
  const newest = done[0];
  const seenAt =
    timeOf(newest?.generatedAt ?? null) ?? (newest === undefined ? null : unstamped(newest, before, now));
  const resumed = before !== undefined && before.status !== 'Active' && report.status === 'Active';
  return {
    status: report.status,
    resumedAt: resumed ? (timeOf(report.modifiedAt) ?? now) : (before?.resumedAt ?? null),
    runs: Math.max(done.length, before?.runs ?? 0),
    lastRunAt: latest(seenAt, before?.lastRunAt ?? null),
    last: before?.last ?? null,
    tries: before?.tries ?? null,
  };
}

/** A completed run without a time of its own is as old as our first sight of it. */
function unstamped(run: Execution, before: ReportMemory | undefined, now: Instant): Instant {
  return before?.last?.executionId === run.id ? (before.lastRunAt ?? now) : now;
}

function latest(a: Instant | null, b: Instant | null): Instant | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

/** The newest run, when its file is still to be read. */
export function unread(memory: ReportMemory, executions: readonly Execution[]): Execution | undefined {
  const [newest] = completed(executions);
  if (newest === undefined) return undefined;
  const { last } = memory;
  if (last?.executionId !== newest.id) return newest;
  return last.rows === null && last.problem === '' ? newest : undefined;
}

/** A run that is told of before its file has been read: it was done before we came, and is no news. */
export function withUnreadRun(memory: ReportMemory, run: Execution): ReportMemory {
  return { ...memory, last: { ...NO_RUN, executionId: run.id, generatedAt: run.generatedAt } };
}

/** The run with what its file holds, compared with the run before. */
export function withRead(memory: ReportMemory, run: Execution, file: FileSummary): ReportMemory {
  const before = memory.last?.executionId === run.id ? null : memory.last;
  const known = before !== null && before.columns !== null;
  const names = new Set(file.columnNames);
  const namesBefore = new Set(before?.columnNames ?? []);
  const columnsAdded = known ? file.columnNames.filter((name) => !namesBefore.has(name)) : [];
  const columnsGone = known ? before.columnNames.filter((name) => !names.has(name)) : [];
  return {
    ...memory,
    tries: null,
    last: {
      executionId: run.id,
      generatedAt: run.generatedAt,
      rows: file.rows,
      columns: file.columns,
      columnNames: [...file.columnNames],
      rowsBefore: before?.rows ?? null,
      columnsBefore: before?.columns ?? null,
      columnsAdded,
      columnsGone,
      reordered:
        known &&
        columnsAdded.length + columnsGone.length === 0 &&
        file.columnNames.some((name, i) => name !== before.columnNames[i]),
      problem: '',
    },
  };
}

/** The file could not be read: it is tried again for a while, then the run is told of as it is. */
export function withFailure(memory: ReportMemory, run: Execution, error: unknown): ReportMemory {
  const count = (memory.tries?.executionId === run.id ? memory.tries.count : 0) + 1;
  if (count < MAX_TRIES) return { ...memory, tries: { executionId: run.id, count } };
  const problem = isFault(error) ? error.message : faultLine(error);
  const before = memory.last?.executionId === run.id ? null : memory.last;
  return {
    ...memory,
    tries: null,
    last: {
      ...NO_RUN,
      executionId: run.id,
      generatedAt: run.generatedAt,
      // Kept for the comparison with the next file that can be read.
      columnNames: before?.columnNames ? [...before.columnNames] : [],
      rowsBefore: before?.rows ?? null,
      columnsBefore: before?.columns ?? null,
      problem: problem.replace(/https?:\/\/\S+/gi, '[link]').slice(0, 300),
    },
  };
}

const NO_RUN: Run = {
  executionId: '',
  generatedAt: null,
  rows: null,
  columns: null,
  columnNames: [],
  rowsBefore: null,
  columnsBefore: null,
  columnsAdded: [],
  columnsGone: [],
  reordered: false,
  problem: '',
};
