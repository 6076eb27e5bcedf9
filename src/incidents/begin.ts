import type { Alert, Transition } from '../model/alert.js';
import { ENGINE, type Destination, type Incident } from '../model/incident.js';
import { LIFE_DEFAULTS } from '../model/life.js';
import { audiences, isShared, sameAudience, sameGroup } from '../model/sharing.js';
import {
  actorOf,
  count,
  holds,
  newest,
  say,
  whisper,
  withAlert,
  type Draft,
  type Drafts,
  type FoldInput,
  type RoutedAlert,
} from './draft.js';
import { flapOf, noteFiring } from './flap.js';
import { beganWords } from './flap-words.js';
import { tellWhole } from './grade.js';
import { hasKin } from './shared.js';
import { reopened } from './snooze.js';

/** An alert has begun to fire: it opens an incident for each audience, or joins the one that its group or itself has. */
export function begin(drafts: Drafts, transition: Transition, input: FoldInput): void {
  const routed = input.route(transition.alert);
  if (!isShared(routed)) {
    beginIn(drafts, transition, routed, input);
    return;
  }
  // Customers must not see each other: each audience has an incident of its own.
  for (const destinations of audiences(routed.destinations))
    beginIn(drafts, transition, { ...routed, destinations }, input);
}

/** The same for the channels of one audience. */
export function beginIn(
  drafts: Drafts,
  { alert, at }: Transition,
  routed: RoutedAlert,
  input: FoldInput,
): void {
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
export function joinIn(
  draft: Draft,
  alert: Alert,
  destinations: readonly Destination[],
  input: FoldInput,
): void {
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

/** The incident that an alert of this group goes into, or that holds it already. */
export function unresolvedFor(
  drafts: Drafts,
  holding: readonly Draft[],
  routed: RoutedAlert,
): Draft | undefined {
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
