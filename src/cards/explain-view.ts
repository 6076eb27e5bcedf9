import type { KeptDecision, KeptEvaluation } from '../model/evaluation.js';
import type { Incident, TimelineEntry } from '../model/incident.js';
import type { Page } from '../model/page.js';
import type { RuleDefinition } from '../model/rule.js';
import type { Silence } from '../model/silence.js';
import type { SourceHealth, SourceKey, SubjectRow } from '../model/source.js';
import type { Delivery } from '../model/telling.js';
import type { Instant } from '../model/time.js';
import type { LookView } from './health.js';

/** What somebody asked about. */
export type About =
  | {
      readonly kind: 'incident';
      readonly incident: Incident;
      readonly timeline: readonly TimelineEntry[];
      /** Those in force that match one of its alerts. */
      readonly silences: readonly Silence[];
    }
  | { readonly kind: 'subject'; readonly subject: string }
  | { readonly kind: 'call'; readonly id: string; readonly look: LookView; readonly subject: string }
  | { readonly kind: 'rule'; readonly rule: RuleDefinition };

/** What is on record about it: all that an explanation is made of. */
export interface ExplainView {
  readonly about: About;
  /** The subjects concerned, as they were seen last. */
  readonly facts: readonly SubjectRow[];
  readonly evaluations: readonly KeptEvaluation[];
  /** Newest first. */
  readonly decisions: readonly KeptDecision[];
  readonly incidents: readonly Incident[];
  /** Newest first. */
  readonly deliveries: readonly Delivery[];
  /** Whom its escalations called, oldest first. */
  readonly calls: readonly CallView[];
  /** The sources that it comes from. */
  readonly sources: readonly SourceState[];
  /** In force. */
  readonly rules: readonly RuleDefinition[];
  readonly now: Instant;
  readonly url: string;
}

export interface CallView {
  readonly page: Page;
  readonly deliveries: readonly Delivery[];
}

export interface SourceState {
  readonly key: SourceKey;
  readonly health: SourceHealth | undefined;
  readonly polledAt: Instant | undefined;
}
