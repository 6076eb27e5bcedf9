import { DIMENSIONS, typeOfCalls, type CallsAsk, type Dimension } from '../../model/ask.js';
import type { JsonObject } from '../../model/json.js';
import type { Fact } from '../../model/source.js';
import { DAY, type Duration, type Instant } from '../../model/time.js';
import type { MinuteCount } from '../keep.js';
import { endAfter, type Condensed, type EachCount } from './condense.js';
import { kindOf, nameIn } from './kind.js';
import type { Run } from './runs.js';

export interface GroupsInput {
  readonly tenant: string;
  readonly each: EachCount;
  readonly now: Instant;
  readonly byUser?: readonly MinuteCount[];
  readonly asks?: readonly CallsAsk[];
}

/** Values of one group, as a trunk has them. */
export type Describe = (
  condensed: Condensed,
  run: Run | undefined,
  windows: readonly Duration[],
  input: GroupsInput,
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
    busiest(gather(by, input)).map(({ names, counts, last }) => ({
      subject: subjectOf(by, names, input.tenant),
      kind: 'direct-routing' as const,
      values: {
        type: typeOfCalls(by),
        ...Object.fromEntries(by.map((dimension, i) => [dimension, names[i] ?? ''])),
        ...describe({ counts, to: endAfter(last, input.now) }, undefined, windows, input),
      },
    })),
  );
}

interface Group {
  readonly names: readonly string[];
  readonly counts: MinuteCount[];
  last: Instant;
  attempts: number;
  failed: number;
}

function gather(by: readonly Dimension[], { each, byUser, now }: GroupsInput): Group[] {
  const groups = new Map<string, Group>();
  const take = (minute: Instant, key: string, count: number): void => {
    if (minute > now || minute < now - 2 * DAY) return;
    const { dimensions, failure } = kindOf(key);
    if (by.includes('trunk') && dimensions.trunk === '') return;
    const names = by.map((dimension) => nameIn(dimensions, dimension));
    const id = names.join('|');
    let group = groups.get(id);
    if (group === undefined)
      groups.set(id, (group = { names, counts: [], last: -Infinity, attempts: 0, failed: 0 }));
    group.counts.push({ minute, key, count });
    if (dimensions.recovered) return;
    group.last = Math.max(group.last, minute);
    group.attempts += count;
    if (failure) group.failed += count;
  };
  if (by.includes('user')) for (const { minute, key, count } of byUser ?? []) take(minute, key, count);
  else each(take);
  return [...groups.values()].filter(({ attempts }) => attempts > 0);
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
