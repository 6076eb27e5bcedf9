import type { JsonObject } from './json.js';
import type { Labels } from './labels.js';
import type { Severity } from './severity.js';
import type { SourceKey, SourceKind } from './source.js';
import type { Instant } from './time.js';

/** A rule holding for one subject. */
export interface Alert {
  /** Stable over restarts: a hash of rule, source key, subject and labels that identify. */
  readonly fingerprint: string;
  readonly rule: string;
  readonly tenant: string;
  readonly sourceKey: SourceKey;
  readonly kind: SourceKind;
  readonly subject: string;
  readonly state: 'pending' | 'firing' | 'resolved';
  readonly severity: Severity;
  /** `alertname, severity, tenant, source, subject` and the rule's own. */
  readonly labels: Labels;
  readonly summary: string;
  readonly description: string;
  readonly runbook: string;
  /** When the condition began to hold. */
  readonly startsAt: Instant;
  /** When it began to fire (`startsAt` plus the rule's `for`). */
  readonly firingAt?: Instant;
  readonly endsAt?: Instant;
  /** Since when `clear` has held, while `keep` still holds it open. */
  readonly clearSince?: Instant;
  /** The fact that the decision was made on. */
  readonly values: JsonObject;
  /** Why, with the values: `active, classification incident, status serviceDegradation → major`. */
  readonly because: string;
  /** It held already when its source was first polled: nobody is paged for it. */
  readonly baseline: boolean;
  /** An edge rule (`once: true`): announced, never open. */
  readonly once: boolean;
}

export type TransitionKind =
  'pending' | 'dropped' | 'firing' | 'worsened' | 'eased' | 'updated' | 'resolved' | 'once';

/** One step in an alert's life, and why. */
export interface Transition {
  readonly kind: TransitionKind;
  readonly alert: Alert;
  readonly before?: Alert;
  readonly at: Instant;
  readonly reason: string;
}

/** One time that an alert fired, as the record keeps it after it is over. */
export interface Firing {
  readonly fingerprint: string;
  readonly rule: string;
  readonly tenant: string;
  readonly subject: string;
  /** The worst it had. */
  readonly severity: Severity;
  readonly labels: Labels;
  readonly firedAt: Instant;
  /** Undefined while it fires. */
  readonly endedAt?: Instant;
  /** Of an edge rule: it announced something and was over at once. */
  readonly once: boolean;
  /** It held when its source was first polled: nobody was told. */
  readonly baseline: boolean;
  /** The incident that it went into, as long as that is on record. */
  readonly incident?: number;
}
