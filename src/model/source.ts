import type { Json, JsonObject } from './json.js';
import type { Instant } from './time.js';

/** What is polled. `tocsin` is the product watching itself. */
export const SOURCE_KINDS = [
  'service-health',
  'message-center',
  'direct-routing',
  'cqd',
  'partner-insights',
  'tocsin',
] as const;

export type SourceKind = (typeof SOURCE_KINDS)[number];

/** `<tenant>/<kind>` or `<tenant>/<kind>/<name>`: stable over restarts, and the subject `source:<key>` of its own health. */
export type SourceKey = string;

/** A subject's state at one instant. `values` are flat where they can be: rules read them as `now.<name>`. */
export interface Fact {
  /** `service:Exchange`, `issue:EX123456`, `source:contoso/service-health` … */
  readonly subject: string;
  readonly kind: SourceKind;
  readonly values: JsonObject;
}

/** A fact as the record has it. */
export interface SubjectRow extends Fact {
  readonly source: SourceKey;
  readonly tenant: string;
  /** Since when the fact has been as it is. */
  readonly since: Instant;
  readonly seenAt: Instant;
}

/** One poll's answer, in our words. */
export interface Observation {
  readonly kind: SourceKind;
  readonly at: Instant;
  /** `full`: a subject that is absent is gone. `partial`: absence says nothing. */
  readonly coverage: 'full' | 'partial';
  readonly facts: readonly Fact[];
}

/** A subject's fact before and after. One of the two is always there. */
export interface Change {
  readonly subject: string;
  readonly kind: SourceKind;
  readonly at: Instant;
  readonly before?: Fact;
  readonly now?: Fact;
}

/** How a source is doing; its fact is `source:<key>` of kind `tocsin`. Instants are ISO strings, null when never. */
export interface SourceHealth {
  readonly state: 'ok' | 'throttled' | 'denied' | 'unreachable' | 'failing';
  /** Failed polls in a row. */
  readonly failures: number;
  /** Since when it has been in a state other than ok, and null while it is ok. */
  readonly blindSince: string | null;
  readonly lastGood: string | null;
  /** The fault's code (`api.denied`), HTTP status, words and advice of the last failure; empty strings while ok. */
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly advice: string;
  /** The beginning of an answer that could not be understood, from the first of the failures. */
  readonly detail?: string;
}

/** What a source keeps between polls: its cursor. Opaque to everyone else. */
export type SourceMemory = Json;
