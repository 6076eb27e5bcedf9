import type { Instant } from '../../model/time.js';
import type { MinuteCount } from '../keep.js';

/** Counts in the order of their minutes, of which the oldest are let go of. */
export interface Queue {
  push(count: MinuteCount): void;
  /** Lets go of those before this minute. */
  forget(before: Instant): void;
  /** Those that are left, in a list of its own. */
  list(): MinuteCount[];
}

/** Memory is given back now and then, not with every call. */
const OFTEN = 4_096;

export function openQueue(): Queue {
  let counts: MinuteCount[] = [];
  let from = 0;
  return {
    push: (count) => void counts.push(count),
    forget(before) {
      while ((counts[from]?.minute ?? Infinity) < before) from += 1;
      if (from < OFTEN) return;
      counts = counts.slice(from);
      from = 0;
    },
    list: () => counts.slice(from),
  };
}
