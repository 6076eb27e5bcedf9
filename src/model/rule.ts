import type { Dimension } from './ask.js';
import type { Labels } from './labels.js';
import type { SourceKind } from './source.js';
import type { Duration } from './time.js';

/** A rule as written (contract 6.1), checked for shape; durations in milliseconds. */
export interface RuleDefinition {
  readonly name: string;
  readonly source: SourceKind;
  /** Only subjects that begin with this: `issue:`, `service:`. */
  readonly subject?: string;
  /** Of calls: what is counted apart, in the order of `DIMENSIONS`, and over which time. Both are there or neither. */
  readonly by?: readonly Dimension[];
  readonly windowMs?: Duration;
  readonly when: string;
  readonly clear?: string;
  readonly forMs: number;
  readonly keepMs: number;
  readonly once: boolean;
  /** One of the four words, or a CEL expression that gives one. */
  readonly severity: string;
  readonly labels: Labels;
  readonly summary: string;
  readonly description: string;
  readonly runbook: string;
  /** Why it is as it is; for its readers. */
  readonly rationale: string;
  /** `builtin` or the file it came from, with the line. */
  readonly origin: string;
  /** Where each key's value stands in that file, as it is written there. */
  readonly written: Readonly<Record<string, Written>>;
}

export interface Written {
  readonly line: number;
  readonly text: string;
}
