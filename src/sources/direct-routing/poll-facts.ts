import { USUAL_WINDOW, windowSuffix, type CallsAsk } from '../../model/ask.js';
import type { JsonObject } from '../../model/json.js';
import type { Fact } from '../../model/source.js';
import { DAY, HOUR, MINUTE, SECOND, type Duration, type Instant } from '../../model/time.js';
import type { MinuteCount } from '../keep.js';
import { condense, endAfter, QUARTER, USUAL, type Condensed, type EachCount } from './condense.js';
import { blame, calmCount, failedText, figures, iso, twoDigits, type Values } from './figures.js';
import { groupFacts, isFiner, type Describe } from './groups.js';
import { kindOf, verdictAt } from './kind.js';
import { openings } from './openings.js';
import { spreadOf, tenantWide } from './tenant-wide.js';
import type { Run, Runs } from './runs.js';
import { filled } from './filled.js';
import { windowsOf, windowOf, type WindowFact } from './windows.js';

/** How far back the facts of a poll look: a day before the last call, which may itself be a day old. */
export const FACTS_LOOK_BACK: Duration = 2 * DAY + HOUR;

export interface PollFactsInput {
  readonly tenant: string;
  /** The counts of `FACTS_LOOK_BACK`, users taken together. */
  readonly each: EachCount;
  readonly now: Instant;
  /** The same, condensed already. */
  readonly condensed?: ReturnType<typeof condense>;
  /** Unbroken runs of failures by trunk, as of the last call. */
  readonly runs: Runs;
  /** What the rules want beside the usual windows of trunk and tenant. */
  readonly asks?: readonly CallsAsk[];
  /** What `each` tells, where it is a list. */
  readonly list?: readonly MinuteCount[];
  /** What finer groups came to at the poll before, where lists go on from poll to poll. */
  readonly known?: Map<string, KnownGroup>;
  /** The counts with users kept apart, where an ask needs them. */
  readonly byUser?: readonly MinuteCount[];
}

/**
 * What a poll knows: `trunk:<fqdn, lower case>` for each trunk that had a call in the last two days or whose last calls failed, and
 * `tenant:<name>` for all of them together. Rows come late, so that a window is not the last 15 minutes of the clock but those up to
 * the subject's own last call: a trunk is judged by its last calls until newer ones come, and a day without any empties it.
 * The fields are those of model/facts.
 *
 * Counts of a window without failures are rounded down to 1, 2 or 5 times a power of ten once they pass 20, or to what a rule
 * compares with; those of 24 hours to two digits, ratios to two places: everyday traffic makes no change.
 */
export function pollFacts(input: PollFactsInput): readonly Fact[] {
  const { tenant, each, now, runs, asks = [] } = input;
  const windows = (by: 'trunk' | 'tenant'): Duration[] =>
    asks
      .filter(({ by: dimensions }) => dimensions.join() === (by === 'trunk' ? 'trunk' : ''))
      .map(({ windowMs }) => windowMs);
  const { trunks, all } =
    input.condensed ??
    condense(
      each,
      now,
      asks.map(({ windowMs }) => windowMs),
    );
  const marks = asks.flatMap((ask) => ask.marks);
  const [ofTrunk, ofTenant] = [windows('trunk'), windows('tenant')];
  const together = windowsIn(all, ofTenant, now);
  const wide = tenantValues(all, together);
  const spread = spreadOf(together, wide);
  const { microsoftTrunks = 0 } = wide;
  const facts: Fact[] = [];
  for (const [trunk, own] of [...trunks, ...silent(trunks, runs, now)]) {
    if (trunk === '') continue;
    const known = windowsIn(own, ofTrunk, now);
    const values = filled(`trunk ${ofTrunk.join()}`, { type: 'trunk', trunk, microsoftTrunks }, (into) => {
      windowValues(known, runs.get(trunk), ofTrunk, marks, into);
      into['tenantWide'] = tenantWide(into, spread);
    });
    facts.push({ subject: `trunk:${trunk}`, kind: 'direct-routing', values });
  }
  const values = filled(`calls ${ofTenant.join()}`, { type: 'calls', available: true, ...wide }, (into) =>
    windowValues(together, undefined, ofTenant, marks, into),
  );
  facts.push({ subject: `tenant:${tenant}`, kind: 'direct-routing', values });
  const finer = asks.filter(isFiner);
  return finer.length === 0 ? facts : [...facts, ...groupFacts(input, finer, describer(input, marks))];
}

/** Trunks without a call for two days whose last ones failed: nobody knows that they are well again. */
function silent(trunks: ReadonlyMap<string, Condensed>, runs: Runs, now: Instant): [string, Condensed][] {
  return [...runs]
    .filter(([trunk]) => !trunks.has(trunk))
    .map(([trunk, { lastAt }]) => [trunk, { counts: [], to: endAfter(lastAt, now) }]);
}

export function unavailableFact(tenant: string, reason: string): Fact {
  return {
    subject: `tenant:${tenant}`,
    kind: 'direct-routing',
    values: { type: 'calls', available: false, reason },
  };
}

/** The values of a group, and the counts that they were made of. */
export interface KnownGroup {
  readonly ends: readonly unknown[];
  readonly values: Values;
}

const MOST_KNOWN = 5_000;

