import { DAY, type Instant } from '../../model/time.js';
import type { SampleKeep } from '../keep.js';
import type { SourceKey } from '../../model/source.js';
import { STAGES, type Stage, type StageTexts, type StatusTexts } from './schema.js';
import { readStamps, type Stamp } from './stamps.js';
import type { StageLog } from './states.js';

/** The cadence is learned from so much of the past. */
const PAST = 7 * DAY;

type Series = 'success' | 'failure' | 'start';

interface StageStamps {
  readonly success: readonly Stamp[];
  readonly failure: readonly Stamp[];
  readonly start: readonly Stamp[];
}

/** What the site shows now, joined with what it showed before. */
export interface SiteLog {
  readonly logs: Readonly<Record<Stage, StageLog>>;
  /** Of all stamps; undefined when there is none. */
  readonly newest: Stamp | undefined;
  /** Keeps what is new of it. */
  save(): Promise<void>;
}

export interface LogAsk {
  readonly keep: SampleKeep;
  readonly source: SourceKey;
  readonly status: StatusTexts;
  readonly timeZone: string;
  /** Nothing of it has happened later. */
  readonly clock: Instant;
}

/** The lists of the site end after five: whatever they show is kept, or failures would be forgotten within the hour. */
export async function openSiteLog(ask: LogAsk): Promise<SiteLog> {
  const integration = await openStage('integration', ask);
  const cube = await openStage('cube', ask);
  const stages = { integration, cube };
  const all = STAGES.flatMap((stage) => {
    const { success, failure, start } = stages[stage].stamps;
    return [...success, ...failure, ...start];
  });
  const newest = [...all].sort((a, b) => b.at - a.at)[0];
  return {
    logs: { integration: integration.log, cube: cube.log },
    newest,
    async save() {
      for (const stage of STAGES) await stages[stage].save();
    },
  };
}

async function openStage(stage: Stage, ask: LogAsk) {
  const { keep, source, status, timeZone, clock } = ask;
  const from = oldestOf(status[stage], ask) - PAST;
  const past = async (series: Series): Promise<readonly Instant[]> =>
    (await keep.get(source, `${stage}/${series}`, from, clock + DAY)).map(({ at }) => at);
  const before = {
    success: await past('success'),
    failure: await past('failure'),
    start: await past('start'),
  };
  const read = (texts: readonly string[], known: readonly Instant[]): readonly Stamp[] =>
    readStamps(texts, { timeZone, now: clock, known: new Set(known) });
  const { successes, failures, startedAt } = status[stage];
  const stamps: StageStamps = {
    success: read(successes, before.success),
    failure: read(failures, before.failure),
    start: read(startedAt === undefined ? [] : [startedAt], before.start),
  };
  const log: StageLog = {
    successes: instants(stamps.success),
    failures: instants(stamps.failure),
    startedAt: stamps.start[0]?.at,
    pastSuccesses: joined(stamps.success, before.success),
    pastFailures: joined(stamps.failure, before.failure),
  };
  return { stamps, log, save: () => saveNew(stage, stamps, before, ask) };
}

/** The past begins a fixed time before the newest stamp and not before now: what has not changed must read the same. */
function oldestOf({ successes, failures, startedAt }: StageTexts, { timeZone, clock }: LogAsk): Instant {
  const known = new Set<Instant>();
  const newest = [successes[0], failures[0], startedAt].flatMap((text) =>
    text === undefined ? [] : readStamps([text], { timeZone, now: clock, known }),
  );
  const ends = newest.map(({ at }) => at);
  return ends.length === 0 ? clock : Math.max(...ends);
}

async function saveNew(
  stage: Stage,
  stamps: StageStamps,
  before: Readonly<Record<Series, readonly Instant[]>>,
  { keep, source }: LogAsk,
): Promise<void> {
  for (const series of ['success', 'failure', 'start'] as const) {
    const known = new Set(before[series]);
    const fresh = stamps[series].filter(({ at }) => !known.has(at));
    await keep.put(
      source,
      `${stage}/${series}`,
      fresh.map(({ at, text }) => ({ at, value: text })),
    );
  }
}

function joined(stamps: readonly Stamp[], past: readonly Instant[]): readonly Instant[] {
  return [...new Set([...instants(stamps), ...past])].sort((a, b) => b - a);
}

function instants(stamps: readonly Stamp[]): readonly Instant[] {
  return stamps.map(({ at }) => at);
}
