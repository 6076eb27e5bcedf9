import type { Severity } from './severity.js';
import type { Duration, Instant } from './time.js';

/** What rules would have done over history, beside what the rules in force would have, and what was really sent. */
export interface Backtest {
  readonly from: Instant;
  readonly until: Instant;
  /** Names of the rules that were tried. */
  readonly rules: readonly string[];
  readonly these: BacktestSide;
  /** The rules in force of the same names; of the same sources where none has such a name. */
  readonly present: BacktestSide;
  /** Messages that channels really took in that time, of all rules there were. */
  readonly sent: readonly ChannelCount[];
  /** What is missing, or only supposed, in words. */
  readonly notes: readonly string[];
}

export interface BacktestSide {
  readonly rules: readonly RuleTotal[];
  readonly channels: readonly ChannelCount[];
  /** In order of time. */
  readonly firings: readonly BacktestFiring[];
}

export interface RuleTotal {
  readonly rule: string;
  readonly firings: number;
  /** All alerts of it together. */
  readonly firingMs: Duration;
  /** The subject that fired most often; the one that fired longest among equals. */
  readonly noisiest?: { readonly subject: string; readonly firings: number };
}

export interface ChannelCount {
  readonly channel: string;
  /** Cards, or messages of a channel that cannot edit. */
  readonly posts: number;
  readonly edits: number;
  readonly reminders: number;
  /** Never told, because of a silence, an inhibition or a mute time at its time. */
  readonly held: number;
}

/** One alert that fired, from then to then. */
export interface BacktestFiring {
  readonly rule: string;
  readonly subject: string;
  readonly tenant: string;
  /** The worst it had. */
  readonly severity: Severity;
  readonly summary: string;
  readonly from: Instant;
  /** Absent: it went on at the end. The same as `from` for an announcement. */
  readonly until?: Instant;
  /** It held already when the time began. */
  readonly before: boolean;
  /** Channels that would have heard of it. */
  readonly told: readonly string[];
}
