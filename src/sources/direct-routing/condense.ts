import type { MinuteCount } from '../keep.js';
import { DAY, HOUR, MINUTE, type Duration, type Instant } from '../../model/time.js';
import { kindOf } from './kind.js';
import type { TellCount } from './tally.js';

export const QUARTER: Duration = 15 * MINUTE;

export type EachCount = (tell: TellCount) => void;

/** The windows that are always looked at. */
export const USUAL: readonly Duration[] = [QUARTER, HOUR, DAY];

/** Few counts that give the same windows as all of them, and where the windows end. */
export interface Condensed {
  readonly counts: readonly MinuteCount[];
  readonly to: Instant;
}

/**
 * Counts of two days have many entries, and all but the failures matter in the windows only as sums with a first and a last
 * minute: those that are alike are joined, once for each trunk and once for all of them together. `windows` are looked at beside
 * the usual ones; none is longer than a day.
 */
export function condense(
  each: EachCount,
  now: Instant,
  windows: readonly Duration[] = [],
): { readonly trunks: ReadonlyMap<string, Condensed>; readonly all: Condensed } {
  const ends = new Map<string, Instant>();
  each((minute, key) => {
    const { trunk } = kindOf(key).dimensions;
    if (minute > (ends.get(trunk) ?? -Infinity) && minute <= now) ends.set(trunk, minute);
  });
  const spans = spansOf(windows);
  const parts = new Map([...ends].map(([trunk, last]) => [trunk, openPart(endAfter(last, now), spans)]));
  const all = openPart(endAfter(Math.max(...ends.values(), -Infinity), now), spans);
  each((minute, key, count) => {
    parts.get(kindOf(key).dimensions.trunk)?.add(minute, key, count);
    all.add(minute, key, count);
  });
  return { trunks: new Map([...parts].map(([trunk, part]) => [trunk, part.done()])), all: all.done() };
}

/** The windows that counts are looked at through, the shortest first. */
export function spansOf(windows: readonly Duration[]): readonly Duration[] {
  return [...new Set([...USUAL, ...windows])].sort((a, b) => a - b);
}

/** After the last call's minute, but never more than a day ago: old calls fade. */
export function endAfter(last: Instant, now: Instant): Instant {
  return Math.floor(Math.max(last, now - DAY - MINUTE) / MINUTE) * MINUTE + MINUTE;
}

interface Joined {
  first: Instant;
  last: Instant;
  count: number;
}

/** Joins the counts of one group up to `to`. */
export function openPart(to: Instant, spans: readonly Duration[]): { add: TellCount; done(): Condensed } {
  const counts: MinuteCount[] = [];
  const regions = spans.map((span) => ({
    from: to - span,
    joined: new Map<string, Joined>(),
  }));
  return {
    add(minute, key, count) {
      if (minute >= to) return;
      const region = regions.find(({ from }) => minute >= from);
      if (region === undefined) return;
      // When exactly a call failed is told.
      if (kindOf(key).failure) {
        counts.push({ minute, key, count });
        return;
      }
      const known = region.joined.get(key);
      if (known === undefined) {
        region.joined.set(key, { first: minute, last: minute, count });
        return;
      }
      known.first = Math.min(known.first, minute);
      known.last = Math.max(known.last, minute);
      known.count += count;
    },
    done() {
      for (const { joined } of regions) {
        for (const [key, { first, last, count }] of joined) {
          // An entry at either end: more than one call, wherever there are two ends.
          if (first === last) counts.push({ minute: first, key, count });
          else counts.push({ minute: first, key, count: count - 1 }, { minute: last, key, count: 1 });
        }
      }
      return { counts, to };
    },
  };
}
