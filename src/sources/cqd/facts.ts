import type { JsonObject } from '../../model/json.js';
import type { Fact } from '../../model/source.js';
import { HOUR, MINUTE, type Instant } from '../../model/time.js';
import { STAGES, type Stage } from './schema.js';
import type { StageJudgement, StageState } from './states.js';
import { localText } from './stamps.js';

/** One site as its settings name it. */
export interface Site {
  readonly name: string;
  /** The portal's root, without a trailing slash. */
  readonly url: string;
  readonly timeZone: string;
}

const STAGE_TEXT: Readonly<Record<Stage, string>> = {
  integration: 'Archiving',
  cube: 'Cube processing',
};

const STATE_TEXT: Readonly<Record<StageState, string>> = {
  healthy: 'Healthy',
  flapping: 'Healthy again after a failure',
  running: 'Running',
  failing: 'Failing',
  stuck: 'Hanging',
  stale: 'Standing still',
  never: 'Never ran',
  disabled: 'Log switched off',
};

/** States in which a stage brings what the one after it needs. */
const DELIVERING = new Set(['healthy', 'flapping', 'running']);

/**
 * The facts of a site, `cqd:<site>/integration` and `cqd:<site>/cube`.
 *
 * - `type` 'cqd', `site`, `stage` ('integration' or 'cube'), `stageText`, `timeZone`, `healthUrl`
 * - `state` 'healthy' | 'flapping' | 'running' | 'failing' | 'stuck' | 'stale' | 'never' | 'disabled'
 *   and the same in words in `stateText`
 * - `failing` the last run that ended has failed; `stuck` a run has not ended within the limit; `stale` no success within it
 * - `since` when the state began, `lastSuccess`, `lastFailure`, `startedAt`, `gapFrom`, `gapTo`: ISO strings or null, and each of
 *   them as the site's own clocks show it in `sinceLocal`, `lastSuccessLocal` … ('never' or empty when null)
 * - `underWay` a run has begun and may still end in time
 * - `failures` since the last success, `failuresAtLeast` true when there may be more, `failuresText` '3' or 'at least 5'
 * - `limitMinutes`, `cadenceMinutes` (null while unknown)
 * - `gapMinutes` the newest hole between the listed successes, longer than the limit, from `gapFrom` to `gapTo`; null when there is none
 * - `upstream` cube only: archiving does not bring anything either
 * - `failingText`, `stuckText`, `staleText`, `watchText`: each of these in words, or how it ended when it does not hold
 * - `note` what the other stage means for this one, or an empty string
 */
export function siteFacts(
  site: Site,
  judged: Readonly<Record<Stage, StageJudgement>> | undefined,
): readonly Fact[] {
  return STAGES.map((stage) => ({
    subject: `cqd:${site.name}/${stage}`,
    kind: 'cqd' as const,
    values: {
      type: 'cqd',
      site: site.name,
      stage,
      stageText: STAGE_TEXT[stage],
      timeZone: site.timeZone,
      healthUrl: healthUrl(site.url),
      ...(judged === undefined ? disabledValues() : stageValues(stage, judged, site.timeZone)),
    },
  }));
}

/** The portal's page for people. Its fragment is case-sensitive: a lower-case `health` shows nothing. */
function healthUrl(url: string): string {
  return `${url}/CQD/#/Health`;
}

function stageValues(
  stage: Stage,
  all: Readonly<Record<Stage, StageJudgement>>,
  timeZone: string,
): JsonObject {
  const judged = all[stage];
  const upstream = stage === 'cube' && !DELIVERING.has(all.integration.state);
  return {
    state: judged.state,
    stateText: STATE_TEXT[judged.state],
    failing: judged.failing,
    stuck: judged.stuck,
    stale: judged.stale,
    ...times('since', judged.since, timeZone),
    ...times('lastSuccess', judged.lastSuccess, timeZone, 'never'),
    ...times('lastFailure', judged.lastFailure, timeZone, 'never'),
    ...times('startedAt', judged.startedAt, timeZone),
    underWay: judged.underWay,
    failures: judged.failures,
    failuresAtLeast: judged.failuresAtLeast,
    failuresText: `${judged.failuresAtLeast ? 'at least ' : ''}${judged.failures}`,
    limitMinutes: minutes(judged.limit),
    cadenceMinutes: judged.cadence === undefined ? null : Math.round(judged.cadence / MINUTE),
    gapMinutes: judged.hole === undefined ? null : minutes(judged.hole.to - judged.hole.from),
    ...times('gapFrom', judged.hole?.from, timeZone),
    ...times('gapTo', judged.hole?.to, timeZone),
    upstream,
    ...wordsOf(judged, timeZone),
    note: noteOf(stage, all),
  };
}

