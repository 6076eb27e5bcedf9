import type { Alert } from '../model/alert.js';
import {
  flapping,
  incidentName,
  type Incident,
  type TimelineEntry,
  type TimelineKind,
} from '../model/incident.js';
import type { Json, JsonObject } from '../model/json.js';
import type { Inline } from '../model/rich.js';
import { MINUTE, type Instant } from '../model/time.js';
import { callFacts } from './calls-incident.js';
import { cqdFacts } from './cqd-facts.js';
import { splitSubject } from './incident-title.js';
import { beganAt, isAnnouncement, type IncidentView } from './incident-view.js';
import { insightFacts, isSaidBetter } from './insight.js';
import { messageFacts } from './message-facts.js';
import { bold, command, fact, factIf, link, say, time, timeFactIf, type CardFact } from './parts.js';
import { fetchFact, reportFacts } from './report-lines.js';
import { tenantFact } from './tenants-of.js';
import { instantOf, isTrue, knownOf, numberOf, textOf } from './values.js';
import { age, statusText } from './words.js';

/** The facts of an incident's card, in the order in which somebody who was just woken asks for them. */
export function incidentFacts(view: IncidentView, main: Alert | undefined): readonly CardFact[] {
  const { incident, now } = view;
  return [
    ...sinceFact(incident, main),
    ...(main === undefined ? [] : subjectFacts(main, view)).filter(
      ({ label }) => main?.kind !== 'direct-routing' || !isSaidBetter(incident, label),
    ),
    ...insightFacts(incident),
    tenantFact(incident),
    severityFact(incident, main),
    ...flappingFact(incident),
    ...handlerFact(incident),
    ...silencedFact(incident, view.silencedUntil, now),
    ...resolvedFact(incident, main),
  ];
}

/** When it began, and how much later we noticed; what went on before we began to watch could not be noticed. */
function sinceFact(incident: Incident, main: Alert | undefined): readonly CardFact[] {
  if (isAnnouncement(incident)) return [fact('At', time(incident.openedAt))];
  const began = beganAt(incident, main);
  const later = incident.openedAt - began;
  const watched = main?.baseline !== true && later >= 5 * MINUTE;
  const noticed: readonly Inline[] = watched ? [say(`, noticed ${age(later)} later`)] : [];
  return [fact('Since', time(began), ...noticed)];
}

const LONGEST_REASON = 80;

function severityFact(incident: Incident, main: Alert | undefined): CardFact {
  const peak = incident.peak === incident.severity ? '' : `, was ${incident.peak}`;
  const reason = main === undefined ? '' : severityReason(main);
  return fact('Severity', bold(incident.severity), say(`${peak}${reason === '' ? '' : ` (${reason})`}`));
}

/**
 * Of an issue what Microsoft calls it, and of a rule of one's own the values that it decided on: whoever wrote it knows their names.
 * What a shipped rule decided on stands in the other facts, in words; `explain` has the values.
 */
function severityReason({ rule, runbook, because, values, state }: Alert): string {
  if (rule === 'service-issue') return issueWords(values, state);
  if (runbook.replace(/\.md$/, '').endsWith(`/runbooks/${rule}`)) return '';
  const all = because.replace(/ → \w+$/, '');
  // A long list of figures says less than the facts above it.
  return all.length > LONGEST_REASON ? '' : all;
}

function issueWords(values: JsonObject, state: Alert['state']): string {
  const kind = knownOf(values, 'classification');
  if (kind !== 'incident' && kind !== 'advisory') return '';
  const interrupts = state !== 'resolved' && textOf(values, 'status') === 'serviceInterruption';
  return `an ${kind} of Microsoft’s${interrupts ? ' that interrupts the service' : ''}`;
}

