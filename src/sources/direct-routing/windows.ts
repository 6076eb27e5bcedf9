import type { MinuteCount } from '../keep.js';
import type { Dimension } from '../../model/ask.js';
import { SECOND, type Duration, type Instant } from '../../model/time.js';
import type { Dimensions } from './key.js';
import { judgedAs, kindOf, nameIn } from './kind.js';
import { addTo, newSum, type Sum } from './sum.js';
import type { Category, Direction, Owner, Verdict } from './verdict.js';

export interface WindowSpan {
  /** What to keep apart; everything else is taken together. Empty: one group for all. */
  readonly by: readonly Dimension[];
  /** Minutes from ≤ minute < to. */
  readonly from: Instant;
  readonly to: Instant;
  /** Against which the lag is measured; `to` when left out. */
  readonly now?: Instant;
}

export interface CodeCount {
  readonly verdict: Verdict;
  readonly count: number;
  /** Whether it counts against the trunk. */
  readonly failure: boolean;
  readonly alarming: boolean;
}

/** The calls of one group that began within the window. Instants are beginnings of minutes. */
export interface WindowFact {
  readonly group: Readonly<Partial<Record<Dimension, string>>>;
  readonly attempts: number;
  readonly answered: number;
  /** Not successful, and nobody's fault: busy, no answer, hung up, misdialled, blocked on purpose. */
  readonly unanswered: number;
  /** attempts = answered + unanswered + failed. */
  readonly failed: number;
  /** Of the failed, those that may wake somebody: none with SIP 480, 486, 487, 600 or 603, whatever the sub-code. */
  readonly alarming: number;
  /** Failed attempts that no success elsewhere made good. */
  readonly userVisible: number;
  /** Microsoft's network effectiveness ratio: (answered + user busy + ring no answer + terminal reject) / attempts; 1 without attempts. */
  readonly ner: number;
  /** failed / attempts; 0 without attempts. */
  readonly failureRatio: number;
  /**
   * Codes of all attempts that were not answered, most frequent first, failures before the rest. One that is judged otherwise
   * where the call was inbound or to an emergency number stands there twice.
   */
  readonly codes: readonly CodeCount[];
  /** Unanswered and failed attempts by whose they are. */
  readonly owners: Readonly<Record<Owner, number>>;
  readonly directions: readonly {
    readonly name: Direction;
    readonly attempts: number;
    readonly failed: number;
  }[];
  /** Alarming failures by what they point to, and failed emergency calls whatever their codes. An emergency call counts as `emergency` and, again, as what its codes say. */
  readonly categories: Readonly<Partial<Record<Category, number>>>;
  readonly firstFailureAt: Instant | null;
  readonly lastFailureAt: Instant | null;
  readonly firstCallAt: Instant | null;
  readonly lastCallAt: Instant | null;
  readonly lastAnsweredAt: Instant | null;
  /** Answered, or delivered to somebody who was busy, away or declined: trunk and carrier did their work. */
  readonly lastGoodAt: Instant | null;
  readonly lastEmergencyAnsweredAt: Instant | null;
  /** The last failure of each category. */
  readonly lastOf: Readonly<Partial<Record<Category, Instant>>>;
  /** Failures after the last call that went well. */
  readonly consecutiveFailures: number;
  /** From the last call to now, in seconds; null without any call. */
  readonly lagSeconds: number | null;
}

/** Aggregates counts of minutes; groups in the order of their first call. Pure. */
export function windowFacts(counts: readonly MinuteCount[], ask: WindowSpan): readonly WindowFact[] {
  const groups = new Map<string, Sum>();
  for (const { minute, key, count } of counts) {
    if (minute < ask.from || minute >= ask.to || count <= 0) continue;
    const kind = kindOf(key);
    const name = groupName(kind.dimensions, ask.by);
    let sum = groups.get(name);
    if (sum === undefined) groups.set(name, (sum = newSum(kind.dimensions, ask.by)));
    addTo(sum, kind, minute, count);
  }
  return [...groups.values()].map((sum) => finish(sum, ask.now ?? ask.to));
}

