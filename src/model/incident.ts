import type { Alert } from './alert.js';
import type { Labels } from './labels.js';
import type { Severity } from './severity.js';
import type { SourceKey } from './source.js';
import type { Instant } from './time.js';

export type IncidentState = 'open' | 'acknowledged' | 'resolved';

/** Who did it and from where. */
export interface Actor {
  /** A person's name, `microsoft`, or `tocsin` itself. */
  readonly name: string;
  readonly via: 'slack' | 'teams' | 'console' | 'cli' | 'email' | 'source' | 'engine';
}

/** The group of alerts that people handle. */
export interface Incident {
  /** Shown as `INC-<id>`. Negative in a turn that has not been committed: the store gives the number. */
  readonly id: number;
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly tenant: string;
  readonly title: string;
  readonly severity: Severity;
  /** The worst severity it ever had. */
  readonly peak: Severity;
  readonly state: IncidentState;
  readonly openedAt: Instant;
  readonly updatedAt: Instant;
  readonly acknowledgedAt?: Instant;
  readonly acknowledgedBy?: string;
  readonly resolvedAt?: Instant;
  readonly resolvedBy?: string;
  /** The incident's own copy of its alerts, newest state of each. */
  readonly alerts: readonly Alert[];
  /** The channels its routes chose, with the timing of each. */
  readonly destinations: readonly Destination[];
  /** Set while it is only part of the first poll's summary; cleared by the first change, which posts its card. */
  readonly baselineOf?: SourceKey;
  /** Raised by one with each change anybody could see. */
  readonly revision: number;
}

/** Where a route sends an incident, and how often. Durations in milliseconds, as in Alertmanager. */
export interface Destination {
  readonly channel: string;
  readonly groupWait: number;
  readonly groupInterval: number;
  readonly repeatInterval: number;
  readonly muteTimes: readonly string[];
  readonly activeTimes: readonly string[];
  /** The way through the tree of routes that led here, from the root; absent in what an older version wrote. */
  readonly via?: readonly RouteStep[];
}

/** One node on the way: `route`, `routes[0]`, and what it demanded of the alert's labels. */
export interface RouteStep {
  readonly node: string;
  readonly matchers: readonly string[];
}

export type TimelineKind =
  | 'opened'
  | 'alert-joined'
  | 'worsened'
  | 'eased'
  | 'changed'
  | 'post'
  | 'pir'
  | 'alert-resolved'
  | 'resolved'
  | 'reopened'
  | 'acknowledged'
  | 'unacknowledged'
  | 'silenced'
  | 'note'
  | 'told'
  | 'not-told';

/** One line of an incident's history. Lines with `thread` are told in the card's thread. */
export interface TimelineEntry {
  readonly incident: number;
  /** 1, 2, 3 … within the incident; 0 in a turn that has not been committed. */
  readonly seq: number;
  readonly at: Instant;
  readonly kind: TimelineKind;
  readonly actor: Actor;
  readonly text: string;
  readonly thread: boolean;
}

export function incidentName(id: number): string {
  return `INC-${id}`;
}

/** `INC-1042`, `inc-1042` or `1042` → 1042; undefined for anything else. */
export function parseIncidentName(text: string): number | undefined {
  const match = /^(?:inc-?)?(\d{1,12})$/i.exec(text.trim());
  return match === null ? undefined : Number(match[1]);
}
