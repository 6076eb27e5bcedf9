import type { Alert, Transition } from '../model/alert.js';
import type { JsonObject } from '../model/json.js';
import type { Change, Fact } from '../model/source.js';
import type { Instant } from '../model/time.js';
import type { Rule } from './compile.js';
import type { JudgeInput } from './judgement.js';

const asIs = new WeakMap<Alert, { readonly rule: Rule; readonly values: JsonObject }>();

/**
 * A rule that does not look at the clock and left a firing alert as it is on a fact does so again while the fact is the same one:
 * its texts are not made anew at each poll only to be compared.
 */
export function leavesAsIs(rule: Rule, { values }: Fact, alert: Alert): boolean {
  const known = asIs.get(alert);
  return known?.rule === rule && known.values === values;
}

export function noteAsIs(rule: Rule, { values }: Fact, alert: Alert): void {
  if (!rule.clock && alert.state === 'firing' && alert.clearSince === undefined)
    asIs.set(alert, { rule, values });
}

/** What a rule came to on a fact, the last time. */
interface Memo {
  readonly values: object;
  readonly at: Instant;
  readonly was: unknown;
  readonly before: Alert | undefined;
  readonly baseline: boolean;
  step?: Transition | 'nothing';
}

const memos = new WeakMap<Rule, Map<string, Memo>>();

export function memosOf(rule: Rule): Map<string, Memo> {
  const known = memos.get(rule) ?? new Map<string, Memo>();
  memos.set(rule, known);
  return known;
}

/**
 * Several sets of rules may be played to the same history: a rule that is in each of them comes to the same each time, on the
 * same fact with the same alert. Empty when it has not been asked this yet.
 */
export function memoOf(
  own: Map<string, Memo>,
  { subject, values }: Fact,
  change: Change | undefined,
  before: Alert | undefined,
  { at, baseline }: JudgeInput,
): Memo {
  const was = change === undefined ? values : change.before?.values;
  const known = own.get(subject);
  if (
    known?.values === values &&
    known.at === at &&
    known.was === was &&
    known.before === before &&
    known.baseline === baseline
  )
    return known;
  const memo: Memo = { values, at, was, before, baseline };
  own.set(subject, memo);
  return memo;
}
