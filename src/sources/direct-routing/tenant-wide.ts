import { HOUR, type Duration } from '../../model/time.js';
import { QUARTER } from './condense.js';
import { microsoftFailures, type Values } from './figures.js';
import type { WindowFact } from './windows.js';

/** Fewer within the hour are nobody's alarm; the rules about the tenant as a whole begin there too. */
const ENOUGH = 10;

/** What the whole tenant's calls say of failures that are no trunk's own. */
export interface Spread {
  /** Enough on Microsoft's side, and on more trunks than one of several: what `microsoft-side-burst` speaks of. */
  readonly microsoft: boolean;
  /** Enough by the tenant's own set-up: what `tenant-misconfiguration` speaks of. */
  readonly setUp: boolean;
}

/** `over` gives the windows of all calls together. */
export function spreadOf(
  over: (windowMs: Duration) => WindowFact,
  { trunks, microsoftTrunks }: Values,
): Spread {
  const [quarter, hour] = [over(QUARTER), over(HOUR)];
  const enough = (count: number, of: number, { attempts }: WindowFact): boolean =>
    count >= ENOUGH && count * of >= attempts;
  return {
    microsoft:
      (microsoftTrunks !== 1 || trunks === 1) &&
      [quarter, hour].some((window) => enough(microsoftFailures(window), 10, window)),
    setUp: enough(hour.categories['tenant-config'] ?? 0, 20, hour),
  };
}

/**
 * Whether most of a trunk's failures are not its own: `told`, where there are enough of them in the tenant for a rule about all of
 * it; `few`, where there are not and the trunk has fewer than ten within the hour; else empty. `values` are those of the trunk.
 */
export function tenantWide(values: Values, spread: Spread): '' | 'told' | 'few' {
  const number = (name: string): number => Number(values[name]);
  if (number('microsoftShare') > 0.5) {
    if (spread.microsoft) return 'told';
    // Microsoft's codes on one trunk alone are that trunk's matter.
    return number('microsoftTrunks') > 1 && number('microsoftFailures1h') < ENOUGH ? 'few' : '';
  }
  if (number('tenantShare') <= 0.5) return '';
  if (spread.setUp) return 'told';
  return number('misconfigurations1h') < ENOUGH ? 'few' : '';
}
