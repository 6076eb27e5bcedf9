import type { JsonObject } from '../../model/json.js';
import type { Fact } from '../../model/source.js';
import { DAY, HOUR, SECOND, type Duration, type Instant } from '../../model/time.js';
import type { MinuteCount } from '../keep.js';
import { OWNER_WORDS, verdictWords, type Category, type Owner } from './verdict.js';
import { condense, QUARTER, type Condensed, type EachCount } from './condense.js';
import { seriesOf, windowFacts, windowOf, type CodeCount, type WindowFact } from './windows.js';

/** How far back the facts of a poll look: a day before the last call, which may itself be a day old. */
export const FACTS_LOOK_BACK: Duration = 2 * DAY + HOUR;

/**
 * What a poll knows: `trunk:<fqdn, lower case>` for each trunk that had a call in the last two days, and `tenant:<name>` for all
 * of them together. Rows come late, so that a window is not the last 15 minutes of the clock but those up to the subject's own
 * last call: a trunk is judged by its last calls until newer ones come, and a day without any empties it.
 *
 * `trunk:…`: `type` 'trunk', `trunk`, and for the windows of 15 minutes (bare name), one hour (`…1h`) and 24 hours (`…24h`):
 * - `attempts`, `answered`, `unanswered` (busy, no answer, hung up, misdialled, blocked on purpose), `failed` (all others),
 *   `userVisible` (failed, and no success elsewhere made good), `ner` (0..1, by Microsoft's formula; 1 without calls),
 *   `failureRatio` (failed/attempts);
 * - by what they point to: `certificateFailures`, `dnsFailures`, `unreachableFailures`, `overloaded503`, `carrierFailures`,
 *   `mediaFailures`, `emergencyFailures`, `misconfigurations`, `microsoftFailures`.
 *
 * Of the hour before the last call: `topCode` ('504/569008', '' without failures), `topCodes` (up to 5: `504/569008 ×31`),
 * `owner` (of most failures; '' without), `verdict` (in words), `nextStep`, and of the failures the shares 0..1 `sbcShare`,
 * `carrierShare`, `tenantShare`, `microsoftShare`, `unknownShare`. `consecutiveFailures`: failures since the last call that went well.
 *
 * `certificateOpen`, `dnsOpen`, `unreachableOpen`, `emergencyOpen`: there was such a failure within 24 hours and no answered call
 * (for an emergency: no answered emergency call is known apart, so none at all on the trunk) in a later minute.
 * ISO times or null: `firstFailureAt`, `lastFailureAt`, `certificateLastAt`, `emergencyLastAt` (24 hours, to the minute),
 * `lastCallAt`, `lastAnsweredAt` (rounded down to 15 minutes). `lagSeconds`: age of the last call, in steps.
 *
 * `tenant:<name>`: `type` 'calls', `available` (false with `reason` where the cloud has no such API; nothing else is then there),
 * `trunks` (with calls in 24 hours), the same as above over all trunks, and `microsoftTrunks` (trunks with failures on Microsoft's
 * side in the hour), `misconfigurationCode`, `misconfiguration` (its meaning).
 *
 * Counts of a window without failures are rounded down to 1, 2 or 5 times a power of ten once they pass 20, those of 24 hours to
 * two digits, ratios to two places: everyday traffic makes no change.
 */
export function pollFacts(tenant: string, each: EachCount, now: Instant): readonly Fact[] {
  const facts: Fact[] = [];
  const { trunks, all } = condense(each, now);
  for (const [trunk, own] of trunks) {
    if (trunk === '') continue;
    const values = { type: 'trunk', trunk, ...knownValues(own, now) };
    facts.push({ subject: `trunk:${trunk}`, kind: 'direct-routing', values });
  }
  facts.push({
    subject: `tenant:${tenant}`,
    kind: 'direct-routing',
    values: { type: 'calls', available: true, ...knownValues(all, now), ...tenantValues(all) },
  });
  return facts;
}

export function unavailableFact(tenant: string, reason: string): Fact {
  return {
    subject: `tenant:${tenant}`,
    kind: 'direct-routing',
    values: { type: 'calls', available: false, reason },
  };
}

