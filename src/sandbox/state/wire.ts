import type { Instant } from '../../model/time.js';

/** One row of healthOverviews as Graph sends it. */
export interface GraphServiceHealth {
  readonly id: string;
  readonly service: string;
  readonly status: string;
}

export interface GraphPost {
  readonly createdDateTime: string;
  readonly postType: string | null;
  readonly description: { readonly contentType: string; readonly content: string };
}

/** A serviceHealthIssue as Graph sends it, the undocumented `highImpact` included. */
export interface GraphIssue {
  readonly id: string;
  readonly title: string;
  readonly startDateTime: string;
  readonly endDateTime: string | null;
  readonly lastModifiedDateTime: string;
  readonly classification: string;
  readonly origin: string;
  readonly status: string;
  readonly service: string;
  readonly feature: string | null;
  readonly featureGroup: string | null;
  readonly impactDescription: string;
  readonly isResolved: boolean;
  readonly highImpact: boolean | null;
  readonly details: readonly { readonly name: string; readonly value: string }[];
  readonly posts: readonly GraphPost[];
}

/** A serviceUpdateMessage as Graph sends it, the undocumented `expiryDateTime` included. */
export interface GraphMessage {
  readonly id: string;
  readonly title: string;
  readonly startDateTime: string;
  readonly endDateTime: string | null;
  readonly lastModifiedDateTime: string;
  readonly expiryDateTime: string | null;
  readonly category: string;
  readonly severity: string;
  readonly tags: readonly string[];
  readonly isMajorChange: boolean | null;
  readonly actionRequiredByDateTime: string | null;
  readonly services: readonly string[];
  readonly hasAttachments: boolean;
  readonly viewPoint: null;
  readonly details: readonly { readonly name: string; readonly value: string }[];
  readonly body: { readonly contentType: string; readonly content: string };
}

/** `2026-11-21T08:14:05.25Z`: like Graph, no more digits of the second than it needs. */
export function stamp(at: Instant): string {
  return new Date(at).toISOString().replace(/\.?0*Z$/, 'Z');
}

export type Casing = 'camel' | 'pascal';

const ENUMS = new Set([
  'status',
  'classification',
  'origin',
  'postType',
  'contentType',
  'category',
  'severity',
]);

/** The value with every enum member begun as asked: live answers are camelCase, documentation and SDKs print PascalCase. */
export function recase(value: unknown, casing: Casing): unknown {
  if (Array.isArray(value)) return value.map((item) => recase(item, casing));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      ENUMS.has(key) && typeof item === 'string' ? begin(item, casing) : recase(item, casing),
    ]),
  );
}

function begin(word: string, casing: Casing): string {
  const first = word.charAt(0);
  return (casing === 'pascal' ? first.toUpperCase() : first.toLowerCase()) + word.slice(1);
}
