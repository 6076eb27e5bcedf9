import type { Alert } from './alert.js';
import type { Insight } from './insight.js';
import type { Labels } from './labels.js';
import type { Severity } from './severity.js';
import type { SourceKey } from './source.js';
import type { Instant } from './time.js';

/** As whose documents drafts of postmortems are kept. */
export const POSTMORTEMS: SourceKey = 'tocsin/postmortem';

export type IncidentState = 'open' | 'acknowledged' | 'resolved';

/** Who did it and from where. */
export interface Actor {
  /** A person's name, `microsoft`, or `tocsin` itself. */
  readonly name: string;
  readonly via: 'slack' | 'teams' | 'console' | 'cli' | 'email' | 'source' | 'engine';
}

const PLACES: Readonly<Partial<Record<Actor['via'], string>>> = {
  slack: 'Slack',
  teams: 'Teams',
  console: 'console',
  cli: 'command line',
  email: 'e-mail',
};

/** Those who are no person. */
export const ENGINE: Actor = { name: 'tocsin', via: 'engine' };
export const MICROSOFT: Actor = { name: 'microsoft', via: 'source' };

/** `alice, Slack`; no place for what no person did. */
export function whoAndWhere({ name, via }: Actor): string {
  const place = PLACES[via];
  return place === undefined || place === name ? name : `${name}, ${place}`;
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
  /** Only while acknowledged: whoever has it wants to hear no more of it until then. */
  readonly snoozedUntil?: Instant;
  /** When it last called again, its snooze being over or it having become worse: that makes a noise. Until somebody takes it. */
  readonly wokeAt?: Instant;
  /** The incident's own copy of its alerts, newest state of each. */
  readonly alerts: readonly Alert[];
  /** The channels its routes chose, with the timing of each. */
  readonly destinations: readonly Destination[];
  /** Set while it is only part of the first poll's summary; cleared by the first change, which posts its card. */
  readonly baselineOf?: SourceKey;
  /** Raised by one with each change. */
  readonly revision: number;
  /** The newest revision that a card has to show, where it is not the newest: a flapping alert is not worth an edit each time. */
  readonly shown?: number;
  /** What the tenants' calls say beside it, or Microsoft beside their calls. */
  readonly insight?: Insight;
  /** How often each of its alerts has fired of late. */
  readonly flaps?: readonly Flap[];
}

/** The comings and goings of one alert of an incident. */
export interface Flap {
  readonly fingerprint: string;
  /** When it last began to fire, oldest first: as many as it takes to call it flapping. */
  readonly fired: readonly Instant[];
  /** Since when it flaps: the first of the firings that made it so. Meanwhile the incident keeps it as firing. */
  readonly since?: Instant;
  /** How often it has fired since then. */
  readonly count: number;
  /** When it will have calmed down, should nothing change until then. */
  readonly calmAt: Instant;
  /** The end that the incident does not show yet, while it flaps. */
  readonly over?: { readonly at: Instant; readonly reason: string };
}

/** Where a route sends an incident, and how often. Durations in milliseconds, as in Alertmanager. */
export interface Destination {
  readonly channel: string;
  /** What the route names to be told in its place; absent: what the channel itself names. */
  readonly fallback?: string;
  readonly groupWait: number;
  readonly groupInterval: number;
  readonly repeatInterval: number;
  readonly muteTimes: readonly string[];
  readonly activeTimes: readonly string[];
  /** The way through the tree of routes that led here, from the root; absent in what an older version wrote. */
  readonly via?: readonly RouteStep[];
  /**
   * The tenants that its routes let in, of a group that several tenants may share; absent: any. What goes to channels of other
   * tenants is another incident.
   */
  readonly tenants?: readonly string[];
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
  | 'snoozed'
  | 'woke'
  | 'silenced'
  | 'unsilenced'
  | 'flapping'
  | 'calm'
  | 'note'
  | 'fallback'
  | 'called'
  | 'not-called'
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

/** The revision that a card has to show. */
export function shownRevision({ revision, shown }: Incident): number {
  return shown ?? revision;
}

/** The alerts of it that flap now. */
export function flapping({ flaps = [] }: Incident): readonly Flap[] {
  return flaps.filter((flap) => flap.since !== undefined);
}

/** When time alone will change it: its snooze ends, or what flaps has calmed down. */
export function nextStepAt(incident: Incident): Instant | undefined {
  if (incident.state === 'resolved') return undefined;
  const steps = flapping(incident).map((flap) => flap.calmAt);
  if (incident.state === 'acknowledged' && incident.snoozedUntil !== undefined)
    steps.push(incident.snoozedUntil);
  return steps.length === 0 ? undefined : Math.min(...steps);
}

export function incidentName(id: number): string {
  return `INC-${id}`;
}

/** `INC-1042`, `inc-1042` or `1042` → 1042; undefined for anything else. */
export function parseIncidentName(text: string): number | undefined {
  const match = /^(?:inc-?)?(\d{1,12})$/i.exec(text.trim());
  return match === null ? undefined : Number(match[1]);
}

/** The order of lists: what somebody may have to do something about first, then the newest. */
export function unresolvedFirst(a: Incident, b: Incident): number {
  return (
    Number(a.state === 'resolved') - Number(b.state === 'resolved') || b.openedAt - a.openedAt || b.id - a.id
  );
}

/** `incident:1042`: what its card is about. */
export function incidentTopic(id: number): string {
  return `incident:${id}`;
}

/** `incident:1042` → 1042; undefined for a topic about something else. */
export function incidentOfTopic(topic: string): number | undefined {
  const match = /^incident:(-?\d+)$/.exec(topic);
  return match === null ? undefined : Number(match[1]);
}
