import type { JsonObject } from '../../model/json.js';
import type { Fact } from '../../model/source.js';
import { SECOND, type Instant } from '../../model/time.js';
import type { MinuteCount } from '../keep.js';
import { blame, figures, iso, ratio } from './figures.js';
import { seriesOf } from './series.js';
import { OWNER_WORDS } from './verdict.js';
import { windowFacts, windowOf, type CodeCount, type WindowFact } from './windows.js';

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