/** How often the worst of them came and went, and why the card does not follow each time. */
function flappingFact(incident: Incident): readonly CardFact[] {
  const [worst] = [...flapping(incident)].sort((a, b) => b.count - a.count);
  if (worst?.since === undefined || incident.state === 'resolved') return [];
  return [
    fact(
      'Flapping',
      bold(`fired ${worst.count} times`),
      say(' since '),
      time(worst.since),
      say(', and open meanwhile'),
    ),
  ];
}

function handlerFact(incident: Incident): readonly CardFact[] {
  if (incident.acknowledgedBy === undefined || incident.state === 'open') return [];
  if (incident.snoozedUntil !== undefined)
    return [
      fact(
        'Snoozed',
        say('by '),
        bold(incident.acknowledgedBy),
        say(' until '),
        time(incident.snoozedUntil),
        say('; it comes back by itself if it still fires'),
      ),
    ];
  const since = incident.acknowledgedAt === undefined ? [] : [say(' since '), time(incident.acknowledgedAt)];
  const worse = incident.wokeAt === undefined ? [] : [say('; it got worse at '), time(incident.wokeAt)];
  return [fact('Acknowledged', say('by '), bold(incident.acknowledgedBy), ...since, ...worse)];
}

function silencedFact(incident: Incident, until: Instant | undefined, now: Instant): readonly CardFact[] {
  if (until === undefined || until <= now || incident.state === 'resolved') return [];
  return [fact('Silenced', say('until '), time(until))];
}

function resolvedFact(incident: Incident, main: Alert | undefined): readonly CardFact[] {
  if (incident.state !== 'resolved' || incident.resolvedAt === undefined || isAnnouncement(incident))
    return [];
  const by = incident.resolvedBy === undefined ? [] : [say(` by ${incident.resolvedBy}`)];
  const lasted = age(incident.resolvedAt - beganAt(incident, main));
  return [fact('Resolved', time(incident.resolvedAt), ...by, say(`, after ${lasted}`))];
}

/** What a card needs of an alert, or of a fact that has none. */
export type Seen = Pick<Alert, 'subject' | 'state' | 'values'>;

type Frame = Pick<IncidentView, 'now' | 'url'> & { readonly incident?: Incident };

/** The facts that each kind of subject has of its own. */
export function subjectFacts(alert: Seen, view: Frame): readonly CardFact[] {
  switch (splitSubject(alert.subject)[0]) {
    case 'issue':
      return issueFacts(alert, view);
    case 'service':
      return serviceFacts(alert);
    case 'message':
      return messageFacts(alert.values, view.now);
    case 'cqd':
      return cqdFacts(alert.values);
    case 'report':
      return [...reportFacts(alert.values), ...fetchFact(alert.values)];
    case 'trunk':
    case 'tenant':
      return callFacts(alert.values);
    case 'source':
      return sourceFacts(alert);
    case 'channel':
    case 'rule':
      return failureFacts(alert);
    // Who called whom is its whole text.
    case 'page':
      return [];
    default:
      return factIf('Subject', alert.subject);
  }
}

function issueFacts(alert: Seen, view: Frame): readonly CardFact[] {
  const { values } = alert;
  const status = statusWords(values);
  const feature = [...new Set([textOf(values, 'featureGroup'), textOf(values, 'feature')])];
  const origin = knownOf(values, 'origin');
  return [
    ...factIf(
      'Status',
      [status, knownOf(values, 'classification')].filter((part) => part !== undefined).join(', '),
    ),
    ...factIf('Affects', affects(textOf(values, 'service'), feature)),
    ...factIf('Origin', origin === undefined || origin === 'microsoft' ? undefined : originWords(origin)),
    ...nextUpdate(alert, view.now),
    ...timeFactIf('Ended', instantOf(values, 'endedAt')),
    ...reviewFact(values, view),
  ];
}

