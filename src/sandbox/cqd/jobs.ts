import { DAY, MINUTE, SECOND, type Duration, type Instant } from '../../model/time.js';

export type CqdStage = 'integration' | 'cube';

/** What the SQL Agent's job does: runs and ends well, runs and fails, begins a run that never ends, or does not run at all. */
export type JobMode = 'works' | 'fails' | 'hangs' | 'dead';

/** What the log of one stage lists, newest first. */
export interface StageLists {
  readonly successes: readonly Instant[];
  readonly failures: readonly Instant[];
  /** Cleared when a run succeeds, kept when it fails. */
  readonly startedAt: Instant | null;
}

/** The jobs of a CQD site: one run of each stage every quarter of an hour, long before anybody looks. */
export interface CqdJobs {
  /** How a stage does from then on. */
  job(stage: CqdStage, mode: JobMode, at?: Instant): void;
  lists(stage: CqdStage): StageLists;
}

interface Phase {
  readonly from: Instant;
  readonly mode: JobMode;
}

interface Run {
  readonly begun: Instant;
  /** Undefined while it runs, and for ever when it hangs. */
  readonly ended: Instant | undefined;
  readonly ok: boolean;
}

const CYCLE = 15 * MINUTE;
const LISTED = 5;
/** Older runs are nowhere in the lists, however quiet it was since. */
const REMEMBERED = 14 * DAY;
const FAILS_AFTER = 42 * SECOND;

export function openJobs(now: () => Instant, settle: () => void): CqdJobs {
  const phases: Record<CqdStage, readonly Phase[]> = { integration: [], cube: [] };
  return {
    job: (stage, mode, at = now()) => {
      phases[stage] = [...phases[stage], { from: at, mode }].sort((a, b) => a.from - b.from);
    },
    lists: (stage) => {
      settle();
      return listsOf(stage, phases[stage], now());
    },
  };
}

function listsOf(stage: CqdStage, phases: readonly Phase[], now: Instant): StageLists {
  const successes: Instant[] = [];
  const failures: Instant[] = [];
  let newest: Run | undefined;
  for (let slot = Math.floor(now / CYCLE) * CYCLE; slot > now - REMEMBERED; slot -= CYCLE) {
    const run = runOf(stage, slot, phases, now);
    if (run === undefined) continue;
    newest ??= run;
    if (run.ended !== undefined) (run.ok ? successes : failures).push(run.ended);
    if (successes.length >= LISTED && failures.length >= LISTED) break;
  }
  return {
    successes: successes.slice(0, LISTED),
    failures: failures.slice(0, LISTED),
    startedAt: newest === undefined || (newest.ended !== undefined && newest.ok) ? null : newest.begun,
  };
}

function runOf(stage: CqdStage, slot: Instant, phases: readonly Phase[], now: Instant): Run | undefined {
  const begun = slot + (stage === 'integration' ? 0 : 32 * SECOND);
  if (begun > now) return undefined;
  const mode = modeAt(phases, begun);
  if (mode === 'dead') return undefined;
  if (mode === 'hangs')
    return modeAt(phases, begun - CYCLE) === 'hangs' ? undefined : { begun, ended: undefined, ok: false };
  const ended = begun + (mode === 'fails' ? FAILS_AFTER : lasts(stage, slot));
  return { begun, ended: ended > now ? undefined : ended, ok: mode === 'works' };
}

function modeAt(phases: readonly Phase[], at: Instant): JobMode {
  return phases.findLast((phase) => phase.from <= at)?.mode ?? 'works';
}

/** Uneven, and the same each time: 13 to 29 s for archiving, about a minute more for the cube. */
function lasts(stage: CqdStage, slot: Instant): Duration {
  const uneven = ((slot / CYCLE) * 7) % 17;
  return (13 + uneven + (stage === 'integration' ? 0 : 40 + uneven)) * SECOND;
}
