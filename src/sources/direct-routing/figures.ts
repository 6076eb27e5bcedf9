import type { JsonObject } from '../../model/json.js';
import { windowText } from '../../model/ask.js';
import type { Duration, Instant } from '../../model/time.js';
import { verdictWords, type Owner, type Verdict } from './verdict.js';
import type { CodeCount, WindowFact } from './windows.js';

export type Rounding = (count: number) => number;

/** Values in the making. Facts of calls have many: they are put into one object and not copied from one into the next. */
export type Values = Record<string, JsonObject[string]>;

/** The figures of one window; `suffix` ends each name. Put into `values`, which are given back. */
export function figures(
  window: WindowFact,
  suffix = '',
  round: Rounding = exact,
  values: Values = {},
): Values {
  const { categories } = window;
  return suffixed(values, suffix, {
    attempts: round(window.attempts),
    answered: round(window.answered),
    unanswered: round(window.unanswered),
    failed: window.failed,
    alarming: window.alarming,
    userVisible: window.userVisible,
    ner: ratio(window.ner),
    failureRatio: ratio(window.failureRatio),
    alarmingRatio: ratio(window.alarming / Math.max(1, window.attempts)),
    certificateFailures: categories.certificate ?? 0,
    dnsFailures: categories.dns ?? 0,
    unreachableFailures: categories.unreachable ?? 0,
    overloaded503: categories.overload ?? 0,
    carrierFailures: categories.carrier ?? 0,
    mediaFailures: categories.media ?? 0,
    emergencyFailures: categories.emergency ?? 0,
    misconfigurations: categories['tenant-config'] ?? 0,
    microsoftFailures: microsoftFailures(window),
  });
}

/** Whose the window's failures are, in shares and in words; `last` speaks for a window without any. */
export function blame(window: WindowFact, suffix = '', last?: Verdict, values: Values = {}): Values {
  const failures = failuresOf(window);
  const top = failures[0]?.verdict ?? last;
  const share = (owner: Owner): number =>
    ratio(
      failures.reduce((sum, { verdict, count }) => sum + (verdict.owner === owner ? count : 0), 0) /
        Math.max(1, window.failed),
    );
  return suffixed(values, suffix, {
    topCode: top?.code ?? '',
    topCodes: topCodes(failures),
    owner: top?.owner ?? '',
    verdict: top === undefined ? '' : verdictWords(top),
    nextStep: top?.nextStep ?? '',
    sbcShare: share('sbc'),
    carrierShare: share('carrier'),
    tenantShare: share('tenant'),
    microsoftShare: share('microsoft'),
    unknownShare: share('unknown'),
  });
}

/** Each code once, however differently it was judged. */
function topCodes(failures: readonly CodeCount[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { verdict, count } of failures)
    counts.set(verdict.code, (counts.get(verdict.code) ?? 0) + count);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, 5)
    .map(([code, count]) => `${code} ×${count}`);
}

/** `31 of 40 outbound calls failed in 15 min`; empty without failures. The direction is said when all failures share it. */
export function failedText(window: WindowFact, windowMs: Duration): string {
  const { failed, attempts, directions } = window;
  if (failed === 0) return '';
  const only = directions.filter((direction) => direction.failed > 0);
  const [one] = only;
  const named = only.length === 1 && one !== undefined && one.name !== 'unknown';
  const of = named ? one.attempts : attempts;
  const calls = `${named ? (one.name === 'in' ? 'inbound ' : 'outbound ') : ''}call${of === 1 ? '' : 's'}`;
  return `${failed} of ${of} ${calls} failed in ${spanWords(windowMs)}`;
}

function spanWords(windowMs: Duration): string {
  return windowText(windowMs).replace(/m$/, ' min').replace(/h$/, ' h');
}

export function microsoftFailures({ codes }: WindowFact): number {
  return codes.reduce(
    (sum, { verdict, alarming, count }) => sum + (alarming && verdict.owner === 'microsoft' ? count : 0),
    0,
  );
}

export function failuresOf({ codes }: WindowFact): readonly CodeCount[] {
  return codes.filter(({ failure }) => failure);
}

const fullNames = new Map<string, Map<string, string>>();

/** The same few names for each trunk at each poll: they are put together once. */
function suffixed(values: Values, suffix: string, own: JsonObject): Values {
  const names = fullNames.get(suffix) ?? new Map<string, string>();
  fullNames.set(suffix, names);
  for (const name in own) {
    let full = names.get(name);
    if (full === undefined) names.set(name, (full = `${name}${suffix}`));
    values[full] = own[name] ?? null;
  }
  return values;
}

export function exact(count: number): number {
  return count;
}

/**
 * With failures every call counts; without, only how much traffic there is: 1, 2 or 5 times a power of ten, and whatever a rule
 * compares with, so that rounding changes nobody's mind.
 */
export function calmCount({ failed }: WindowFact, marks: readonly number[] = []): Rounding {
  return failed > 0 ? exact : (count) => roundDown(count, marks);
}

function roundDown(count: number, marks: readonly number[]): number {
  if (count <= 20) return count;
  const power = 10 ** Math.floor(Math.log10(count));
  const lead = count / power;
  const grid = (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
  return marks.reduce((most, mark) => {
    const near = count > mark ? Math.floor(mark) + 1 : mark;
    return near <= count && Number.isInteger(near) ? Math.max(most, near) : most;
  }, grid);
}

export function twoDigits(count: number): number {
  if (count < 100) return count;
  const power = 10 ** (Math.floor(Math.log10(count)) - 1);
  return Math.floor(count / power) * power;
}

/** Two places; never rounded to a whole that it is not. */
export function ratio(value: number): number {
  const rounded = Math.round(value * 100) / 100;
  if (rounded === 1 && value < 1) return 0.99;
  return rounded === 0 && value > 0 ? 0.01 : rounded;
}

const texts = new Map<Instant, string>();
const MOST_TEXTS = 5_000;

/** The same few minutes are told of each trunk at each poll. */
export function iso(at: Instant | null): string | null {
  if (at === null) return null;
  const known = texts.get(at);
  if (known !== undefined) return known;
  const text = new Date(at).toISOString();
  if (texts.size >= MOST_TEXTS) texts.clear();
  texts.set(at, text);
  return text;
}
