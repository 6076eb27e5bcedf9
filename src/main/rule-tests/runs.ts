import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import type { Instant } from '../../model/time.js';
import { span } from './fields.js';

/** Runs of one stage of a CQD site that follow each other at even distances, and how they end. */
const stage = z.strictObject({
  every: span.default(15 * 60_000),
  /** How long before the step the first one began, and how long from it on they go on; without `for`, without end. */
  before: span.default(0),
  for: span.optional(),
  ends: z.enum(['success', 'failure', 'never']).default('success'),
  takes: span.default(60_000),
});

type Stage = z.output<typeof stage>;

/** What happens at a CQD site from a step on; what happened before stays in its lists. */
export const cqdSchema = z.strictObject({
  integration: z.union([stage, z.array(stage)]).optional(),
  cube: z.union([stage, z.array(stage)]).optional(),
});

export type CqdRuns = z.output<typeof cqdSchema>;

export interface SiteRuns {
  readonly given: CqdRuns;
  readonly at: Instant;
}

const LISTED = 5;

/** The body of `IntegrationLog/Status` at this moment: as the site prints it, five stamps a list, newest first. */
export function statusBody(runs: readonly SiteRuns[], timeZone: string, now: Instant): string {
  const integration = logOf('integration', runs, now);
  const cube = logOf('cube', runs, now);
  const local = (ats: readonly Instant[]): string[] =>
    ats.slice(0, LISTED).map((at) => localStamp(at, timeZone));
  return JSON.stringify({
    LastSuccessIntegrations: local(integration.successes),
    LastSuccessCubeProcessings: local(cube.successes),
    LastFailedIntegrations: local(integration.failures),
    LastFailedCubeProcessings: local(cube.failures),
    LastDataIntegrationStart: local(integration.starts)[0] ?? null,
    LastCubeProcessingStart: local(cube.starts)[0] ?? null,
  });
}

interface Log {
  readonly successes: readonly Instant[];
  readonly failures: readonly Instant[];
  readonly starts: readonly Instant[];
}

function logOf(name: keyof CqdRuns, runs: readonly SiteRuns[], now: Instant): Log {
  const log = { successes: [] as Instant[], failures: [] as Instant[], starts: [] as Instant[] };
  runs.forEach(({ given, at }, index) => {
    // What a later step says of the stage takes the place of what would have followed.
    const until = runs.slice(index + 1).find((later) => later.given[name] !== undefined)?.at ?? Infinity;
    for (const one of [given[name] ?? []].flat()) follow(one, at, { until, now }, log);
  });
  const newestFirst = (list: Instant[]): Instant[] => list.sort((a, b) => b - a);
  return {
    successes: newestFirst(log.successes),
    failures: newestFirst(log.failures),
    starts: newestFirst(log.starts),
  };
}

function follow(
  { every, before, for: length, ends, takes }: Stage,
  at: Instant,
  { until, now }: { readonly until: Instant; readonly now: Instant },
  log: { successes: Instant[]; failures: Instant[]; starts: Instant[] },
): void {
  const last = Math.min(now, until - 1, length === undefined ? Infinity : at + length - 1);
  for (let begun = at - before; begun <= last; begun += every) {
    log.starts.push(begun);
    if (ends === 'never' || begun + takes > now) continue;
    (ends === 'success' ? log.successes : log.failures).push(begun + takes);
  }
}

function localStamp(at: Instant, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${two(local.month)}/${two(local.day)}/${local.year} ${two(local.hour)}:${two(local.minute)}:${two(local.second)}`;
}
