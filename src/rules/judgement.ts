import type { Alert, Transition } from '../model/alert.js';
import type { Evaluation } from '../model/evaluation.js';
import type { Change, Fact, SourceKey } from '../model/source.js';
import type { Instant } from '../model/time.js';
import type { Rule } from './compile.js';

export interface JudgeInput {
  readonly rules: readonly Rule[];
  readonly source: SourceKey;
  readonly tenant: string;
  readonly at: Instant;
  /** The source's first good poll: what holds already pages nobody. */
  readonly baseline: boolean;
  readonly changes: readonly Change[];
  /** The snapshot after the changes. */
  readonly facts: ReadonlyMap<string, Fact>;
  /** Pending and firing alerts of this source. */
  readonly alerts: readonly Alert[];
  /** False: nobody will ask why, and `evaluated` stays empty. */
  readonly explain?: boolean;
}

export interface RuleError {
  readonly rule: string;
  readonly subject: string;
  readonly message: string;
}

export interface Judgement {
  readonly transitions: readonly Transition[];
  /** Rules that could not be evaluated, once a rule and subject. */
  readonly errors: readonly RuleError[];
  /** What could be evaluated this time: subjects, by the rule's name. */
  readonly passed: ReadonlyMap<string, ReadonlySet<string>>;
  readonly evaluations: number;
  /** What was decided on which values, of what fired and what stayed silent: those that say more than the last time. */
  readonly evaluated: readonly Evaluation[];
}
