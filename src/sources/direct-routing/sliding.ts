import { DAY, MINUTE, type Duration, type Instant } from '../../model/time.js';
import type { MinuteCount } from '../keep.js';
import { endAfter, spansOf, type Condensed } from './condense.js';
import { kindOf } from './kind.js';
import { FACTS_LOOK_BACK } from './poll-facts.js';

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

/** Side by side: the minute since 1970, the place of the key, how many. Whole small numbers, for they are gone over at each poll. */
interface Group {
  minutes: number[];
  places: number[];
  counts: number[];
  /** Those before are out of every window. */
  from: number;
}

/** The few keys that calls have. */
interface Keys {
  readonly texts: string[];
  readonly places: Map<string, number>;
  readonly failure: boolean[];
  /** Of one region while it is gone over: by place the first minute, the last and how many, and the places that it has. */
  readonly first: number[];
  readonly last: number[];
  readonly sums: number[];
  readonly met: number[];
}

export function openSliding(windows: readonly Duration[]): Sliding {
  // The longest first: that is where the oldest are.
  const spans = [...spansOf(windows)].reverse();
  const keys: Keys = {
    texts: [],
    places: new Map(),
    failure: [],
    first: [],
    last: [],
    sums: [],
    met: [],
  };
  const trunks = new Map<string, Group>();
  const all = newGroup();

  return {
    add({ minute, key, count }) {
      const { trunk } = kindOf(key).dimensions;
      const own = trunks.get(trunk) ?? newGroup();
      trunks.set(trunk, own);
      const place = placeOf(key, keys);
      for (const group of [own, all]) {
        group.minutes.push(minute / MINUTE);
        group.places.push(place);
        group.counts.push(count);
      }
    },
    condensed(now) {
      const parts = new Map<string, Condensed>();
      for (const [trunk, group] of trunks) {
        forget(group, now);
        if (group.counts.length === 0) trunks.delete(trunk);
        else parts.set(trunk, condensedOf(group, now, spans, keys));
      }
      forget(all, now);
      return { trunks: parts, all: condensedOf(all, now, spans, keys) };
    },
    each(now, tell) {
      forget(all, now);
      for (let i = all.from; i < all.counts.length; i += 1) tellAt(all, i, keys, tell);
    },
  };
}

function newGroup(): Group {
  return { minutes: [], places: [], counts: [], from: 0 };
}

function placeOf(key: string, { texts, places, failure, first, last, sums }: Keys): number {
  const known = places.get(key);
  if (known !== undefined) return known;
  const place = texts.push(key) - 1;
  places.set(key, place);
  failure.push(kindOf(key).failure);
  for (const list of [first, last, sums]) list.push(0);
  return place;
}

function tellAt(
  { minutes, places, counts }: Group,
  i: number,
  { texts }: Keys,
  tell: (minute: Instant, key: string, count: number) => void,
): void {
  tell((minutes[i] ?? 0) * MINUTE, texts[places[i] ?? 0] ?? '', counts[i] ?? 0);
}

/** What `openPart` makes of them, of minutes that are in order: region after region, from the longest window to the shortest. */
function condensedOf(group: Group, now: Instant, spans: readonly Duration[], keys: Keys): Condensed {
  const { minutes } = group;
  const to = endAfter((minutes.at(-1) ?? -Infinity) * MINUTE, now);
  const failures: MinuteCount[] = [];
  const joined: (readonly MinuteCount[])[] = [];
  let begin = firstFrom(group, (to - DAY) / MINUTE);
  spans.forEach((_, i) => {
    const next = spans[i + 1];
    const end = firstFrom(group, next === undefined ? to / MINUTE : (to - next) / MINUTE);
    joined.push(joinRegion(group, begin, end, keys, failures));
    begin = Math.max(begin, end);
  });
  // Failures first, and the newest of the rest: a code has the words of its first call.
  return { counts: [...failures, ...joined.reverse().flat()], to };
}

/** Of those that are no failures only how many, and the first and the last; each failure is put into `failures`. */
function joinRegion(
  group: Group,
  begin: number,
  end: number,
  keys: Keys,
  failures: MinuteCount[],
): readonly MinuteCount[] {
  const { minutes, places, counts } = group;
  const { failure, texts, first, last, sums, met } = keys;
  met.length = 0;
  for (let i = begin; i < end; i += 1) {
    const place = places[i] ?? 0;
    if (failure[place] === true) {
      tellAt(group, i, keys, (minute, key, count) => void failures.push({ minute, key, count }));
      continue;
    }
    const minute = minutes[i] ?? 0;
    const sum = sums[place] ?? 0;
    if (sum === 0) {
      first[place] = minute;
      met.push(place);
    }
    last[place] = minute;
    sums[place] = sum + (counts[i] ?? 0);
  }
  const found: MinuteCount[] = [];
  for (const place of met.sort((a, b) => a - b)) {
    const key = texts[place] ?? '';
    const [minute, until, count] = [first[place] ?? 0, last[place] ?? 0, sums[place] ?? 0];
    sums[place] = 0;
    // An entry at either end: more than one call, wherever there are two ends.
    found.push({ minute: minute * MINUTE, key, count: minute === until ? count : count - 1 });
    if (minute !== until) found.push({ minute: until * MINUTE, key, count: 1 });
  }
  return found;
}

/** The place of the first one that is not older than `minute`. */
function firstFrom({ minutes, from }: Group, minute: number): number {
  let low = from;
  let high = minutes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((minutes[middle] ?? 0) < minute) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Memory is given back now and then, not with every call. */
const OFTEN = 4_096;

function forget(group: Group, now: Instant): void {
  group.from = firstFrom(group, Math.floor((now - FACTS_LOOK_BACK) / MINUTE));
  if (group.from < OFTEN && group.from < group.counts.length) return;
  group.minutes = group.minutes.slice(group.from);
  group.places = group.places.slice(group.from);
  group.counts = group.counts.slice(group.from);
  group.from = 0;
}
