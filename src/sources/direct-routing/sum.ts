import type { Dimension } from '../../model/ask.js';
import type { Instant } from '../../model/time.js';
import type { Dimensions } from './key.js';
import { nameIn, verdictAt, type Kind } from './kind.js';
import type { Category, Direction, Owner, Verdict } from './verdict.js';

/** The calls of one group that began within a window, as they are counted. Instants without a call are infinite. */
export interface Sum {
  readonly group: Readonly<Partial<Record<Dimension, string>>>;
  attempts: number;
  answered: number;
  delivered: number;
  failed: number;
  alarming: number;
  recovered: number;
  readonly codes: Map<string, { verdict: Verdict; failure: boolean; alarming: boolean; count: number }>;
  readonly owners: Record<Owner, number>;
  readonly directions: Map<Direction, { attempts: number; failed: number }>;
  readonly categories: Partial<Record<Category, number>>;
  readonly lastOf: Partial<Record<Category, Instant>>;
  readonly failures: Map<Instant, number>;
  first: Instant;
  last: Instant;
  lastAnswered: Instant;
  lastEmergencyAnswered: Instant;
  lastGood: Instant;
}

export function newSum(dimensions: Dimensions, by: readonly Dimension[]): Sum {
  return {
    group: Object.fromEntries(by.map((dimension) => [dimension, nameIn(dimensions, dimension)])),
    attempts: 0,
    answered: 0,
    delivered: 0,
    failed: 0,
    alarming: 0,
    recovered: 0,
    codes: new Map(),
    owners: { caller: 0, sbc: 0, carrier: 0, tenant: 0, microsoft: 0, unknown: 0 },
    directions: new Map(),
    categories: {},
    lastOf: {},
    failures: new Map(),
    first: Infinity,
    last: -Infinity,
    lastAnswered: -Infinity,
    lastEmergencyAnswered: -Infinity,
    lastGood: -Infinity,
  };
}

/** Counts `count` calls of one kind that began in `minute`. */
export function addTo(sum: Sum, kind: Kind, minute: Instant, count: number): void {
  const { dimensions, verdict, failure, alarming, judged } = kind;
  if (dimensions.recovered) {
    sum.recovered += count;
    return;
  }
  sum.attempts += count;
  addDirection(sum, dimensions.direction, failure, count);
  sum.first = Math.min(sum.first, minute);
  sum.last = Math.max(sum.last, minute);
  if (verdict === undefined) {
    sum.answered += count;
    sum.lastAnswered = Math.max(sum.lastAnswered, minute);
    if (dimensions.emergency) sum.lastEmergencyAnswered = Math.max(sum.lastEmergencyAnswered, minute);
    sum.lastGood = Math.max(sum.lastGood, minute);
    return;
  }
  const code = sum.codes.get(judged);
  if (code === undefined) sum.codes.set(judged, { verdict, failure, alarming, count });
  else code.count += count;
  sum.owners[verdict.owner] += count;
  if (alarming) sum.alarming += count;
  if (verdict.delivered) {
    sum.delivered += count;
    // An emergency call that met a busy line was delivered, and is told all the same.
    if (!failure) sum.lastGood = Math.max(sum.lastGood, minute);
  }
  if (failure) addFailure(sum, kind, verdict, minute, count);
}

function addDirection({ directions }: Sum, name: Direction, failure: boolean, count: number): void {
  let direction = directions.get(name);
  if (direction === undefined) directions.set(name, (direction = { attempts: 0, failed: 0 }));
  direction.attempts += count;
  if (failure) direction.failed += count;
}

function addFailure(
  sum: Sum,
  { dimensions, alarming }: Kind,
  verdict: Verdict,
  minute: Instant,
  count: number,
): void {
  sum.failed += count;
  sum.failures.set(minute, (sum.failures.get(minute) ?? 0) + count);
  const plain = verdictAt({ ...dimensions, emergency: false })?.category ?? verdict.category;
  const points = [...(dimensions.emergency ? ['emergency' as const] : []), ...(alarming ? [plain] : [])];
  for (const category of new Set(points)) {
    sum.categories[category] = (sum.categories[category] ?? 0) + count;
    sum.lastOf[category] = Math.max(sum.lastOf[category] ?? -Infinity, minute);
  }
}