/** Microsoft's post-incident report: filed here, or only announced. */
function reviewFact(values: JsonObject, { incident, url }: Frame): readonly CardFact[] {
  if (!isTrue(values, 'pir')) return [];
  const name = textOf(values, 'reportName');
  if (name === undefined) return [fact('Review', say('Microsoft has published its post-incident report'))];
  const size = ` (${Math.max(1, Math.round((numberOf(values, 'reportBytes') ?? 0) / 1_024))} KB)`;
  const file =
    url === '' || incident === undefined
      ? say(name)
      : link(name, `${url}/incidents/${incidentName(incident.id)}/report`);
  return [fact('Review', say('Microsoft’s post-incident report: '), file, say(size))];
}

function statusWords(values: JsonObject): string | undefined {
  const status = textOf(values, 'status');
  return status === undefined ? undefined : statusText(status, textOf(values, 'statusText'));
}

function affects(service: string | undefined, features: readonly (string | undefined)[]): string | undefined {
  const named = features.filter((feature) => feature !== undefined && feature !== service).join(', ');
  if (named === '') return service;
  return service === undefined ? named : `${service}: ${named}`;
}

function originWords(origin: string): string {
  if (origin === 'customer') return 'your own organisation, says Microsoft';
  return origin === 'thirdParty' ? 'a third party, says Microsoft' : origin;
}

/** What Microsoft promised, and whether the promise was kept. */
function nextUpdate(alert: Seen, now: Instant): readonly CardFact[] {
  const by = instantOf(alert.values, 'nextUpdateBy');
  if (by === undefined || alert.state === 'resolved' || alert.values['active'] === false) return [];
  const overdue = by < now ? [say(', '), bold('overdue')] : [];
  return [fact('Next update', say('promised by '), time(by), ...overdue)];
}

function serviceFacts(alert: Seen): readonly CardFact[] {
  return [
    ...factIf('Status', statusWords(alert.values)),
    ...factIf('Affects', textOf(alert.values, 'name')),
    ...openIssues(alert.values['openIssues']),
  ];
}

/** The ids of Microsoft's open issues about a service, each a question to press. */
function openIssues(ids: Json | undefined): readonly CardFact[] {
  if (!Array.isArray(ids)) return [];
  const named = (ids as readonly Json[]).filter((id) => typeof id === 'string');
  if (named.length === 0) return [fact('Microsoft says', say('no issue posted yet'))];
  const value = named
    .slice(0, 8)
    .flatMap((id, i) => [...(i === 0 ? [] : [say(', ')]), command(id, `issue ${id}`)]);
  return [fact('Open issues', ...value)];
}

function sourceFacts(alert: Seen): readonly CardFact[] {
  const failures = numberOf(alert.values, 'failures') ?? 0;
  return [
    ...timeFactIf('Last good poll', instantOf(alert.values, 'lastGood')),
    ...(failures === 0 ? [] : [fact('Failed polls', say(`${failures} in a row`))]),
    ...failureFacts(alert),
  ];
}

function failureFacts(alert: Seen): readonly CardFact[] {
  if (alert.state === 'resolved') return [];
  return [
    ...factIf('What happened', textOf(alert.values, 'message', 'reason', 'error')),
    ...factIf('Next step', textOf(alert.values, 'advice')),
    ...timeFactIf('Tries again', instantOf(alert.values, 'retryAt')),
  ];
}

/** Opening, acknowledging and resolving are facts of the card already; deliveries are for the details. */
const CHANGES: readonly TimelineKind[] = [
  'alert-joined',
  'worsened',
  'eased',
  'changed',
  'post',
  'pir',
  'alert-resolved',
  'reopened',
  'woke',
  'flapping',
  'calm',
  'note',
];

/** The newest line of the history that tells what changed; a post is quoted below, so only its coming is said. */
export function lastChange(timeline: readonly TimelineEntry[]): TimelineEntry | undefined {
  const last = timeline.findLast((entry) => CHANGES.includes(entry.kind));
  return last?.kind === 'post' ? { ...last, text: 'a new post from Microsoft' } : last;
}
