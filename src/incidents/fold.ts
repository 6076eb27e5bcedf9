import type { Alert, Transition } from '../model/alert.js';
import type { Actor, Destination, Incident, TimelineEntry, TimelineKind } from '../model/incident.js';
import type { Labels } from '../model/labels.js';
import { LIFE_DEFAULTS, type FlapSettings } from '../model/life.js';
import { compareSeverity, isWorse } from '../model/severity.js';
import type { Change, SourceKey } from '../model/source.js';
import type { Instant } from '../model/time.js';
import { describeChange } from './changes.js';
import { flapOf, isFlapping, noteEnd, noteFiring } from './flap.js';
import { beganWords, endedWords } from './flap-words.js';
import { settled } from './settle.js';
import { closed, reopened, wake } from './snooze.js';
import { passTime } from './tick.js';

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
  /** When an alert that comes and goes is flapping; the defaults when left out. */
  readonly flapping?: FlapSettings;
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
  /** Whether anything happened that a card has to show. */
  visible: boolean;
}

interface Desk {
  readonly drafts: Draft[];
  open(incident: Incident): Draft;
  close(): Folded;
}

function openDesk(input: FoldInput): Desk {
  // What time alone has done by now comes first, whether or not somebody has looked since.
  const drafts: Draft[] = input.incidents.map((original) => {
    const { incident, lines } = passTime(original, input.at);
    return { incident, original, lines: [...lines], visible: lines.length > 0 };
  });
  return {
    drafts,
    open(incident) {
      const draft: Draft = { incident, original: undefined, lines: [], visible: true };
      drafts.push(draft);
      return draft;
    },
    close() {
      const touched = drafts.filter((draft) => draft.lines.length > 0);
      return {
        incidents: touched.map(({ incident, original, visible }) =>
          settled(incident, original, input.at, visible),
        ),
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
  if (desk.drafts.some(({ incident }) => incident.alerts.some((known) => hasSeen(known, alert)))) return;
  if (draft !== undefined) {
    joinIn(draft, alert, routed.destinations, input);
    return;
  }
  const opened = desk.open(newIncident(desk, alert, routed, input));
  say(opened, at, 'opened', `${alert.severity}: ${alert.summary}`, actorOf(alert), false);
}

/** The same firing once more changes nothing, whether it goes on or has ended since. */
function hasSeen(known: Alert, alert: Alert): boolean {
  if (known.fingerprint !== alert.fingerprint || known.firingAt !== alert.firingAt) return false;
  return known.state === alert.state || known.endsAt !== undefined;
}

/** One more alert, or one that is back, in an incident that exists. */
function joinIn(draft: Draft, alert: Alert, destinations: readonly Destination[], input: FoldInput): void {
  const { at, flapping = LIFE_DEFAULTS.flapping } = input;
  const reopens = draft.incident.state === 'resolved';
  const noted = alert.once
    ? { incident: draft.incident, fired: 'steady' as const }
    : noteFiring(draft.incident, alert.fingerprint, at, flapping);
  draft.incident = withAlert(noted.incident, alert, destinations);
  if (reopens) {
    draft.incident = reopened(draft.incident);
    say(draft, at, 'reopened', `Again: ${alert.summary}`, ENGINE, true);
  } else if (noted.fired === 'steady')
    say(draft, at, 'alert-joined', `${alert.severity}: ${alert.summary}`, actorOf(alert), true);
  else whisper(draft, input, 'alert-joined', `Again: ${alert.summary}`, ENGINE);
  if (noted.fired === 'began')
    say(
      draft,
      at,
      'flapping',
      beganWords(alert, flapOf(draft.incident, alert.fingerprint), flapping),
      ENGINE,
      true,
    );
}

function follow(desk: Desk, transition: Transition, input: FoldInput): void {
  const { alert, kind } = transition;
  const draft =
    desk.drafts.find((other) => other.incident.state !== 'resolved' && holds(other, alert)) ??
    newestHolding(desk, alert);
  if (draft === undefined) return;
  if (kind === 'resolved') end(draft, transition, input);
  else if (kind === 'worsened') worsen(desk, draft, transition, input);
  else if (kind === 'eased') ease(draft, transition);
  else if (kind === 'updated') update(draft, transition, input);
}

function worsen(desk: Desk, draft: Draft, { alert, at, before: known }: Transition, input: FoldInput): void {
  const before = draft.incident;
  if (severityIn(before, alert) === alert.severity) return;
  // Resolved by hand, and its group has a new incident since: it belongs there now.
  const routed = input.route(alert);
  const group = before.state === 'resolved' ? unresolvedFor(desk, alert, routed.groupKey) : undefined;
  if (group !== undefined) {
    joinIn(group, alert, routed.destinations, input);
    return;
  }
  draft.incident = withAlert(before, alert, routed.destinations);
  say(
    draft,
    at,
    'worsened',
    `Severity raised from ${known?.severity ?? ''} to ${alert.severity}.`,
    ENGINE,
    true,
  );
  if (before.state === 'resolved') {
    draft.incident = reopened(draft.incident);
    say(draft, at, 'reopened', 'It got worse after it had been resolved by hand.', ENGINE, true);
  } else if (isWorse(alert.severity, before.severity)) callAgain(draft, at);
}

/** Whoever took something milder may not know: it makes a noise, and no snooze outlasts it. */
function callAgain(draft: Draft, at: Instant): void {
  if (draft.incident.snoozedUntil === undefined) {
    draft.incident = { ...draft.incident, wokeAt: at };
    return;
  }
  draft.incident = wake(draft.incident, at);
  say(draft, at, 'woke', 'It got worse while it was snoozed.', ENGINE, true);
}

function ease(draft: Draft, { alert, at, before }: Transition): void {
  const known = severityIn(draft.incident, alert);
  draft.incident = withAlert(draft.incident, alert, []);
  if (known === alert.severity) return;
  say(
    draft,
    at,
    'eased',
    `Severity lowered from ${before?.severity ?? ''} to ${alert.severity}.`,
    ENGINE,
    true,
  );
}

function update(draft: Draft, { alert, at, before }: Transition, input: FoldInput): void {
  const known = draft.incident.alerts.find((other) => other.fingerprint === alert.fingerprint);
  draft.incident = withAlert(draft.incident, alert, []);
  if (before?.summary === alert.summary || known?.summary === alert.summary || !describeNothing(alert))
    return;
  if (isFlapping(draft.incident, alert.fingerprint)) whisper(draft, input, 'changed', alert.summary, ENGINE);
  // Counts of calls move at every poll: the card shows the newest, its thread need not list them all.
  else say(draft, at, 'changed', alert.summary, ENGINE, alert.kind !== 'direct-routing');
}

function severityIn(incident: Incident, alert: Alert): Alert['severity'] | undefined {
  return incident.alerts.find((other) => other.fingerprint === alert.fingerprint)?.severity;
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

function end(draft: Draft, { alert, at, reason }: Transition, input: FoldInput): void {
  const { incident } = draft;
  const known = incident.alerts.find((other) => other.fingerprint === alert.fingerprint);
  const flap = flapOf(incident, alert.fingerprint);
  if (known?.state === 'resolved' || flap?.over !== undefined) return;
  if (flap?.since !== undefined && incident.state !== 'resolved') {
    // It will be back: the incident stays open, and keeps the alert as it was, until it has calmed down.
    draft.incident = noteEnd(incident, flap, { at, reason }, input.flapping ?? LIFE_DEFAULTS.flapping);
    whisper(draft, input, 'alert-resolved', endedWords(alert, reason), actorOf(alert));
    return;
  }
  draft.incident = withAlert(incident, alert, []);
  if (incident.state === 'resolved') return;
  if (draft.incident.alerts.some((other) => other.state === 'firing')) {
    say(draft, at, 'alert-resolved', `Over: ${alert.summary} (${reason})`, actorOf(alert), true);
    return;
  }
  draft.incident = closed(draft.incident, at, actorOf(alert).name);
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
      for (const line of lines) {
        const actor = line.by === 'microsoft' && change.kind !== 'tocsin' ? MICROSOFT : ENGINE;
        if (line.kind === 'changed' && onlyFlaps(draft.incident, change, input.source))
          whisper(draft, input, line.kind, line.text, actor);
        else say(draft, input.at, line.kind, line.text, actor, true);
      }
    }
  }
}

/** A state that comes and goes with its alert is no news. */
function onlyFlaps(incident: Incident, change: Change, source: SourceKey): boolean {
  return incident.alerts
    .filter((alert) => isAbout(alert, change, source))
    .every((alert) => isFlapping(incident, alert.fingerprint));
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

function newIncident(desk: Desk, alert: Alert, routed: RoutedAlert, input: FoldInput): Incident {
  const opened: Incident = {
    id: -(desk.drafts.filter((other) => other.original === undefined).length + 1),
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
  return alert.once
    ? opened
    : noteFiring(opened, alert.fingerprint, input.at, input.flapping ?? LIFE_DEFAULTS.flapping).incident;
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

function say(
  draft: Draft,
  at: Instant,
  kind: TimelineKind,
  text: string,
  actor: Actor,
  thread: boolean,
): void {
  draft.visible = true;
  draft.lines.push({ incident: draft.incident.id, seq: 0, at, kind, actor, text, thread });
}

/** A line for the record: the card follows it only when it has not been brought up to date for long. */
function whisper(draft: Draft, input: FoldInput, kind: TimelineKind, text: string, actor: Actor): void {
  const { at, flapping = LIFE_DEFAULTS.flapping } = input;
  const { visible } = draft;
  say(draft, at, kind, text, actor, false);
  draft.visible = visible || at - draft.incident.updatedAt >= flapping.showMs;
}

function actorOf(alert: Alert): Actor {
  return alert.kind === 'tocsin' || alert.kind === 'direct-routing' ? ENGINE : MICROSOFT;
}

function worstFirst(a: Transition, b: Transition): number {
  return compareSeverity(a.alert.severity, b.alert.severity);
}
