import { DIMENSIONS, typeOfCalls, type CallsAsk, type Dimension } from '../../model/ask.js';
import type { JsonObject } from '../../model/json.js';
import type { Fact } from '../../model/source.js';
import { DAY, type Duration, type Instant } from '../../model/time.js';
import type { MinuteCount } from '../keep.js';
import { endAfter, type Condensed, type EachCount } from './condense.js';
import type { Values } from './figures.js';
import { kindOf, nameIn } from './kind.js';

export interface GroupsInput {
  readonly tenant: string;
  readonly each: EachCount;
  /** What `each` tells, where it is a list. */
  readonly list?: readonly MinuteCount[];
  readonly now: Instant;
  readonly byUser?: readonly MinuteCount[];
  readonly asks?: readonly CallsAsk[];
}

/** Values of one group, as a trunk has them, after those that name it. */
export type Describe = (
  subject: string,
  begin: Values,
  condensed: Condensed,
  windows: readonly Duration[],
) => JsonObject;

/** Of each way of taking calls apart: those with most failures and those with most calls. A tenant may have any number of users. */
const MOST_GROUPS = 250;

/** Finer than trunk and tenant, which are there anyway. */
export function isFiner({ by }: CallsAsk): boolean {
  return by.length > 1 || (by.length === 1 && by[0] !== 'trunk');
}

/**
 * The groups that the asks name: `trunk:<fqdn>/<rest>` where trunks are kept apart, else `tenant:<name>/<rest>`; the rest in the
 * order of `DIMENSIONS`: `trunk:sbc1.contoso.com/out`, `tenant:contoso/FR`. Each is judged by its own last calls, like a trunk.
 */
export function groupFacts(
  input: GroupsInput,
  asks: readonly CallsAsk[],
  describe: Describe,
): readonly Fact[] {
  const kinds = new Map<string, { readonly by: readonly Dimension[]; readonly windows: Duration[] }>();
  for (const { by, windowMs } of asks) {
    const kind = kinds.get(by.join());
    if (kind === undefined) kinds.set(by.join(), { by, windows: [windowMs] });
    else kind.windows.push(windowMs);
  }
  return [...kinds.values()].flatMap(({ by, windows }) =>
    busiest(gather(by, input)).map(({ names, counts, last }) => {
      const subject = subjectOf(by, names, input.tenant);
      const begin: Values = { type: typeOfCalls(by) };
      by.forEach((dimension, i) => (begin[dimension] = names[i] ?? ''));
      const values = describe(subject, begin, { counts, to: endAfter(last, input.now) }, windows);
      return { subject, kind: 'direct-routing' as const, values };
    }),
  );
}

interface Group {
  readonly names: readonly string[];
  readonly counts: MinuteCount[];
  last: Instant;
  attempts: number;
  failed: number;
}

function gather(by: readonly Dimension[], { each, list, byUser, now }: GroupsInput): Group[] {
  const groups = new Map<string, Group>();
  const placeOf = placesBy(by);
  const take = (one: MinuteCount): void => {
    if (one.minute > now || one.minute < now - 2 * DAY) return;
    const place = placeOf(one.key);
    if (place === undefined) return;
    let group = groups.get(place.id);
    if (group === undefined)
      groups.set(
        place.id,
        (group = { names: place.names, counts: [], last: -Infinity, attempts: 0, failed: 0 }),
      );
    group.counts.push(one);
    if (place.recovered) return;
    group.last = Math.max(group.last, one.minute);
    group.attempts += one.count;
    if (place.failure) group.failed += one.count;
  };
  if (by.includes('user')) byUser?.forEach(take);
  else if (list !== undefined) list.forEach(take);
  else each((minute, key, count) => take({ minute, key, count }));
  return [...groups.values()].filter(({ attempts }) => attempts > 0);
}

/** To which group counts of a key belong. */
interface Place {
  readonly id: string;
  readonly names: readonly string[];
  readonly recovered: boolean;
  readonly failure: boolean;
}

const places = new Map<string, Map<string, Place | undefined>>();
const MOST_PLACES = 20_000;

/** Keys are few and counts are many: it is found out once. Undefined for a key that belongs to none. */
function placesBy(by: readonly Dimension[]): (key: string) => Place | undefined {
  const known = places.get(by.join()) ?? new Map<string, Place | undefined>();
  places.set(by.join(), known);
  if (known.size >= MOST_PLACES) known.clear();
  return (key) => {
    let place = known.get(key);
    if (place === undefined && !known.has(key)) known.set(key, (place = placeOf(key, by)));
    return place;
  };
}

function placeOf(key: string, by: readonly Dimension[]): Place | undefined {
  const { dimensions, failure } = kindOf(key);
  if (by.includes('trunk') && dimensions.trunk === '') return undefined;
  const names = by.map((dimension) => nameIn(dimensions, dimension));
  return { id: names.join('|'), names, recovered: dimensions.recovered, failure };
}

function busiest(groups: readonly Group[]): readonly Group[] {
  if (groups.length <= 2 * MOST_GROUPS) return groups;
  const worst = [...groups].sort((a, b) => b.failed - a.failed).slice(0, MOST_GROUPS);
  const most = [...groups].sort((a, b) => b.attempts - a.attempts).slice(0, MOST_GROUPS);
  return [...new Set([...worst, ...most])];
}

function subjectOf(by: readonly Dimension[], names: readonly string[], tenant: string): string {
  const rest = DIMENSIONS.flatMap((dimension) => {
    const at = by.indexOf(dimension);
    return dimension === 'trunk' || at < 0 ? [] : [shown(dimension, names[at] ?? '')];
  });
  const trunk = by.indexOf('trunk');
  return [trunk < 0 ? `tenant:${tenant}` : `trunk:${names[trunk] ?? ''}`, ...rest].join('/');
}

/** No name is empty, and none of one dimension can be taken for one of another. */
function shown(dimension: Dimension, name: string): string {
  if (name !== '') return name;
  return dimension === 'code' ? 'answered' : 'other';
}
