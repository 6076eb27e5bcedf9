import type { Alert, Transition } from '../model/alert.js';
import { ENGINE, type Destination, type Incident } from '../model/incident.js';
import { LIFE_DEFAULTS } from '../model/life.js';
import { compareSeverity, isWorse } from '../model/severity.js';
import { audiences, isShared, sameAudience, sameGroup } from '../model/sharing.js';
import {
  actorOf,
  count,
  holds,
  newest,
  openDrafts,
  say,
  whisper,
  type Draft,
  type Drafts,
  type Folded,
  type FoldInput,
  type RoutedAlert,
} from './draft.js';
import { flapOf, isFlapping, noteEnd, noteFiring } from './flap.js';
import { beganWords, endedWords, overWords } from './flap-words.js';
import { callAgain, severityIn, tellSeverity, tellWhole } from './grade.js';
import { alike, hasKin, oneForEach } from './shared.js';
import { closed, reopened } from './snooze.js';
import { tellChanges } from './tell-changes.js';

export type { Folded, FoldInput } from './draft.js';

/** Transitions and changes into incidents: each visible step is one line of a timeline and one revision at most. */
export function fold(input: FoldInput): Folded {
  const drafts = openDrafts(input);
  // What became different is told before what follows from it: "Status: … → Service restored", then "Resolved".
  tellChanges(drafts, input);
  for (const transition of [...input.transitions].sort(worstFirst)) take(drafts, transition, input);
  return drafts.close();
}

function take(drafts: Drafts, transition: Transition, input: FoldInput): void {
  const { kind } = transition;
  if (kind === 'pending' || kind === 'dropped') return;
  if (kind === 'firing' || kind === 'once') begin(drafts, transition, input);
  else follow(drafts, transition, input);
}

function begin(drafts: Drafts, transition: Transition, input: FoldInput): void {
  const routed = input.route(transition.alert);
  if (!isShared(routed)) {
    beginIn(drafts, transition, routed, input);
    return;
  }
  // Customers must not see each other: each audience has an incident of its own.
  for (const destinations of audiences(routed.destinations))
    beginIn(drafts, transition, { ...routed, destinations }, input);
}

