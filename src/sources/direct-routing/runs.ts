import { DAY, type Duration, type Instant } from '../../model/time.js';
import type { EachCount } from './condense.js';
import { kindOf } from './kind.js';

/** Failures that may wake somebody, one after the other: no call of the trunk went well since the first of them. */
export interface Run {
  readonly failures: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  /** Of the last of them: `504/569008`. */
  readonly code: string;
}

/** By trunk; a trunk whose last call went well is not there. */
export type Runs = ReadonlyMap<string, Run>;

/** After so long without a call a trunk is not spoken of any more, however it ended. */
export const RUN_FADES: Duration = 14 * DAY;

/**
 * The runs at the end of the minutes from ≤ minute < to, given those at their beginning. A quiet trunk may need days for five
 * calls, so that a run is carried over what the windows have long forgotten.
 */
export function runsOf(each: EachCount, from: Instant, to: Instant, before: Runs): Runs {
  const goods = new Map<string, Instant>();
  const bad: { trunk: string; minute: Instant; count: number; code: string }[] = [];
  each((minute, key, count) => {
    if (minute < from || minute >= to) return;
    const { dimensions, verdict, failure, alarming } = kindOf(key);
    const { trunk, recovered } = dimensions;
    if (trunk === '' || recovered) return;
    if (verdict === undefined || (verdict.delivered && !failure))
      goods.set(trunk, Math.max(goods.get(trunk) ?? -Infinity, minute));
    else if (alarming) bad.push({ trunk, minute, count, code: dimensions.code });
  });
  const runs = new Map([...before].filter(([trunk]) => !goods.has(trunk)));
  for (const { trunk, minute, count, code } of bad) {
    if (minute <= (goods.get(trunk) ?? -Infinity)) continue;
    const run = runs.get(trunk);
    runs.set(trunk, {
      failures: (run?.failures ?? 0) + count,
      firstAt: Math.min(run?.firstAt ?? minute, minute),
      lastAt: Math.max(run?.lastAt ?? minute, minute),
      code: run === undefined || minute >= run.lastAt ? code : run.code,
    });
  }
  return new Map([...runs].filter(([, run]) => run.lastAt > to - RUN_FADES));
}