/** Of groups that are finer than trunk and tenant: there are many, and few of them have a call between two polls. */
function describer({ now, known }: PollFactsInput, marks: readonly number[]): Describe {
  return (subject, begin, condensed, windows) => {
    const { counts, to } = condensed;
    const lag = lagStep(Math.round((now - to + MINUTE) / SECOND));
    const ends = [counts[0], counts.at(-1), counts.length, to, lag];
    const names = Object.keys(begin).join();
    const before = known?.get(`${names} ${subject}`);
    if (before?.ends.every((end, i) => end === ends[i]) === true) return before.values;
    const values = filled(`${names} ${windows.join()}`, begin, (into) =>
      windowValues(windowsIn(condensed, windows, now), undefined, windows, marks, into),
    );
    if (known !== undefined && known.size >= MOST_KNOWN) known.clear();
    known?.set(`${names} ${subject}`, { ends, values });
    return values;
  };
}

/** What is known of one group of calls, by window. */
type Windows = (windowMs: Duration) => WindowFact;

/** The usual windows, and those that are asked for beside them. */
function windowsIn({ counts, to }: Condensed, windows: readonly Duration[], now: Instant): Windows {
  const known = windowsOf(counts, { spans: [...USUAL, ...windows], to, now });
  return (windowMs) => known.get(windowMs) ?? windowOf(counts, { from: to - windowMs, to, now });
}

/** The values of one group of calls, given its windows, its run, those that are asked for beside the usual three, and what rules compare with; put into `values`. */
function windowValues(
  over: Windows,
  run: Run | undefined,
  windows: readonly Duration[],
  marks: readonly number[],
  values: Values,
): void {
  const day = over(DAY);
  const hour = over(HOUR);
  const quarter = over(QUARTER);
  const failures = run?.failures ?? day.consecutiveFailures;
  // Between two failures of a quiet trunk the last ones go on being spoken of.
  const [blamed, span] = quarter.failed > 0 || hour.failed === 0 ? [quarter, QUARTER] : [hour, HOUR];
  figures(quarter, '', calmCount(quarter, marks), values);
  figures(hour, '1h', calmCount(hour, marks), values);
  figures(day, '24h', twoDigits, values);
  blame(blamed, '', run === undefined ? undefined : verdictAt({ ...ORDINARY, code: run.code }), values);
  values['failedText'] = runText(blamed, failures) ?? failedText(blamed, span);
  for (const windowMs of windows)
    if (windowMs !== USUAL_WINDOW) asked(over(windowMs), windowMs, marks, values);
  openings(day, values);
  Object.assign(values, {
    consecutiveFailures: failures,
    firstFailureAt: iso(run?.firstAt ?? day.firstFailureAt),
    lastFailureAt: iso(day.lastFailureAt ?? run?.lastAt ?? null),
    lastCallAt: iso(quarterOf(day.lastCallAt)),
    lastAnsweredAt: iso(quarterOf(day.lastAnsweredAt)),
    lastGoodAt: iso(quarterOf(day.lastGoodAt)),
    lagSeconds: lagStep(day.lagSeconds),
  });
}

/** The last failure of a run is all that is left of it after some days: which way it went is not. */
const ORDINARY = { direction: 'unknown', emergency: false } as const;

function asked(window: WindowFact, windowMs: Duration, marks: readonly number[], values: Values): void {
  const suffix = windowSuffix(windowMs);
  figures(window, suffix, calmCount(window, marks), values);
  blame(window, suffix, undefined, values);
  values[`failedText${suffix}`] = failedText(window, windowMs);
}

/** On a quiet trunk the run says more than the last minutes. */
function runText({ attempts, failed }: WindowFact, failures: number): string | undefined {
  const longer = failures > failed && failed === attempts && attempts < 20;
  if (!longer) return undefined;
  return failures === 1 ? '1 call failed' : `${failures} calls in a row failed`;
}

function tenantValues({ counts, to }: Condensed, over: Windows): JsonObject {
  const wrong = over(HOUR).codes.find(
    ({ verdict, alarming }) => alarming && verdict.category === 'tenant-config',
  );
  return {
    ...trunksIn(counts, to),
    misconfigurationCode: wrong?.verdict.code ?? '',
    misconfiguration: wrong?.verdict.meaning ?? '',
    misconfigurationNextStep: wrong?.verdict.nextStep ?? '',
  };
}

/** How many trunks had calls within the day, and how many failures on Microsoft's side within the hour. */
function trunksIn(counts: readonly MinuteCount[], to: Instant): { trunks: number; microsoftTrunks: number } {
  const trunks = new Set<string>();
  const microsofts = new Set<string>();
  for (const { minute, key, count } of counts) {
    const { dimensions, verdict, alarming } = kindOf(key);
    const { trunk, recovered } = dimensions;
    if (trunk === '' || minute < to - DAY) continue;
    trunks.add(trunk);
    if (alarming && !recovered && count > 0 && verdict?.owner === 'microsoft' && minute >= to - HOUR)
      microsofts.add(trunk);
  }
  return { trunks: trunks.size, microsoftTrunks: microsofts.size };
}

const LAG_STEPS = [0, 15, 30, 60, 120, 240, 360, 480, 720, 1_440].map((minutes) => minutes * 60);

function lagStep(seconds: number | null): number | null {
  return seconds === null ? null : (LAG_STEPS.findLast((step) => step <= seconds) ?? 0);
}

function quarterOf(at: Instant | null): Instant | null {
  return at === null ? null : Math.floor(at / QUARTER) * QUARTER;
}
