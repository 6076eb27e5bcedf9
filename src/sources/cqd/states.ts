import { HOUR, MINUTE, type Duration, type Instant } from '../../model/time.js';
import type { Stage } from './schema.js';

/** What is known of one stage. Instants newest first. */
export interface StageLog {
  /** As the site lists them now: five at most. */
  readonly successes: readonly Instant[];
  readonly failures: readonly Instant[];
  readonly startedAt: Instant | undefined;
  /** The same and all that was seen at earlier polls. */
  readonly pastSuccesses: readonly Instant[];
  readonly pastFailures: readonly Instant[];
}

export type StageState =
  'healthy' | 'flapping' | 'running' | 'failing' | 'stuck' | 'stale' | 'never' | 'disabled';

/** How a stage does. */
export interface StageJudgement {
  readonly state: StageState;
  /** The last run that ended has failed. Ends with a success, not with the next attempt. */
  readonly failing: boolean;
  /** A run began and has not ended within the limit. */
  readonly stuck: boolean;
  /** No success within the limit. */
  readonly stale: boolean;
  /** Since when `state` holds, as far as it can be known. */
  readonly since: Instant | undefined;
  readonly lastSuccess: Instant | undefined;
  readonly lastFailure: Instant | undefined;
  readonly startedAt: Instant | undefined;
  /** A run newer than every end is under way. */
  readonly underWay: boolean;
  /** Failures since the last success; at least so many when the site lists no more. */
  readonly failures: number;
  readonly failuresAtLeast: boolean;
  readonly limit: Duration;
  /** The usual time between two successes, once it is known. */
  readonly cadence: Duration | undefined;
  /** The newest time without a success, longer than the limit, that the listed successes enclose. */
  readonly hole: { readonly from: Instant; readonly to: Instant } | undefined;
}

/** Both jobs are set up to run each quarter of an hour; a cube may take six (Microsoft Learn, CQD planning). */
const INTEGRATION_LIMIT = 45 * MINUTE;
const CUBE_LIMIT = 60 * MINUTE;
const CUBE_GAPS = 3;
/** Below this many gaps a single hole would pass for the cadence. */
const MIN_GAPS = 2;
/** The learned limit moves in steps, or each run would change it a little. */
const LIMIT_STEP = 5 * MINUTE;
/** A failure is worth a note for so long after it was overcome. */
const FLAPPING = HOUR;
/** The lists of the site end here. */
const LISTED = 5;

/** The state of one stage by the order of its newest success, failure and start. */
export function judgeStage(
  stage: Stage,
  log: StageLog,
  now: Instant,
  configured: Duration | undefined,
): StageJudgement {
  const success = log.successes[0];
  const failure = log.failures[0];
  const cadence = cadenceOf(log.pastSuccesses);
  const limit = configured ?? limitOf(stage, cadence);
  const ended = Math.max(success ?? Number.NEGATIVE_INFINITY, failure ?? Number.NEGATIVE_INFINITY);
  const started = log.startedAt !== undefined && log.startedAt > ended ? log.startedAt : undefined;
  const failing = failure !== undefined && (success === undefined || failure > success);
  const stuck = started !== undefined && now - started > limit;
  const life = Math.max(ended, started ?? Number.NEGATIVE_INFINITY);
  const stale = Number.isFinite(life) && now - (success ?? life) > limit;
  const judged = {
    failing,
    stuck,
    stale,
    lastSuccess: success,
    lastFailure: failure,
    startedAt: log.startedAt,
    underWay: started !== undefined && !stuck,
    ...failuresSince(log, success),
    limit,
    cadence,
    hole: holeOf(log.successes, limit),
  };
  const state = stateOf(judged, log, now);
  return { state, ...judged, since: sinceOf(state, log, limit) };
}

/** Failing outlasts the next attempt: whether it helps is known when it has ended. */
function stateOf(
  { failing, stuck, stale, underWay, lastFailure }: Omit<StageJudgement, 'state' | 'since'>,
  log: StageLog,
  now: Instant,
): StageState {
  if (stuck) return 'stuck';
  if (failing) return 'failing';
  if (underWay) return 'running';
  if (log.successes[0] === undefined) return 'never';
  if (stale) return 'stale';
  return lastFailure !== undefined && now - lastFailure <= FLAPPING ? 'flapping' : 'healthy';
}

/** The documented start: 45 minutes for archiving; for the cube an hour, or three times what it usually takes. */
function limitOf(stage: Stage, cadence: Duration | undefined): Duration {
  if (stage === 'integration') return INTEGRATION_LIMIT;
  const learned = cadence === undefined ? 0 : Math.ceil((CUBE_GAPS * cadence) / LIMIT_STEP) * LIMIT_STEP;
  return Math.max(CUBE_LIMIT, learned);
}

/** The median of the gaps between successes; undefined while there are too few. */
function cadenceOf(successes: readonly Instant[]): Duration | undefined {
  const gaps = successes.flatMap((at, i) => {
    const before = successes[i + 1];
    return before === undefined ? [] : [at - before];
  });
  if (gaps.length < MIN_GAPS) return undefined;
  return gaps.sort((a, b) => a - b)[Math.floor((gaps.length - 1) / 2)];
}

function failuresSince(
  log: StageLog,
  success: Instant | undefined,
): Pick<StageJudgement, 'failures' | 'failuresAtLeast'> {
  const newer = (at: Instant): boolean => success === undefined || at > success;
  return {
    failures: log.pastFailures.filter(newer).length,
    failuresAtLeast: log.failures.filter(newer).length >= LISTED,
  };
}

function holeOf(successes: readonly Instant[], limit: Duration): StageJudgement['hole'] {
  for (const [i, to] of successes.entries()) {
    const from = successes[i + 1];
    if (from !== undefined && to - from > limit) return { from, to };
  }
  return undefined;
}

function sinceOf(state: StageState, log: StageLog, limit: Duration): Instant | undefined {
  const [success] = log.successes;
  switch (state) {
    case 'failing':
      return log.pastFailures.filter((at) => success === undefined || at > success).at(-1);
    case 'running':
    case 'stuck':
      return log.startedAt;
    case 'stale':
      return success;
    case 'healthy':
    case 'flapping':
      return wellSince(log, limit);
    default:
      return undefined;
  }
}

/** Back over successes without a failure or a hole between them. */
function wellSince({ pastSuccesses, pastFailures }: StageLog, limit: Duration): Instant | undefined {
  let since = pastSuccesses[0];
  for (const at of pastSuccesses.slice(1)) {
    const next = since ?? at;
    if (next - at > limit || pastFailures.some((failure) => failure > at && failure <= next)) break;
    since = at;
  }
  return since;
}
