import { DAY, MINUTE, type Duration, type Instant } from '../../model/time.js';
import type { MinuteCount } from '../keep.js';
import { endAfter, spansOf, type Condensed } from './condense.js';
import { keyHead } from './key.js';
import { kindOf } from './kind.js';
import { addTo, openLane, slide, tellRegion, type Lane } from './lane.js';
import { FACTS_LOOK_BACK } from './poll-facts.js';
import { openQueue, type Queue } from './queue.js';

/**
 * Counts that come in the order of their minutes, by trunk: what `condense` makes of all of them, without going over all of them
 * for each trunk and each poll.
 */
export interface Sliding {
  /** None older than those before. */
  add(count: MinuteCount): void;
  /** `now` is never earlier than before. */
  condensed(now: Instant): { readonly trunks: ReadonlyMap<string, Condensed>; readonly all: Condensed };
  /** What `FACTS_LOOK_BACK` still reaches at this time. */
  list(now: Instant): readonly MinuteCount[];
}

/** The counts of a trunk, or of all of them. */
interface Group {
  /** When exactly a call failed is told. */
  readonly failures: Queue;
  /** The rest, by what the windows tell apart. */
  readonly lanes: Map<string, Lane>;
  last: Instant;
}

export function openSliding(windows: readonly Duration[]): Sliding {
  // The longest first: that is where the oldest are.
  const spans = [...spansOf(windows)].reverse();
  const arrived = openQueue();
  const trunks = new Map<string, Group>();
  const all = newGroup();
  const places = new Map<string, Place>();

  return {
    add(count) {
      const place = places.get(count.key) ?? placeOf(count.key);
      places.set(count.key, place);
      const own = trunks.get(place.trunk) ?? newGroup();
      trunks.set(place.trunk, own);
      arrived.push(count);
      put(own, place, count, spans);
      put(all, place, count, spans);
    },
    condensed(now) {
      const oldest = oldestAt(now);
      arrived.forget(oldest);
      const parts = new Map<string, Condensed>();
      for (const [trunk, group] of trunks) {
        if (group.last < oldest) trunks.delete(trunk);
        else parts.set(trunk, condensedOf(group, now, spans));
      }
      return { trunks: parts, all: condensedOf(all, now, spans) };
    },
    list(now) {
      arrived.forget(oldestAt(now));
      return arrived.list();
    },
  };
}

function newGroup(): Group {
  return { failures: openQueue(), lanes: new Map(), last: -Infinity };
}

function oldestAt(now: Instant): Instant {
  return Math.floor((now - FACTS_LOOK_BACK) / MINUTE) * MINUTE;
}

/** Where counts of a key go. */
interface Place {
  readonly trunk: string;
  readonly failure: boolean;
  /** Where the other party is makes no difference to any window of a trunk or tenant. */
  readonly withoutCountry: string;
}

function placeOf(key: string): Place {
  const { dimensions, failure } = kindOf(key);
  return {
    trunk: dimensions.trunk,
    failure,
    withoutCountry: keyHead({ ...dimensions, country: '' }),
  };
}

function put(
  group: Group,
  { failure, withoutCountry: key }: Place,
  count: MinuteCount,
  spans: readonly Duration[],
): void {
  group.last = count.minute;
  if (failure) {
    group.failures.push(count);
    return;
  }
  const lane = group.lanes.get(key) ?? openLane(key, spans);
  group.lanes.set(key, lane);
  addTo(lane, count.minute, count.count);
}

/** What `openPart` makes of them, of minutes that are in order. */
function condensedOf({ failures, lanes, last }: Group, now: Instant, spans: readonly Duration[]): Condensed {
  const to = endAfter(last, now);
  failures.forget(to - DAY);
  for (const [key, lane] of lanes) if (!slide(lane, to, spans)) lanes.delete(key);
  // Failures first, and the newest of the rest: a code has the words of its first call.
  const counts = failures.list();
  for (let i = spans.length - 1; i >= 0; i -= 1)
    for (const lane of lanes.values()) tellRegion(lane, i, counts);
  return { counts, to };
}
