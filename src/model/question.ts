import type { Duration, Instant } from './time.js';
import type { SourceKind } from './source.js';

/** A question that is put to an API at the moment somebody types it. */
export type Question =
  | { readonly about: 'services' }
  | { readonly about: 'issues' }
  | { readonly about: 'issue'; readonly id: string }
  | { readonly about: 'history'; readonly service?: string; readonly days: number }
  | { readonly about: 'messages'; readonly service?: string }
  | { readonly about: 'message'; readonly id: string }
  | { readonly about: 'calls'; readonly trunk?: string; readonly windowMs: Duration }
  | { readonly about: 'call'; readonly id: string }
  | { readonly about: 'trunks'; readonly windowMs: Duration }
  | { readonly about: 'cqd'; readonly site?: string }
  | { readonly about: 'reports' }
  | { readonly about: 'report'; readonly id: string }
  | { readonly about: 'queries' }
  | { readonly about: 'query-test'; readonly query?: string; readonly queryId?: string };

/** Which kind of source answers which question. */
export const ANSWERED_BY: Readonly<Record<Question['about'], SourceKind>> = {
  services: 'service-health',
  issues: 'service-health',
  issue: 'service-health',
  history: 'service-health',
  messages: 'message-center',
  message: 'message-center',
  calls: 'direct-routing',
  call: 'direct-routing',
  trunks: 'direct-routing',
  cqd: 'cqd',
  reports: 'partner-insights',
  report: 'partner-insights',
  queries: 'partner-insights',
  'query-test': 'partner-insights',
};

/** Something that a person has an API do. It is never repeated by itself: an unknown outcome is said, not retried. */
export type Order =
  | {
      readonly do: 'report-create';
      readonly name: string;
      readonly queryId: string;
      readonly everyHours?: number;
      readonly startAt?: Instant;
      readonly count?: number;
      readonly format?: 'csv' | 'tsv';
    }
  | {
      readonly do: 'report-run';
      readonly name: string;
      readonly queryId: string;
      readonly from?: Instant;
      readonly to?: Instant;
    }
  | { readonly do: 'report-pause' | 'report-resume' | 'report-delete'; readonly id: string }
  | { readonly do: 'query-create'; readonly name: string; readonly query: string };
