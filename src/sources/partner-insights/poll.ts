import { isFault } from '../../lib/fault.js';
import type { Log } from '../../lib/log.js';
import type { Fact } from '../../model/source.js';
import type { Instant } from '../../model/time.js';
import type { Insights } from './client.js';
import type { Downloads, FileSummary } from './download.js';
import { reportFact } from './facts.js';
import type { Memory, ReportMemory } from './memory.js';
import { remember, unread, withFailure, withRead, withUnreadRun } from './runs.js';
import type { Execution, Report } from './schema.js';

/** Reports asked for at once, and files read in one poll: the rest waits for the next. */
const AT_ONCE = 4;
const MAX_FILES = 20;

export interface PollPlan {
  readonly insights: Pick<Insights, 'reports' | 'executions'>;
  readonly downloads: Pick<Downloads, 'read'>;
  readonly memory: Memory | undefined;
  readonly graceMs: number;
  readonly isOurCallback: (url: string) => boolean;
  /** Told of each file that was read, for questions that come soon after. */
  readonly onFile: (executionId: string, file: FileSummary) => void;
  readonly log: Log;
  readonly now: Instant;
}

export interface Found {
  readonly coverage: 'full' | 'partial';
  readonly facts: readonly Fact[];
  /** The budget part is the caller's. */
  readonly memory: Omit<Memory, 'budget'>;
  readonly reports: readonly Report[];
}

interface Seen {
  readonly report: Report;
  readonly executions: readonly Execution[];
  readonly memory: ReportMemory;
}

/** Every report with its runs; the files of those that were completed since the last poll are read. */
export async function pollReports(plan: PollPlan): Promise<Found> {
  const { insights, memory, now } = plan;
  const reports = await insights.reports();
  const known = Object.keys(memory?.reports ?? {}).length;
  // That all are gone is believed when it is said twice.
  if (reports.length === 0 && known > 0 && (memory?.empties ?? 0) === 0)
    return {
      coverage: 'partial',
      facts: [],
      reports,
      memory: { empties: 1, reports: memory?.reports ?? {} },
    };
  const asked = await inTurns(reports, AT_ONCE, (report) => see(report, plan));
  const failed = asked.filter((one) => one.seen === undefined);
  const [first] = failed;
  if (first !== undefined && failed.length === reports.length) throw first.error;
  const seen = await readFiles(
    asked.flatMap((one) => (one.seen === undefined ? [] : [one.seen])),
    plan,
  );
  const unseen = failed.flatMap(({ id }): [string, ReportMemory][] => {
    const before = memory?.reports[id];
    return before === undefined ? [] : [[id, before]];
  });
  return {
    coverage: failed.length === 0 ? 'full' : 'partial',
    facts: seen.map((one) =>
      reportFact({
        ...one,
        graceMs: plan.graceMs,
        now,
        callback: plan.isOurCallback(one.report.callbackUrl),
      }),
    ),
    reports,
    memory: {
      empties: 0,
      reports: Object.fromEntries([...unseen, ...seen.map((one) => [one.report.id, one.memory] as const)]),
    },
  };
}

interface Asked {
  readonly id: string;
  readonly seen?: Seen;
  readonly error?: unknown;
}

/** One report that cannot be asked for must not hide the others. */
async function see(report: Report, { insights, memory, log, now }: PollPlan): Promise<Asked> {
  try {
    const executions = await insights.executions(report.id);
    const before = memory?.reports[report.id];
    const after = remember(before, report, executions, now);
    const newest = unread(after, executions);
    // At the first poll of all, what is done is done: it is read, and told to nobody.
    const baseline = memory === undefined && newest !== undefined;
    return {
      id: report.id,
      seen: { report, executions, memory: baseline ? withUnreadRun(after, newest) : after },
    };
  } catch (error) {
    if (!isFault(error) || error.code === 'api.sign-in' || error.code === 'api.budget') throw error;
    log.warn({ report: report.id, code: error.code, requestId: error.requestId }, error.message);
    return { id: report.id, error };
  }
}

async function readFiles(seen: readonly Seen[], plan: PollPlan): Promise<readonly Seen[]> {
  let left = MAX_FILES;
  return inTurns(seen, 2, async (one) => {
    const run = unread(one.memory, one.executions);
    if (run === undefined || left <= 0) return one;
    left -= 1;
    return { ...one, memory: await readFile(one.memory, run, plan) };
  });
}

async function readFile(
  memory: ReportMemory,
  run: Execution,
  { downloads, onFile, log }: PollPlan,
): Promise<ReportMemory> {
  try {
    if (run.link === undefined)
      return withFailure(memory, run, new Error('The service gave no link to the file.'));
    const file = await downloads.read(run.link, run.format);
    onFile(run.id, file);
    return withRead(memory, run, file);
  } catch (error) {
    if (!isFault(error)) throw error;
    log.warn({ execution: run.id, code: error.code }, error.message);
    return withFailure(memory, run, error);
  }
}

/** All of them, a few at a time, in their order. */
async function inTurns<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const done: R[] = [];
  let next = 0;
  const turn = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      const item = items[index];
      if (item !== undefined) done[index] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, turn));
  return done;
}
