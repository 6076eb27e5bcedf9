import { z } from 'zod';
import type { Json } from '../../model/json.js';
import type { Instant } from '../../model/time.js';
import type { Runs } from './runs.js';

/** What one poll leaves to the next. */
export interface Memory {
  /** The last good poll. */
  readonly polledAt: Instant;
  /** Marks of calls that began before this are forgotten: they must not be read again. */
  readonly marksFrom: Instant;
  /** Unbroken runs of failures of the calls before `runsUntil`. */
  readonly runs: Runs;
  readonly runsUntil: Instant;
}

/** More trunks than anybody has: what a hostile log may leave behind is bounded. */
const MOST_RUNS = 1_000;

const memorySchema = z.object({
  version: z.literal(1),
  polledAt: z.number(),
  marksFrom: z.number(),
  runsUntil: z.number().optional(),
  runs: z.array(z.tuple([z.string(), z.number(), z.number(), z.number(), z.string()])).default([]),
});

/** Undefined for none and for what another version wrote: the next poll then reads the overlap. */
export function readMemory(memory: Json | undefined): Memory | undefined {
  const read = memorySchema.safeParse(memory).data;
  if (read === undefined) return undefined;
  const { polledAt, marksFrom, runs, runsUntil } = read;
  return {
    polledAt,
    marksFrom,
    // Of the version before this one nothing is known: as if the run began with what can still be counted.
    runsUntil: runsUntil ?? polledAt,
    runs: new Map(
      runs.map(([trunk, failures, firstAt, lastAt, code]) => [trunk, { failures, firstAt, lastAt, code }]),
    ),
  };
}

export function writeMemory({ runs, ...rest }: Memory): Json {
  const listed = [...runs].sort(([, a], [, b]) => b.lastAt - a.lastAt).slice(0, MOST_RUNS);
  return {
    version: 1,
    ...rest,
    runs: listed.map(([trunk, run]) => [trunk, run.failures, run.firstAt, run.lastAt, run.code]),
  };
}
