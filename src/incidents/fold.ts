import type { Alert, Transition } from '../model/alert.js';
import type { Actor, Destination, Incident, TimelineEntry, TimelineKind } from '../model/incident.js';
import type { Labels } from '../model/labels.js';
import { compareSeverity, worst } from '../model/severity.js';
import type { Change, SourceKey } from '../model/source.js';
import type { Instant } from '../model/time.js';
import { describeChange } from './changes.js';

/** Where an alert goes and with what it is grouped: the answer of notify/route, handed in. */
export interface RoutedAlert {
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly destinations: readonly Destination[];
}

export interface FoldInput {
  readonly at: Instant;
  readonly source: SourceKey;
  readonly transitions: readonly Transition[];
  readonly changes: readonly Change[];
  /** What the store says these may touch: unresolved ones, and the newest resolved one of a subject. */
  readonly incidents: readonly Incident[];
  readonly route: (alert: Alert) => RoutedAlert;
  /** An alert that fires again within this time of the resolution reopens the same incident. */
  readonly reopenWithinMs: number;
}

export interface Folded {
  /** New ones (negative id) and changed ones, each with its revision raised once. */
  readonly incidents: readonly Incident[];
  readonly timeline: readonly TimelineEntry[];
}

const ENGINE: Actor = { name: 'tocsin', via: 'engine' };
const MICROSOFT: Actor = { name: 'microsoft', via: 'source' };

/** Transitions and changes into incidents: each visible step is one line of a timeline and one revision at most. */
export function fold(input: FoldInput): Folded {
  const desk = openDesk(input);
  // What became different is told before what follows from it: "Status: … → Service restored", then "Resolved".
  tellChanges(desk, input);
  for (const transition of [...input.transitions].sort(worstFirst)) take(desk, transition, input);
  return desk.close();
}

interface Draft {
  incident: Incident;
  readonly original: Incident | undefined;
  readonly lines: TimelineEntry[];
}

interface Desk {
  readonly drafts: Draft[];
  open(incident: Incident): Draft;
  close(): Folded;
}

function openDesk(input: FoldInput): Desk {
  const drafts: Draft[] = input.incidents.map((incident) => ({ incident, original: incident, lines: [] }));
  return {
    drafts,
    open(incident) {
      const draft: Draft = { incident, original: undefined, lines: [] };
      drafts.push(draft);
      return draft;
    },
    close() {
      const touched = drafts.filter((draft) => draft.lines.length > 0);
      return {
        incidents: touched.map((draft) => settle(draft, input.at)),
        timeline: touched.flatMap((draft) => draft.lines),
      };
    },
  };
}

function take(desk: Desk, transition: Transition, input: FoldInput): void {
  const { kind } = transition;
  if (kind === 'pending' || kind === 'dropped') return;
  if (kind === 'firing' || kind === 'once') begin(desk, transition, input);
  else follow(desk, transition, input);
}

function begin(desk: Desk, transition: Transition, input: FoldInput): void {
  const { alert, at } = transition;
  const routed = input.route(alert);
  const draft = unresolvedFor(desk, alert, routed.groupKey) ?? reopenable(desk, alert, input);
  if (draft === undefined) {
    const opened = desk.open(
      newIncident(
        -(desk.drafts.filter((other) => other.original === undefined).length + 1),
        alert,
        routed,
        input,
      ),
    );
    say(opened, at, 'opened', `${alert.severity}: ${alert.summary}`, actorOf(alert), false);
    return;
  }
  if (draft.incident.state === 'resolved') {
    const {
      resolvedAt: _at,
      resolvedBy: _by,
      acknowledgedAt: _ackAt,
      acknowledgedBy: _ackBy,
      ...rest
    } = draft.incident;
    draft.incident = { ...rest, state: 'open' };
    say(draft, at, 'reopened', `Again: ${alert.summary}`, ENGINE, true);
  } else say(draft, at, 'alert-joined', `${alert.severity}: ${alert.summary}`, actorOf(alert), true);
  draft.incident = withAlert(draft.incident, alert, routed.destinations);
}

function follow(desk: Desk, transition: Transition, input: FoldInput): void {
  const { alert, at, kind } = transition;
  const draft =
    desk.drafts.find((other) => other.incident.state !== 'resolved' && holds(other, alert)) ??
    newestHolding(desk, alert);
  if (draft === undefined) return;
  const before = draft.incident;
  const routed = kind === 'worsened' ? input.route(alert).destinations : [];
  draft.incident = withAlert(before, alert, routed);
  if (kind === 'worsened')
    say(
      draft,
      at,
      'worsened',
      `Severity raised from ${transition.before?.severity ?? ''} to ${alert.severity}.`,
      ENGINE,
      true,
    );
  if (kind === 'eased')
    say(
      draft,
      at,
      'eased',
      `Severity lowered from ${transition.before?.severity ?? ''} to ${alert.severity}.`,
      ENGINE,
      true,
    );
  if (kind === 'updated' && transition.before?.summary !== alert.summary && describeNothing(alert))
    say(draft, at, 'changed', alert.summary, ENGINE, true);
  if (kind === 'resolved' && before.state !== 'resolved') resolveAlert(draft, transition);
  if (kind === 'worsened' && before.state === 'resolved') {
    const { resolvedAt: _at, resolvedBy: _by, ...rest } = draft.incident;
    draft.incident = { ...rest, state: 'open' };
    say(draft, at, 'reopened', 'It got worse after it had been resolved by hand.', ENGINE, true);
  }
}

/** Facts whose changes have words of their own (describeChange) need no second line for a changed summary. */
function describeNothing(alert: Alert): boolean {
  return (
    alert.values['type'] !== 'issue' &&
    alert.values['type'] !== 'service' &&
    alert.values['type'] !== 'message' &&
    alert.values['type'] !== 'cqd' &&
    alert.values['type'] !== 'source'
  );
}

