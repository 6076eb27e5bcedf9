import type { Alert, Transition } from '../model/alert.js';
import { ENGINE, type Destination, type Incident } from '../model/incident.js';
import { LIFE_DEFAULTS } from '../model/life.js';
import { isWorse } from '../model/severity.js';
import { audiences, isShared, sameAudience } from '../model/sharing.js';
import { beginIn, joinIn, unresolvedFor } from './begin.js';
import {
  actorOf,
  count,
  holds,
  say,
  whisper,
  withAlert,
  type Draft,
  type Drafts,
  type FoldInput,
  type RoutedAlert,
} from './draft.js';
import { flapOf, isFlapping, noteEnd } from './flap.js';
import { endedWords, overWords } from './flap-words.js';
import { callAgain, severityIn, tellSeverity, tellWhole } from './grade.js';
import { alike, hasKin, oneForEach } from './shared.js';
import { closed, reopened } from './snooze.js';

/** An alert that fires has become worse, milder, different, or is over: the incidents that hold it follow. */
export function follow(drafts: Drafts, transition: Transition, input: FoldInput): void {
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