function knownValues({ counts, to }: Condensed, now: Instant): JsonObject {
  const day = windowOf(counts, { from: to - DAY, to, now });
  const hour = windowOf(counts, { from: to - HOUR, to, now });
  const quarter = windowOf(counts, { from: to - QUARTER, to, now });
  return {
    ...figures(quarter, '', calmCount(quarter)),
    ...figures(hour, '1h', calmCount(hour)),
    ...figures(day, '24h', twoDigits),
    ...blame(hour),
    consecutiveFailures: day.consecutiveFailures,
    certificateOpen: isOpen(day, 'certificate'),
    dnsOpen: isOpen(day, 'dns'),
    unreachableOpen: isOpen(day, 'unreachable'),
    emergencyOpen: isOpen(day, 'emergency'),
    firstFailureAt: iso(day.firstFailureAt),
    lastFailureAt: iso(day.lastFailureAt),
    certificateLastAt: iso(day.lastOf.certificate ?? null),
    emergencyLastAt: iso(day.lastOf.emergency ?? null),
    lastCallAt: iso(quarterOf(day.lastCallAt)),
    lastAnsweredAt: iso(quarterOf(day.lastAnsweredAt)),
    lagSeconds: lagStep(day.lagSeconds),
  };
}

function tenantValues({ counts, to }: Condensed): JsonObject {
  const perTrunk = windowFacts(counts, { by: ['trunk'], from: to - HOUR, to });
  const inDay = windowFacts(counts, { by: ['trunk'], from: to - DAY, to });
  const hour = windowOf(counts, { from: to - HOUR, to });
  const wrong = hour.codes.find(({ verdict }) => verdict.category === 'tenant-config');
  return {
    trunks: inDay.filter(({ group }) => group.trunk !== '').length,
    microsoftTrunks: perTrunk.filter(({ group, owners }) => group.trunk !== '' && owners.microsoft > 0)
      .length,
    misconfigurationCode: wrong?.verdict.code ?? '',
    misconfiguration: wrong?.verdict.meaning ?? '',
  };
}

type Rounding = (count: number) => number;

/** The figures of one window; `suffix` ends each name. */
export function figures(window: WindowFact, suffix = '', round: Rounding = exact): JsonObject {
  const { categories } = window;
  const entries: readonly (readonly [string, number])[] = [
    ['attempts', round(window.attempts)],
    ['answered', round(window.answered)],
    ['unanswered', round(window.unanswered)],
    ['failed', window.failed],
    ['userVisible', window.userVisible],
    ['ner', ratio(window.ner)],
    ['failureRatio', ratio(window.failureRatio)],
    ['certificateFailures', categories.certificate ?? 0],
    ['dnsFailures', categories.dns ?? 0],
    ['unreachableFailures', categories.unreachable ?? 0],
    ['overloaded503', categories.overload ?? 0],
    ['carrierFailures', categories.carrier ?? 0],
    ['mediaFailures', categories.media ?? 0],
    ['emergencyFailures', categories.emergency ?? 0],
    ['misconfigurations', categories['tenant-config'] ?? 0],
    ['microsoftFailures', window.owners.microsoft],
  ];
  return Object.fromEntries(entries.map(([name, value]) => [`${name}${suffix}`, value]));
}

/** Whose the window's failures are, in shares and in words. */
export function blame(window: WindowFact): JsonObject {
  const failures = failuresOf(window);
  const top = failures[0];
  const share = (owner: Owner): number =>
    ratio(
      failures.reduce((sum, { verdict, count }) => sum + (verdict.owner === owner ? count : 0), 0) /
        Math.max(1, window.failed),
    );
  return {
    topCode: top?.verdict.code ?? '',
    topCodes: failures.slice(0, 5).map(({ verdict, count }) => `${verdict.code} ×${count}`),
    owner: top?.verdict.owner ?? '',
    verdict: top === undefined ? '' : verdictWords(top.verdict),
    nextStep: top?.verdict.nextStep ?? '',
    sbcShare: share('sbc'),
    carrierShare: share('carrier'),
    tenantShare: share('tenant'),
    microsoftShare: share('microsoft'),
    unknownShare: share('unknown'),
  };
}

function failuresOf({ codes }: WindowFact): readonly CodeCount[] {
  return codes.filter(({ failure }) => failure);
}

export interface Shown {
  readonly from: Instant;
  readonly to: Instant;
  readonly now: Instant;
  /** Since when calls were asked for live; null when all of them are from the record. */
  readonly liveFrom: Instant | null;
}

/**
 * The answer to a question about a window, exact and up to the clock: `calls:<tenant>` or `calls:<trunk>`. `type` 'window', `trunk`
 * ('' for all), `from`, `to` (ISO), `windowSeconds`, `liveFrom` (ISO: calls since then were asked for just now, older ones are
 * from the record; null: all of them are), the figures and the blame of `pollFacts` (bare names), `firstFailureAt`,
 * `lastFailureAt`, `firstCallAt`, `lastCallAt`, `lagSeconds`,
 * `codes` (up to 12: `{code, count, share (of unanswered and failed), failure, owner, ownerWords, meaning, nextStep, page, category}`),
 * `series` (at most 96: `{at (ISO), attempts, failed, ner}`), `directions`, `countries` and `users` (up to 8 each, those with most
 * failures first: `{name, attempts, failed, ner}`; a user is Graph's id or `bot`, '' a country that cannot be told),
 * `failures` (ids of up to 10 failed calls, newest first: `{id, at, code, verdict}`).
 */
