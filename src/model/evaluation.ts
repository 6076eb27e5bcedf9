import type { Json } from './json.js';
import type { Severity } from './severity.js';
import type { SourceKey } from './source.js';
import type { Duration, Instant } from './time.js';

/** One side of a comparison: as it is written, and what it was. An instant is an ISO string, a list is cut. */
export interface Side {
  readonly text: string;
  readonly value: Json;
}

/**
 * What a condition came to on one fact. A term is one comparison or one yes-or-no name; `holds` is null where it could not
 * be evaluated, for example because the fact has no such field.
 */
export type Trace = Term | Joined;

export interface Term {
  readonly kind: 'term';
  /** As written: `now.attempts >= 20`. */
  readonly text: string;
  readonly holds: boolean | null;
  readonly left?: Side;
  /** `<`, `==`, `in`, `like` …; absent for a name that is true or false by itself. */
  readonly op?: string;
  readonly right?: Side;
}

export interface Joined {
  readonly kind: 'all' | 'any';
  readonly holds: boolean | null;
  readonly of: readonly Trace[];
}

/** One rule on one subject: what it decided, on which values, and why. Kept for what fired and for what stayed silent. */
export interface Evaluation {
  readonly rule: string;
  readonly subject: string;
  readonly at: Instant;
  /** `keeping`: it is over, and `keep` holds it open. `announced`: an edge rule (`once`) has spoken. */
  readonly state: 'silent' | 'pending' | 'firing' | 'keeping' | 'announced' | 'failed';
  /** The expression, as the rule had it then. */
  readonly when: string;
  /** Absent when the rule was not asked: `reason` says why. */
  readonly trace?: Trace;
  /** While it fires and when it ends, where the rule has a `clear` of its own: what ends it. */
  readonly clear?: { readonly text: string; readonly trace: Trace };
  readonly forMs: Duration;
  readonly keepMs: Duration;
  /** While it is pending or fires: since when its condition has held, and since when it is over but kept open. */
  readonly startsAt?: Instant;
  readonly clearSince?: Instant;
  readonly severity?: Severity;
  /** `classification incident, status serviceDegradation → major` */
  readonly because?: string;
  /** Decided at the source's first good poll. */
  readonly baseline: boolean;
  /** Why it changed its mind, or could not make one up; empty when it stayed as it was. */
  readonly reason: string;
}

/** An evaluation as the record keeps it: the latest of its rule on its subject. */
export interface KeptEvaluation extends Evaluation {
  readonly source: SourceKey;
  /** Since when it has been in this state. */
  readonly since: Instant;
}

/** A rule that changed its mind about a subject, and what it was decided on. */
export interface DecisionRecord {
  readonly at: Instant;
  readonly rule: string;
  readonly subject: string;
  /** What kind of transition: `pending`, `firing`, `resolved` … */
  readonly outcome: string;
  readonly reason: string;
  readonly evaluation?: Evaluation;
}

export interface KeptDecision extends DecisionRecord {
  readonly source: SourceKey;
}
