import type { CallKeep } from '../keep.js';
import type { SourceKey } from '../../model/source.js';
import { HOUR, type Instant } from '../../model/time.js';
import { IdSet } from './ids.js';

/** The calls that are known to have been counted, by the hour in which they began. */
export interface Ledger {
  /** Undefined for an hour that was not loaded. */
  hour(at: Instant): Hour | undefined;
  /** Loads what is kept of the hours from ≤ hour < to that are not loaded yet. */
  load(from: Instant, to: Instant): Promise<void>;
  /** Bytes of marks that the hours are known to have. */
  bytes(from: Instant, to: Instant): number;
  forget(before: Instant): void;
}

export interface Hour {
  readonly ids: IdSet;
  /** Bytes of marks that are kept. */
  kept: number;
}

export function openLedger(keep: CallKeep, source: SourceKey): Ledger {
  const hours = new Map<Instant, Hour>();
  return {
    hour: (at) => hours.get(at),
    async load(from, to) {
      const missing = hoursOf(from, to).filter((hour) => !hours.has(hour));
      if (missing.length === 0) return;
      const kept = await keep.marks(source, missing);
      for (const at of missing) {
        const ids = new IdSet();
        let bytes = 0;
        for (const marks of kept.get(at) ?? []) {
          ids.load(marks);
          bytes += marks.length;
        }
        hours.set(at, { ids, kept: bytes });
      }
    },
    bytes: (from, to) => hoursOf(from, to).reduce((sum, hour) => sum + (hours.get(hour)?.kept ?? 0), 0),
    forget(before) {
      for (const at of hours.keys()) if (at + HOUR <= before) hours.delete(at);
    },
  };
}

export function hourOf(at: Instant): Instant {
  return Math.floor(at / HOUR) * HOUR;
}

function hoursOf(from: Instant, to: Instant): Instant[] {
  const hours: Instant[] = [];
  for (let hour = hourOf(from); hour < to; hour += HOUR) hours.push(hour);
  return hours;
}
