import type { Instant } from './time.js';

/** What a tenant's own calls say beside an incident, and what Microsoft says beside its calls. */
export interface Insight {
  /** Of each tenant of the incident that has a call log; newest figures of each. */
  readonly calls: readonly CallsInsight[];
  /** Microsoft's issues on Teams and Skype for Business that lie beside failing calls in time; those about calls first. */
  readonly issues: readonly IssueInsight[];
  /** Bursts of failures on Microsoft's side, seen before Microsoft said anything. */
  readonly early: readonly EarlyInsight[];
  /** Microsoft's issues are watched: that none is here means that there is none. */
  readonly listed: boolean;
}

/** What became of a tenant's calls; `other`: they fail, and not on Microsoft's side. */
export type CallsEffect = 'no-calls' | 'none' | 'other' | 'some' | 'heavy';

export interface CallsInsight {
  readonly tenant: string;
  /** The calls that began in this time. */
  readonly from: Instant;
  readonly to: Instant;
  readonly attempts: number;
  readonly failed: number;
  /** 0..1; 1 without calls. */
  readonly ner: number;
  /** Failed on Microsoft's side. */
  readonly microsoft: number;
  readonly effect: CallsEffect;
  /** Whose the failures are, in words, most first; empty without any. */
  readonly shares: readonly { readonly owner: string; readonly share: number }[];
  /** Up to three codes of most failures. */
  readonly codes: readonly { readonly code: string; readonly count: number; readonly meaning: string }[];
  /** Up to five trunks with most failures. */
  readonly trunks: readonly { readonly trunk: string; readonly failed: number; readonly attempts: number }[];
}

export interface IssueInsight {
  readonly id: string;
  readonly title: string;
  /** The tenants of the incident to which Microsoft lists it. */
  readonly tenants: readonly string[];
  readonly startedAt: Instant;
  /** When Microsoft first said so; when we saw it where there is no post. */
  readonly postedAt: Instant;
  readonly endedAt?: Instant;
  /** It is about calls, and not only about something else in Teams. */
  readonly calling: boolean;
}

export interface EarlyInsight {
  readonly tenant: string;
  /** When Tocsin saw the burst. */
  readonly seenAt: Instant;
  /** The incident of the burst, seen from that of the issue. */
  readonly incident?: number;
  /** Once Microsoft posted it. */
  readonly issue?: string;
  readonly postedAt?: Instant;
}

/** How much earlier than Microsoft, in milliseconds; undefined while nothing is posted. */
export function leadOf({ seenAt, postedAt }: EarlyInsight): number | undefined {
  return postedAt === undefined ? undefined : postedAt - seenAt;
}
