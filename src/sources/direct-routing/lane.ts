import { MINUTE, type Duration, type Instant } from '../../model/time.js';
import type { MinuteCount } from '../keep.js';

/**
 * Counts that are alike, in the order of their minutes. They lie in regions, one for each window that is not in the next shorter
 * one: what has become older moves from one to the next, so that nothing is added up anew. Minutes are those since 1970: whole
 * small numbers.
 */
export interface Lane {
  readonly key: string;
  minutes: number[];
  counts: number[];
  /** The place at which each region begins, that of the longest window first; the newest ends with the list. */
  readonly begins: number[];
  /** How many calls each region has. */
  readonly sums: number[];
}

export function openLane(key: string, spans: readonly Duration[]): Lane {
  return { key, minutes: [], counts: [], begins: spans.map(() => 0), sums: spans.map(() => 0) };
}

/** None older than those before. */
export function addTo({ minutes, counts, sums }: Lane, minute: Instant, count: number): void {
  minutes.push(minute / MINUTE);
  counts.push(count);
  const newest = sums.length - 1;
  sums[newest] = (sums[newest] ?? 0) + count;
}

/** Windows of these spans, the longest first, end at `to` from now on, which is never earlier than before. False when they are empty. */
export function slide(lane: Lane, to: Instant, spans: readonly Duration[]): boolean {
  const { minutes, counts, begins, sums } = lane;
  for (let i = 0; i < spans.length; i += 1) {
    const from = (to - (spans[i] ?? 0)) / MINUTE;
    let place = begins[i] ?? 0;
    // What has come since is counted in the newest: it leaves each region that it has passed by.
    for (; place < minutes.length && (minutes[place] ?? 0) < from; place += 1) {
      const count = counts[place] ?? 0;
      sums[i] = (sums[i] ?? 0) - count;
      if (i > 0) sums[i - 1] = (sums[i - 1] ?? 0) + count;
    }
    begins[i] = place;
  }
  giveBack(lane);
  return lane.minutes.length > (begins[0] ?? 0);
}

/** A region as two counts: an entry at either end, wherever there are two ends. */
export function tellRegion({ key, minutes, begins, sums }: Lane, i: number, found: MinuteCount[]): void {
  const begin = begins[i] ?? 0;
  const end = begins[i + 1] ?? minutes.length;
  if (begin >= end) return;
  const [first, last, count] = [minutes[begin] ?? 0, minutes[end - 1] ?? 0, sums[i] ?? 0];
  found.push({ minute: first * MINUTE, key, count: first === last ? count : count - 1 });
  if (first !== last) found.push({ minute: last * MINUTE, key, count: 1 });
}

/** Memory is given back now and then, not with every call. */
const OFTEN = 1_024;

function giveBack(lane: Lane): void {
  const [gone = 0] = lane.begins;
  if (gone < OFTEN) return;
  lane.minutes = lane.minutes.slice(gone);
  lane.counts = lane.counts.slice(gone);
  lane.begins.forEach((place, i) => (lane.begins[i] = place - gone));
}
