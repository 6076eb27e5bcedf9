import { HOUR, MINUTE, type Duration, type Instant } from '../../model/time.js';
import type { Execution, Report } from './schema.js';

/** When a report should have run, and whether it has: there is no state that says "failed", so absence has to. */
export interface Timetable {
  /** The next run that has to come, or the first one that did not; null when none is expected. */
  readonly expectedAt: Instant | null;
  readonly overdue: boolean;
  /** Whole hours since it was expected; 0 while it is not overdue. */
  readonly overdueHours: number;
  /** All its runs are done: it stops by itself, and rightly. */
  readonly ended: boolean;
}

export interface TimetableInput {
  readonly report: Report;
  /** The end of the newest completed run, null when there was none. */
  readonly lastRunAt: Instant | null;
  /** Completed runs that are known of. */
  readonly runs: number;
  /** Since when it runs again after a pause: slots before that are forgiven. */
  readonly resumedAt: Instant | null;
  /** How late a run may be before somebody is told. */
  readonly graceMs: Duration;
  readonly now: Instant;
}

/** A run may be stamped a little before its slot: two clocks never agree. */
const EARLY = 10 * MINUTE;
/** A run at once is given this long. */
const AT_ONCE = 12 * HOUR;

export function timetableOf(input: TimetableInput): Timetable {
  const { report, now, graceMs } = input;
  const ended = hasEnded(input);
  const at = ended || report.status !== 'Active' ? null : expectedOf(input);
  // A run every four hours must not be allowed to be three hours late.
  const every = report.everyHours === null ? graceMs : (report.everyHours * HOUR) / 2;
  const overdue = at !== null && now > at + Math.min(graceMs, every);
  return { expectedAt: at, overdue, overdueHours: overdue ? Math.floor((now - at) / HOUR) : 0, ended };
}

function expectedOf({ report, lastRunAt, resumedAt }: TimetableInput): Instant | null {
  if (report.executeNow) {
    const created = timeOf(report.createdAt);
    return lastRunAt !== null || created === null ? null : created + AT_ONCE;
  }
  const start = timeOf(report.startAt);
  if (start === null || report.everyHours === null) return null;
  const every = report.everyHours * HOUR;
  const afterRun = lastRunAt === null ? start : slotAfter(lastRunAt + EARLY, start, every);
  return resumedAt === null ? afterRun : Math.max(afterRun, slotAfter(resumedAt - 1, start, every));
}

/** The first slot later than `at`. */
function slotAfter(at: Instant, start: Instant, every: Duration): Instant {
  return at < start ? start : start + (Math.floor((at - start) / every) + 1) * every;
}

function hasEnded({ report, lastRunAt, runs }: TimetableInput): boolean {
  if (report.executeNow) return lastRunAt !== null;
  if (report.count === null) return false;
  if (runs >= report.count) return true;
  const start = timeOf(report.startAt);
  if (start === null || report.everyHours === null || lastRunAt === null) return false;
  return lastRunAt + EARLY >= start + (report.count - 1) * report.everyHours * HOUR;
}

/** Completed runs, newest first; those without a time of their own come last. */
export function completed(executions: readonly Execution[]): readonly Execution[] {
  return executions
    .filter(({ status }) => status === 'Completed')
    .sort((a, b) => (timeOf(b.generatedAt) ?? 0) - (timeOf(a.generatedAt) ?? 0));
}

/** What it is doing now: a run under way, else its newest. Empty when it never ran. */
export function currentState(executions: readonly Execution[]): string {
  for (const state of ['Running', 'Pending', 'Paused'])
    if (executions.some(({ status }) => status === state)) return state;
  return executions.length === 0 ? '' : 'Completed';
}

export function timeOf(iso: string | null): Instant | null {
  return iso === null ? null : Date.parse(iso);
}
