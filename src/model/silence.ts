import type { Actor } from './incident.js';
import type { Labels } from './labels.js';
import type { Instant } from './time.js';

/** Alertmanager's matcher: `name="value"`, `!=`, `=~`, `!~`; expressions are anchored RE2. */
export interface Matcher {
  readonly name: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

export interface Silence {
  readonly id: number;
  readonly matchers: readonly Matcher[];
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly author: Actor;
  readonly comment: string;
}

/** An alert that matches `target` is muted while another that matches `source` fires with the same `equal` labels. */
export interface Inhibition {
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  readonly equal: readonly string[];
}

/** A named set of weekly time ranges in a zone. */
export interface MuteTime {
  readonly name: string;
  readonly timeZone: string;
  readonly times: readonly { readonly days: readonly number[]; readonly from: number; readonly to: number }[];
}

export type MatchLabels = (matchers: readonly Matcher[], labels: Labels) => boolean;
