import type { MinuteCount } from '../keep.js';
import type { Dimension } from '../../model/ask.js';
import { MINUTE, SECOND, type Duration, type Instant } from '../../model/time.js';
import { readKey, type Dimensions } from './key.js';
import {
  asEmergency,
  isAlarming,
  isFailure,
  readCode,
  verdictOf,
  type Category,
  type Direction,
  type Owner,
  type Verdict,
} from './verdict.js';

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

export interface Point {
  readonly at: Instant;
  readonly attempts: number;
  readonly failed: number;
  readonly ner: number;
}

const MOST_POINTS = 96;
const STEPS: readonly Duration[] = [1, 2, 3, 5, 10, 15, 30, 60, 120, 240, 720, 1_440].map(
  (minutes) => minutes * MINUTE,
);

/** Of few calls a step that holds one or two is all or nothing: steps are longer then, but never fewer than this many. */
const FEW_POINTS = 12;
const CALLS_A_POINT = 5;

/** The window in equal steps, at most 96 of them; a dozen where few calls fill them. */
export function seriesOf(counts: readonly MinuteCount[], from: Instant, to: Instant): readonly Point[] {
  const { attempts } = windowOf(counts, { from, to });
  const most = Math.min(MOST_POINTS - 1, Math.max(FEW_POINTS, attempts / CALLS_A_POINT));
  const step = STEPS.find((candidate) => (to - from) / candidate <= most) ?? 7 * 1_440 * MINUTE;
  const first = Math.floor(from / step) * step;
  const slots = new Map<Instant, MinuteCount[]>();
  for (let at = first; at < to; at += step) slots.set(at, []);
  for (const count of counts) {
    if (count.minute >= from && count.minute < to)
      slots.get(Math.floor(count.minute / step) * step)?.push(count);
  }
  return [...slots].slice(-MOST_POINTS).map(([at, inside]) => {
    const { attempts, failed, ner } = windowOf(inside, { from: at, to: at + step });
    return { at, attempts, failed, ner };
  });
}

/** What a key says of its calls. */
export interface Kind {
  readonly dimensions: Dimensions;
  readonly verdict: Verdict | undefined;
  readonly failure: boolean;
  readonly alarming: boolean;
  /** The code with what its verdict depends on beside it: what has the same is counted together. */
  readonly judged: string;
}

const kinds = new Map<string, Kind>();
const MOST_KINDS = 20_000;

export function kindOf(key: string): Kind {
  const known = kinds.get(key);
  if (known !== undefined) return known;
  const dimensions = readKey(key);
  const verdict = verdictAt(dimensions);
  const kind = {
    dimensions,
    verdict,
    failure: verdict !== undefined && (dimensions.emergency || isFailure(verdict)),
    alarming: verdict !== undefined && isAlarming(verdict),
    judged: verdict === undefined ? '' : judgedAs({ verdict }),
  };
  if (kinds.size >= MOST_KINDS) kinds.clear();
  kinds.set(key, kind);
  return kind;
}

function judgedAs({ verdict }: Pick<CodeCount, 'verdict'>): string {
  return `${verdict.code} ${verdict.owner} ${verdict.category}`;
}

/** Of an attempt that was not answered. */
export function verdictAt({
  code,
  direction,
  emergency,
}: Pick<Dimensions, 'code' | 'direction' | 'emergency'>): Verdict | undefined {
  if (code === '') return undefined;
  const { sip, sub } = readCode(code);
  const verdict = verdictOf(sip, sub, direction);
  return emergency ? asEmergency(verdict) : verdict;
}

export function nameIn(dimensions: Dimensions, dimension: Dimension): string {
  // Bots have no user: they are a group of their own, and not one user with all the calls.
  return dimension === 'user' && dimensions.user === '' ? 'bot' : dimensions[dimension];
}

interface Sum {
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

const NO_DIMENSIONS: Dimensions = {
  trunk: '',
  direction: 'unknown',
  country: '',
  code: '',
  emergency: false,
  recovered: false,
  user: '',
};

function newSum(dimensions: Dimensions, by: readonly Dimension[]): Sum {
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

function addTo(sum: Sum, kind: Kind, minute: Instant, count: number): void {
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
        Number(b.failure) - Number(a.failure) || b.count - a.count || (judgedAs(a) < judgedAs(b) ? -1 : 1),
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