function resolveAlert(draft: Draft, { alert, at, reason }: Transition): void {
  const still = draft.incident.alerts.filter((other) => other.state === 'firing');
  if (still.length > 0) {
    say(draft, at, 'alert-resolved', `Over: ${alert.summary} (${reason})`, actorOf(alert), true);
    return;
  }
  draft.incident = { ...draft.incident, state: 'resolved', resolvedAt: at, resolvedBy: actorOf(alert).name };
  say(draft, at, 'resolved', `Resolved: ${alert.summary}`, actorOf(alert), true);
}

/** The words of a change go into the unresolved incidents of its subject, or else into the newest resolved one. */
function tellChanges(desk: Desk, input: FoldInput): void {
  for (const change of input.changes) {
    const lines = describeChange(change);
    if (lines.length === 0) continue;
    const about = desk.drafts.filter((draft) =>
      draft.incident.alerts.some((alert) => isAbout(alert, change, input.source)),
    );
    const open = about.filter((draft) => draft.incident.state !== 'resolved');
    for (const draft of open.length > 0 ? open : newest(about)) {
      draft.incident = {
        ...draft.incident,
        alerts: draft.incident.alerts.map((alert) => refreshed(alert, change, input.source)),
      };
      for (const line of lines)
        say(
          draft,
          input.at,
          line.kind,
          line.text,
          line.by === 'microsoft' && change.kind !== 'tocsin' ? MICROSOFT : ENGINE,
          true,
        );
    }
  }
}

function isAbout(alert: Alert, change: Change, source: SourceKey): boolean {
  return alert.subject === change.subject && alert.sourceKey === source;
}

function refreshed(alert: Alert, change: Change, source: SourceKey): Alert {
  return isAbout(alert, change, source) && change.now !== undefined
    ? { ...alert, values: change.now.values }
    : alert;
}

function newest(drafts: readonly Draft[]): Draft[] {
  const [first] = [...drafts].sort((a, b) => b.incident.openedAt - a.incident.openedAt);
  return first === undefined ? [] : [first];
}

function newestHolding(desk: Desk, alert: Alert): Draft | undefined {
  return newest(desk.drafts.filter((draft) => holds(draft, alert)))[0];
}

function unresolvedFor(desk: Desk, alert: Alert, groupKey: string): Draft | undefined {
  return desk.drafts.find(
    (draft) =>
      draft.incident.state !== 'resolved' && (draft.incident.groupKey === groupKey || holds(draft, alert)),
  );
}

function reopenable(desk: Desk, alert: Alert, input: FoldInput): Draft | undefined {
  const draft = newestHolding(desk, alert);
  if (draft?.incident.resolvedAt === undefined || alert.once) return undefined;
  return input.at - draft.incident.resolvedAt <= input.reopenWithinMs ? draft : undefined;
}

function holds(draft: Draft, alert: Alert): boolean {
  return draft.incident.alerts.some((other) => other.fingerprint === alert.fingerprint);
}

function newIncident(id: number, alert: Alert, routed: RoutedAlert, input: FoldInput): Incident {
  return {
    id,
    groupKey: routed.groupKey,
    groupLabels: routed.groupLabels,
    tenant: alert.tenant,
    title: alert.summary,
    severity: alert.severity,
    peak: alert.severity,
    state: alert.once ? 'resolved' : 'open',
    openedAt: input.at,
    updatedAt: input.at,
    alerts: [alert],
    destinations: routed.destinations,
    revision: 0,
    ...(alert.once ? { resolvedAt: input.at, resolvedBy: 'tocsin' } : {}),
    ...(alert.baseline ? { baselineOf: input.source } : {}),
  };
}

function withAlert(incident: Incident, alert: Alert, destinations: readonly Destination[]): Incident {
  const there = incident.alerts.some((other) => other.fingerprint === alert.fingerprint);
  const names = new Set(incident.destinations.map((destination) => destination.channel));
  return {
    ...incident,
    alerts: there
      ? incident.alerts.map((other) => (other.fingerprint === alert.fingerprint ? alert : other))
      : [...incident.alerts, alert],
    destinations: [
      ...incident.destinations,
      ...destinations.filter((destination) => !names.has(destination.channel)),
    ],
  };
}

/** Severity and title follow the firing alerts; when none fires any more they stay as they were. */
function settle({ incident, original }: Draft, at: Instant): Incident {
  const firing = incident.alerts
    .filter((alert) => alert.state === 'firing')
    .sort((a, b) => compareSeverity(a.severity, b.severity));
  const severity = firing[0]?.severity ?? incident.severity;
  const lead = firing[0] ?? incident.alerts.at(-1);
  const settled: Incident = {
    ...incident,
    severity,
    peak: worst([incident.peak, severity]) ?? severity,
    title: lead?.summary ?? incident.title,
    updatedAt: at,
    revision: incident.revision + 1,
  };
  // The first change of something that was already open at the first poll gives it a card of its own.
  if (original?.baselineOf === undefined || settled.state === 'resolved') return settled;
  const { baselineOf: _, ...rest } = settled;
  return rest;
}

function say(
  draft: Draft,
  at: Instant,
  kind: TimelineKind,
  text: string,
  actor: Actor,
  thread: boolean,
): void {
  draft.lines.push({ incident: draft.incident.id, seq: 0, at, kind, actor, text, thread });
}

function actorOf(alert: Alert): Actor {
  return alert.kind === 'tocsin' ? ENGINE : MICROSOFT;
}

function worstFirst(a: Transition, b: Transition): number {
  return compareSeverity(a.alert.severity, b.alert.severity);
}