/** Asked of every count, and mostly by one dimension or none. */
function groupName(dimensions: Dimensions, by: readonly Dimension[]): string {
  const [first] = by;
  if (first === undefined) return '';
  if (by.length === 1) return nameIn(dimensions, first);
  return by.map((dimension) => nameIn(dimensions, dimension)).join('|');
}

/** The window's facts when nothing is kept apart. */
export function windowOf(counts: readonly MinuteCount[], ask: Omit<WindowSpan, 'by'>): WindowFact {
  return windowFacts(counts, { ...ask, by: [] })[0] ?? finish(newSum(NO_DIMENSIONS, []), ask.now ?? ask.to);
}

/** Windows that end together, in one go over the counts; of these lengths, and everything taken together. */
export function windowsOf(
  counts: readonly MinuteCount[],
  { spans, to, now }: { readonly spans: Iterable<Duration>; readonly to: Instant; readonly now: Instant },
): ReadonlyMap<Duration, WindowFact> {
  const windows = [...new Set(spans)].map((span) => ({
    span,
    from: to - span,
    sum: newSum(NO_DIMENSIONS, []),
  }));
  const oldest = Math.min(...windows.map(({ from }) => from));
  for (const { minute, key, count } of counts) {
    if (minute < oldest || minute >= to || count <= 0) continue;
    const kind = kindOf(key);
    for (const { from, sum } of windows) if (minute >= from) addTo(sum, kind, minute, count);
  }
  return new Map(windows.map(({ span, sum }) => [span, finish(sum, now)]));
}

const NO_DIMENSIONS: Dimensions = {
  trunk: '',
  direction: 'unknown',
  country: '',
  code: '',
  emergency: false,
  recovered: false,
  user: '',
};

function finish(sum: Sum, now: Instant): WindowFact {
  const minutes = [...sum.failures.keys()];
  const firstFailure = minutes.reduce((a, b) => Math.min(a, b), Infinity);
  const lastFailure = minutes.reduce((a, b) => Math.max(a, b), -Infinity);
  return {
    group: sum.group,
    attempts: sum.attempts,
    answered: sum.answered,
    unanswered: sum.attempts - sum.answered - sum.failed,
    failed: sum.failed,
    alarming: sum.alarming,
    userVisible: Math.max(0, sum.failed - sum.recovered),
    ner: sum.attempts === 0 ? 1 : (sum.answered + sum.delivered) / sum.attempts,
    failureRatio: sum.attempts === 0 ? 0 : sum.failed / sum.attempts,
    codes: [...sum.codes.values()].sort(
      (a, b) =>
        Number(b.failure) - Number(a.failure) ||
        b.count - a.count ||
        (judgedAs(a.verdict) < judgedAs(b.verdict) ? -1 : 1),
    ),
    owners: sum.owners,
    directions: [...sum.directions].map(([name, { attempts, failed }]) => ({ name, attempts, failed })),
    categories: sum.categories,
    firstFailureAt: whenSet(firstFailure),
    lastFailureAt: whenSet(lastFailure),
    firstCallAt: whenSet(sum.first),
    lastCallAt: whenSet(sum.last),
    lastAnsweredAt: whenSet(sum.lastAnswered),
    lastGoodAt: whenSet(sum.lastGood),
    lastEmergencyAnsweredAt: whenSet(sum.lastEmergencyAnswered),
    lastOf: sum.lastOf,
    consecutiveFailures: minutes.reduce(
      (total, minute) => total + (minute > sum.lastGood ? (sum.failures.get(minute) ?? 0) : 0),
      0,
    ),
    lagSeconds: sum.attempts === 0 ? null : Math.max(0, Math.round((now - sum.last) / SECOND)),
  };
}

function whenSet(at: Instant): Instant | null {
  return Number.isFinite(at) ? at : null;
}
