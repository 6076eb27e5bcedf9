import type { Alert } from '../model/alert.js';
import type { Card, Section, Tone } from '../model/card.js';
import { flapping, incidentName, incidentTopic, type Incident } from '../model/incident.js';
import type { Inline } from '../model/rich.js';
import { compareSeverity } from '../model/severity.js';
import type { Instant } from '../model/time.js';
import { incidentActions } from './incident-actions.js';
import { bodyOf } from './incident-body.js';
import { incidentFacts, lastChange } from './incident-facts.js';
import { subjectLine, titleOf, titleParts } from './incident-title.js';
import { beganAt, isAnnouncement, mainAlert, type IncidentView } from './incident-view.js';
import { bold, command, dotted, factsSection, link, listSection, paragraph, say } from './parts.js';
import { oneOfEach, tenantWords } from './tenants-of.js';
import { age, clip, clock, sentence } from './words.js';

/** The living card of an incident: what and where, since when, how bad and why, who has it, what to press. */
export function incidentCard(view: IncidentView): Card {
  const { incident } = view;
  const main = mainAlert(incident);
  return {
    topic: incidentTopic(incident.id),
    tone: incidentTone(incident),
    badge: incidentBadge(incident),
    title: titleOf(incident, main),
    fallback: incidentFallback(incident, view.now),
    sections: [
      ...factsSection(incidentFacts(view, main)),
      ...changeSection(view),
      ...bodyOf(main),
      ...otherAlerts(incident, main),
    ],
    actions: incidentActions(view, main),
    footer: footerOf(view, main),
    revision: incident.revision,
    at: view.now,
  };
}

export function incidentTone(incident: Incident): Tone {
  return incident.state === 'resolved' && !isAnnouncement(incident) ? 'ok' : incident.severity;
}

export function incidentBadge(incident: Incident): string {
  if (isAnnouncement(incident)) return incident.severity.toUpperCase();
  const state = stateBadge(incident);
  return flapping(incident).length > 0 && incident.state !== 'resolved' ? `${state}, FLAPPING` : state;
}

function stateBadge({ state, severity, snoozedUntil, wokeAt }: Incident): string {
  if (state === 'open') return severity.toUpperCase();
  // It got worse since somebody took it: how bad it is now comes first.
  if (state === 'acknowledged' && wokeAt !== undefined) return `${severity.toUpperCase()}, ACKNOWLEDGED`;
  return snoozedUntil === undefined ? state.toUpperCase() : 'SNOOZED';
}

/** What a lock screen shows: how bad, what, where, since when. */
export function incidentFallback(incident: Incident, now: Instant): string {
  const main = mainAlert(incident);
  const { head, reason } = titleParts(incident, main);
  const ids = `(${incidentName(incident.id)}, ${tenantWords(incident)})`;
  const because = reason === '' ? '' : `: ${sentence(reason)}`;
  if (isAnnouncement(incident)) return `${incidentBadge(incident)} ${head} ${ids}${because}`;
  const began = beganAt(incident, main);
  if (incident.state === 'resolved') {
    const lasted = age((incident.resolvedAt ?? incident.updatedAt) - began);
    return `RESOLVED after ${lasted}: ${head} ${ids}`;
  }
  const flaps = flapping(incident).length > 0 ? ', flapping' : '';
  const next = nextStep(main);
  return `${incident.severity.toUpperCase()} ${head} since ${clock(began, now)}${flaps}${heldBy(incident, now)} ${ids}${because}${next}`;
}

function heldBy({ state, acknowledgedBy = 'somebody', snoozedUntil }: Incident, now: Instant): string {
  if (state !== 'acknowledged') return '';
  return snoozedUntil === undefined
    ? `, acknowledged by ${acknowledgedBy}`
    : `, snoozed by ${acknowledgedBy} until ${clock(snoozedUntil, now)}`;
}

function nextStep(main: Alert | undefined): string {
  const step = main === undefined ? '' : subjectLine(main);
  return step === '' ? '' : ` ${sentence(step)}`;
}

function changeSection({ timeline }: IncidentView): readonly Section[] {
  const last = lastChange(timeline);
  if (last === undefined) return [];
  return [paragraph(bold('Last change'), say(' '), { time: last.at }, say(`: ${clip(last.text, 240)}`))];
}

/** The other alerts of a grouped incident, worst first. */
function otherAlerts(incident: Incident, main: Alert | undefined): readonly Section[] {
  const alerts = oneOfEach(incident.alerts, main);
  if (alerts.length < 2) return [];
  const sorted = [...alerts].sort(
    (a, b) =>
      Number(a.state === 'resolved') - Number(b.state === 'resolved') ||
      compareSeverity(a.severity, b.severity),
  );
  const firing = sorted.filter((alert) => alert.state !== 'resolved').length;
  return listSection(
    `${alerts.length} alerts, ${firing} still firing`,
    sorted.map((alert) => ({
      tone: alert.state === 'resolved' ? 'ok' : alert.severity,
      line: alertLine(alert),
    })),
    10,
  );
}

function alertLine(alert: Alert): readonly Inline[] {
  const over = alert.state === 'resolved' ? [say(' (resolved)')] : [];
  return [say(clip(alert.summary === '' ? alert.subject : alert.summary, 160)), ...over];
}

function footerOf(view: IncidentView, main: Alert | undefined): readonly Inline[] {
  const { incident, late, tellings, url } = view;
  const name = incidentName(incident.id);
  const told = (tellings ?? [])
    .filter((telling) => telling.state === 'told')
    .map((telling) => telling.channel);
  return dotted(
    [command(name, `incident ${name}`)],
    [say(tenantWords(incident))],
    main === undefined ? undefined : [say(main.rule)],
    told.length === 0 ? undefined : [say(`told in ${told.join(', ')}`)],
    url === '' ? undefined : [link('console', `${url}/#${name}`)],
    late === undefined ? undefined : [say(`sent ${age(late.ms)} late: ${late.reason}`)],
  );
}