function disabledValues(): JsonObject {
  const names = ['since', 'lastSuccess', 'lastFailure', 'startedAt', 'gapFrom', 'gapTo'];
  const none = names.flatMap((name) => Object.entries(times(name, undefined, 'UTC')));
  return {
    ...Object.fromEntries(none),
    state: 'disabled',
    stateText: STATE_TEXT.disabled,
    failing: false,
    stuck: false,
    stale: false,
    underWay: false,
    failures: 0,
    failuresAtLeast: false,
    failuresText: '0',
    limitMinutes: null,
    cadenceMinutes: null,
    gapMinutes: null,
    upstream: false,
    failingText: 'its log is switched off',
    stuckText: 'its log is switched off',
    staleText: 'its log is switched off',
    watchText: 'its log is switched off',
    note: 'The site answers with nothing: its integration log is switched off.',
  };
}

function wordsOf(judged: StageJudgement, timeZone: string): JsonObject {
  const { failing, stuck, stale, lastSuccess, startedAt, failures, failuresAtLeast, since, hole } = judged;
  const local = (at: Instant): string => `${localText(at, timeZone)} (${timeZone})`;
  const count = `${failuresAtLeast ? 'at least ' : ''}${failures} ${failures === 1 ? 'run' : 'runs'}`;
  const pause = hole === undefined ? '' : `, after ${spanText(hole.to - hole.from)} without a success`;
  const well =
    since === undefined || lastSuccess === undefined
      ? 'no success yet'
      : `works since ${local(since)}${pause}`;
  return {
    failingText: !failing
      ? well
      : `${count} failed${lastSuccess === undefined ? ', none ever succeeded' : ` since the last success at ${local(lastSuccess)}`}`,
    stuckText: stuck && startedAt !== undefined ? `begun at ${local(startedAt)}, never finished` : well,
    staleText: !stale
      ? well
      : lastSuccess === undefined
        ? 'no success ever'
        : `no success since ${local(lastSuccess)}`,
    watchText: judged.state === 'never' ? 'it never ran' : 'it can be watched',
  };
}

/** `19 h 13 min`, `35 min`. */
function spanText(ms: number): string {
  const [hours, rest] = [Math.floor(ms / HOUR), Math.floor((ms % HOUR) / MINUTE)];
  return [hours === 0 ? '' : `${hours} h`, rest === 0 && hours > 0 ? '' : `${rest} min`]
    .filter(Boolean)
    .join(' ');
}

function noteOf(stage: Stage, { integration, cube }: Readonly<Record<Stage, StageJudgement>>): string {
  const archiving = DELIVERING.has(integration.state);
  const cubeWell = DELIVERING.has(cube.state);
  if (integration.state === 'never' && cube.state === 'never')
    return 'No run was ever logged: a new installation, or a log that is not written.';
  if (stage === 'cube') {
    if (cubeWell)
      return archiving ? '' : 'Archiving does not run: a cube that is processed holds nothing new.';
    if (archiving)
      return cube.lastSuccess === undefined
        ? 'Archiving works, and the cube was never processed: reports show nothing.'
        : 'Archiving works: the reports show old data, and nothing else is wrong.';
    return 'Archiving does not run either: look there first.';
  }
  if (archiving) return '';
  return cubeWell
    ? 'The cube is still processed, without anything new in it.'
    : 'Cube processing does not get on either: it is a step of the same job.';
}

function times(name: string, at: Instant | undefined, timeZone: string, none = ''): JsonObject {
  return { [name]: iso(at), [`${name}Local`]: at === undefined ? none : localText(at, timeZone) };
}

function iso(at: Instant | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}

function minutes(ms: number): number {
  return Math.floor(ms / MINUTE);
}