function beginIn(drafts: Drafts, { alert, at }: Transition, routed: RoutedAlert, input: FoldInput): void {
  const holding = drafts.all.filter(
    ({ incident }) => holds(incident, alert) && (!isShared(incident) || sameAudience(incident, routed)),
  );
  if (holding.some(({ incident }) => incident.alerts.some((known) => hasSeen(known, alert)))) return;
  const draft = unresolvedFor(drafts, holding, routed) ?? reopenable(holding, alert, input);
  if (draft !== undefined) {
    joinIn(draft, alert, routed.destinations, input);
    return;
  }
  const opened = drafts.open(newIncident(drafts, alert, routed, input));
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
  const before = draft.incident;
  const kin = hasKin(before, alert);
  const reopens = draft.incident.state === 'resolved';
  const noted = alert.once
    ? { incident: draft.incident, fired: 'steady' as const }
    : noteFiring(draft.incident, alert.fingerprint, at, flapping);
  draft.incident = withAlert(noted.incident, alert, destinations);
  if (reopens) {
    draft.incident = reopened(draft.incident);
    say(draft, at, 'reopened', `Again: ${alert.summary}`, ENGINE, true);
  } else if (noted.fired !== 'steady')
    whisper(draft, input, 'alert-joined', `Again: ${alert.summary}`, ENGINE);
  else if (kin) count(draft, at, 'alert-joined', `${alert.tenant} is affected too.`, actorOf(alert));
  else if (!alert.baseline || before.baselineOf === undefined)
    say(draft, at, 'alert-joined', `${alert.severity}: ${alert.summary}`, actorOf(alert), true);
  else count(draft, at, 'alert-joined', `${alert.severity}: ${alert.summary}`, actorOf(alert));
  if (!reopens && kin) tellWhole(draft, before, at);
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

function follow(drafts: Drafts, transition: Transition, input: FoldInput): void {
  const { alert, kind } = transition;
  const holding = oneForEach(drafts.all.filter(({ incident }) => holds(incident, alert)));
  for (const draft of holding) {
    if (kind === 'resolved') end(draft, transition, input);
    else if (kind === 'worsened') worsen(drafts, draft, transition, input);
    else if (kind === 'eased') ease(draft, transition);
    else if (kind === 'updated') update(draft, transition, input);
  }
  if (kind === 'worsened' && holding.length > 0) spread(drafts, transition, holding, input);
}

/** What got worse may concern somebody whose channels it did not reach before. */
function spread(drafts: Drafts, transition: Transition, holding: readonly Draft[], input: FoldInput): void {
  const routed = input.route(transition.alert);
  if (!isShared(routed)) return;
  for (const destinations of audiences(routed.destinations))
    if (!holding.some(({ incident }) => sameAudience(incident, { destinations })))
      beginIn(drafts, transition, { ...routed, destinations }, input);
}

function worsen(drafts: Drafts, draft: Draft, { alert, at }: Transition, input: FoldInput): void {
  const before = draft.incident;
  if (severityIn(before, alert) === alert.severity) return;
  const routed = input.route(alert);
  const destinations = destinationsFor(before, routed);
  // Resolved by hand, and its group has a new incident since: it belongs there now.
  const group =
    before.state === 'resolved' ? unresolvedFor(drafts, [], { ...routed, destinations }) : undefined;
  if (group !== undefined) {
    joinIn(group, alert, destinations, input);
    return;
  }
  draft.incident = withAlert(before, alert, destinations);
  tellSeverity(draft, before, at, alert);
  if (before.state === 'resolved') {
    draft.incident = reopened(draft.incident);
    say(draft, at, 'reopened', 'It got worse after it had been resolved by hand.', ENGINE, true);
  } else if (isWorse(alert.severity, before.severity)) callAgain(draft, at);
}

function ease(draft: Draft, { alert, at }: Transition): void {
  const before = draft.incident;
  const known = severityIn(before, alert);
  draft.incident = withAlert(before, alert, []);
  if (known !== undefined && known !== alert.severity) tellSeverity(draft, before, at, alert);
}

/** Of those that the routes choose the ones for its own audience. */
function destinationsFor(incident: Incident, routed: RoutedAlert): readonly Destination[] {
  if (!isShared(incident)) return routed.destinations;
  return (
    audiences(routed.destinations).find((destinations) => sameAudience(incident, { destinations })) ?? []
  );
}

function update(draft: Draft, { alert, at, before }: Transition, input: FoldInput): void {
  const known = draft.incident.alerts.find((other) => other.fingerprint === alert.fingerprint);
  draft.incident = alike(withAlert(draft.incident, alert, []), alert);
  if (before?.summary === alert.summary || known?.summary === alert.summary || hasOwnWords(alert)) return;
  if (isFlapping(draft.incident, alert.fingerprint)) whisper(draft, input, 'changed', alert.summary, ENGINE);
  // Counts of calls move at every poll: the card shows the newest, its thread need not list them all.
  else say(draft, at, 'changed', alert.summary, ENGINE, alert.kind !== 'direct-routing');
}

const TOLD_BY_CHANGE = new Set(['issue', 'service', 'message', 'cqd', 'source']);

/** Facts whose changes have words of their own (describeChange) need no second line for a changed summary. */
function hasOwnWords({ values }: Alert): boolean {
  return typeof values['type'] === 'string' && TOLD_BY_CHANGE.has(values['type']);
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
  if (hasKin(draft.incident, alert)) {
    count(draft, at, 'alert-resolved', `Over for ${alert.tenant}.`, actorOf(alert));
    tellWhole(draft, incident, at);
    return;
  }
  if (draft.incident.alerts.some((other) => other.state === 'firing')) {
    say(draft, at, 'alert-resolved', overWords('Over', alert, reason), actorOf(alert), true);
    return;
  }
  draft.incident = closed(draft.incident, at, actorOf(alert).name);
  say(draft, at, 'resolved', `Resolved: ${alert.summary}`, actorOf(alert), true);
}

function unresolvedFor(drafts: Drafts, holding: readonly Draft[], routed: RoutedAlert): Draft | undefined {
  return drafts.all.find(
    (draft) =>
      draft.incident.state !== 'resolved' && (sameGroup(draft.incident, routed) || holding.includes(draft)),
  );
}

function reopenable(holding: readonly Draft[], alert: Alert, input: FoldInput): Draft | undefined {
  const [draft] = newest(holding);
  if (draft?.incident.resolvedAt === undefined || alert.once) return undefined;
  return input.at - draft.incident.resolvedAt <= input.reopenWithinMs ? draft : undefined;
}

function newIncident(drafts: Drafts, alert: Alert, routed: RoutedAlert, input: FoldInput): Incident {
  const opened: Incident = {
    id: -(drafts.all.filter((other) => other.original === undefined).length + 1),
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

function worstFirst(a: Transition, b: Transition): number {
  return compareSeverity(a.alert.severity, b.alert.severity);
}