export function windowFact(
  subject: string,
  trunk: string,
  counts: readonly MinuteCount[],
  shown: Shown,
  failures: readonly JsonObject[],
): Fact {
  const { from, to, now, liveFrom } = shown;
  const window = windowOf(counts, { from, to, now });
  const lost = Math.max(1, window.attempts - window.answered);
  return {
    subject,
    kind: 'direct-routing',
    values: {
      type: 'window',
      trunk,
      from: iso(from),
      to: iso(to),
      windowSeconds: Math.round((to - from) / SECOND),
      liveFrom: iso(liveFrom),
      ...figures(window),
      ...blame(window),
      ...times(window),
      codes: window.codes.slice(0, 12).map((code) => codeValues(code, lost)),
      series: seriesOf(counts, from, to).map(({ at, attempts, failed, ner }) => ({
        at: iso(at),
        attempts,
        failed,
        ner: ratio(ner),
      })),
      directions: groupsOf(counts, 'direction', shown),
      countries: groupsOf(counts, 'country', shown),
      users: groupsOf(counts, 'user', shown),
      failures,
    },
  };
}

/** One trunk in a list, exact: `trunk:<fqdn>`, `type` 'trunk', `trunk`, the figures, the blame and times of the window. */
export function trunkFact(window: WindowFact, shown: Shown): Fact {
  const trunk = window.group.trunk ?? '';
  return {
    subject: `trunk:${trunk}`,
    kind: 'direct-routing',
    values: {
      type: 'trunk',
      trunk,
      from: iso(shown.from),
      to: iso(shown.to),
      windowSeconds: Math.round((shown.to - shown.from) / SECOND),
      liveFrom: iso(shown.liveFrom),
      ...figures(window),
      ...blame(window),
      consecutiveFailures: window.consecutiveFailures,
      ...times(window),
    },
  };
}

function times(window: WindowFact): JsonObject {
  return {
    firstFailureAt: iso(window.firstFailureAt),
    lastFailureAt: iso(window.lastFailureAt),
    firstCallAt: iso(window.firstCallAt),
    lastCallAt: iso(window.lastCallAt),
    lagSeconds: window.lagSeconds,
  };
}

function codeValues({ verdict, count, failure }: CodeCount, lost: number): JsonObject {
  return {
    code: verdict.code,
    count,
    share: ratio(count / lost),
    failure,
    owner: verdict.owner,
    ownerWords: OWNER_WORDS[verdict.owner],
    meaning: verdict.meaning,
    nextStep: verdict.nextStep,
    page: verdict.page,
    category: verdict.category,
  };
}

function groupsOf(
  counts: readonly MinuteCount[],
  by: 'direction' | 'country' | 'user',
  { from, to }: Shown,
): readonly JsonObject[] {
  return [...windowFacts(counts, { by: [by], from, to })]
    .sort((a, b) => b.failed - a.failed || b.attempts - a.attempts)
    .slice(0, 8)
    .map((window) => ({
      name: window.group[by] ?? '',
      attempts: window.attempts,
      failed: window.failed,
      ner: ratio(window.ner),
    }));
}

function isOpen({ lastOf, lastAnsweredAt }: WindowFact, category: Category): boolean {
  const last = lastOf[category];
  return last !== undefined && (lastAnsweredAt === null || last >= lastAnsweredAt);
}

function exact(count: number): number {
  return count;
}

/** With failures every call counts; without, only how much traffic there is. */
function calmCount({ failed }: WindowFact): Rounding {
  return failed > 0 ? exact : roundDown;
}

function roundDown(count: number): number {
  if (count <= 20) return count;
  const power = 10 ** Math.floor(Math.log10(count));
  const lead = count / power;
  return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
}

function twoDigits(count: number): number {
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

const LAG_STEPS = [0, 15, 30, 60, 120, 240, 480, 720, 1_440].map((minutes) => minutes * 60);

function lagStep(seconds: number | null): number | null {
  return seconds === null ? null : (LAG_STEPS.findLast((step) => step <= seconds) ?? 0);
}

function quarterOf(at: Instant | null): Instant | null {
  return at === null ? null : Math.floor(at / QUARTER) * QUARTER;
}

export function iso(at: Instant | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
