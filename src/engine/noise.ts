import { noiseOf } from '../incidents/noise.js';
import type { NoiseRow } from '../model/noise.js';
import type { Clock } from '../lib/clock.js';
import type { FlapSettings } from '../model/life.js';
import type { RuleDefinition } from '../model/rule.js';
import { DAY } from '../model/time.js';
import type { Store } from '../store/store.js';

export interface NoiseDeps {
  readonly store: Pick<Store, 'firings' | 'acts' | 'silences'>;
  readonly clock: Clock;
  readonly rules: () => readonly RuleDefinition[];
  readonly flapping: () => FlapSettings;
}

/** Whatever fired more often is answered from its newest. */
const MOST = 100_000;

/** What came of every alert of the last weeks, rule by rule. */
export async function noise(
  { weeks, rule, tenants }: { weeks: number; rule?: string; tenants?: readonly string[] },
  { store, clock, rules, flapping }: NoiseDeps,
): Promise<readonly NoiseRow[]> {
  const now = clock.now();
  const since = now - weeks * 7 * DAY;
  const [firings, acts, silences] = await Promise.all([
    store.firings({ since, limit: MOST, ...(rule === undefined ? {} : { rule }) }),
    store.acts(since),
    store.silences(since),
  ]);
  return noiseOf({
    firings: tenants === undefined ? firings : firings.filter(({ tenant }) => tenants.includes(tenant)),
    acts,
    silences,
    rules: rules(),
    flapping: flapping(),
    weeks,
    now,
  });
}
