import { DAY, MINUTE, type Duration, type Instant } from '../../model/time.js';
import type { MinuteCount } from '../keep.js';
import { endAfter, openPart, spansOf, type Condensed } from './condense.js';
import { FACTS_LOOK_BACK } from './poll-facts.js';
import { kindOf } from './windows.js';

/**
 * Counts that come in the order of their minutes, by trunk: what `condense` makes of all of them, without going over all of them
 * for each trunk and each poll.
 */
export interface Sliding {
  /** None older than those before. */
  add(count: MinuteCount): void;
  condensed(now: Instant): { readonly trunks: ReadonlyMap<string, Condensed>; readonly all: Condensed };
  /** What `FACTS_LOOK_BACK` still reaches at this time. */
  each(now: Instant, tell: (minute: Instant, key: string, count: number) => void): void;
}

interface Group {
  counts: MinuteCount[];
  /** Those before are out of every window. */
  from: number;
}

export function openSliding(windows: readonly Duration[]): Sliding {
  const spans = spansOf(windows);
  const trunks = new Map<string, Group>();
  const all: Group = { counts: [], from: 0 };

  return {
    add(count) {
      const { trunk } = kindOf(count.key).dimensions;
      const own = trunks.get(trunk) ?? { counts: [], from: 0 };
      trunks.set(trunk, own);
      own.counts.push(count);
      all.counts.push(count);
    },
    condensed(now) {
      const parts = new Map<string, Condensed>();
      for (const [trunk, group] of trunks) {
        forget(group, now);
        if (group.counts.length === 0) trunks.delete(trunk);
        else parts.set(trunk, condensedOf(group, now, spans));
      }
      forget(all, now);
      return { trunks: parts, all: condensedOf(all, now, spans) };
    },
    each(now, tell) {
      forget(all, now);
      for (let i = all.from; i < all.counts.length; i += 1) {
        const count = all.counts[i];
        if (count !== undefined) tell(count.minute, count.key, count.count);
      }
    },
  };
}

function condensedOf({ counts, from }: Group, now: Instant, spans: readonly Duration[]): Condensed {
  const to = endAfter(counts.at(-1)?.minute ?? -Infinity, now);
  const part = openPart(to, spans);
  for (let i = firstFrom(counts, from, to - DAY); i < counts.length; i += 1) {
    const count = counts[i];
    if (count !== undefined) part.add(count.minute, count.key, count.count);
  }
  return part.done();
}

/** The place of the first one that is not older than `minute`. */
function firstFrom(counts: readonly MinuteCount[], from: number, minute: Instant): number {
  let low = from;
  let high = counts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((counts[middle]?.minute ?? 0) < minute) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Memory is given back now and then, not with every call. */
const OFTEN = 4_096;

function forget(group: Group, now: Instant): void {
  const before = Math.floor((now - FACTS_LOOK_BACK) / MINUTE) * MINUTE;
  while (group.from < group.counts.length && (group.counts[group.from]?.minute ?? 0) < before)
    group.from += 1;
  if (group.from < OFTEN && group.from < group.counts.length) return;
  group.counts = group.counts.slice(group.from);
  group.from = 0;
}
