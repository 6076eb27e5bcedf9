import type { Labels } from './labels.js';
import type { SourceKind } from './source.js';

/** A rule as written (contract 6.1), checked for shape; durations in milliseconds. */
export interface RuleDefinition {
  readonly name: string;
  readonly source: SourceKind;
  /** Only subjects that begin with this: `issue:`, `service:`. */
  readonly subject?: string;
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
  /** `builtin` or the file it came from, with the line. */
  readonly origin: string;
}
