import type { Card } from '../model/card.js';
import { flapping, incidentName, type Incident } from '../model/incident.js';
import { inlinesToText, type Inline } from '../model/rich.js';
import { compareSeverity } from '../model/severity.js';
import type { Instant } from '../model/time.js';
import { incidentTone } from './incident.js';
import { titleOf } from './incident-title.js';
import { beganAt, isAnnouncement, mainAlert } from './incident-view.js';
import { bold, command, dotted, link, listSection, paragraph, say, type ListItem } from './parts.js';
import { tenantWords } from './tenants-of.js';
import { age, badgeOf, clip, clock, plural, worstTone } from './words.js';

export interface IncidentsView {
  readonly incidents: readonly Incident[];
  readonly scope: 'open' | 'mine' | 'all';
  readonly tenant?: string | undefined;
  /** Said above the list, for example why a list came instead of an act. */
  readonly lead?: string;
  readonly now: Instant;
  readonly url: string;
}

/** A list of incidents: worst and unhandled first, each with its clickable id. */
export function incidentsCard(view: IncidentsView): Card {
  const { incidents, now, url } = view;
  const title = titleWords(view);
  const sorted = [...incidents].sort(byUrgency);
  const tone = worstTone(sorted.map(incidentTone));
  return {
    topic: 'incidents',
    tone,
    badge: badgeOf(tone),
    title,
    fallback: [title, ...sorted.slice(0, 3).map((i) => inlinesToText(incidentLine(i, now).line))].join('; '),
    sections: [
      ...(view.lead === undefined ? [] : [paragraph(say(view.lead))]),
      ...listSection(
        undefined,
        sorted.map((incident) => incidentLine(incident, now)),
      ),
    ],
    actions: [],
    footer: url === '' ? [] : dotted([link('console', url)]),
    at: now,
  };
}

function titleWords({ incidents, scope, tenant }: IncidentsView): string {
  const where = tenant === undefined ? '' : ` in ${tenant}`;
  if (scope === 'mine') {
    return incidents.length === 0
      ? `Nothing is yours${where}`
      : `${plural(incidents.length, 'incident')} of yours${where}`;
  }
  if (scope === 'all') {
    return incidents.length === 0
      ? `No incident yet${where}`
      : `${plural(incidents.length, 'incident')}${where}, resolved ones included`;
  }
  return incidents.length === 0
    ? `Nothing is open${where}`
    : `${plural(incidents.length, 'open incident')}${where}`;
}

const STATE_ORDER = ['open', 'acknowledged', 'resolved'];

function byUrgency(a: Incident, b: Incident): number {
  return (
    STATE_ORDER.indexOf(a.state) - STATE_ORDER.indexOf(b.state) ||
    (a.state === 'resolved' ? 0 : compareSeverity(a.severity, b.severity)) ||
    b.openedAt - a.openedAt
  );
}

/** `INC-1042 Exchange Online: … · contoso · open for 2 h 5 min`. */
export function incidentLine(incident: Incident, now: Instant): ListItem {
  const name = incidentName(incident.id);
  const what = clip(titleOf(incident, mainAlert(incident)), 120);
  const line: readonly Inline[] = [
    command(name, `incident ${name}`),
    say(' '),
    bold(what),
    say(` · ${tenantWords(incident)} · ${stateWords(incident, now)}`),
  ];
  return { tone: incidentTone(incident), line };
}

function stateWords(incident: Incident, now: Instant): string {
  if (isAnnouncement(incident)) return `${age(now - incident.openedAt)} ago`;
  const began = beganAt(incident, mainAlert(incident));
  if (incident.state === 'resolved') {
    const end = incident.resolvedAt ?? incident.updatedAt;
    return `resolved ${age(now - end)} ago after ${age(end - began)}`;
  }
  const open = `${incident.severity}, for ${age(now - began)}`;
  const who = incident.acknowledgedBy ?? 'somebody';
  const flaps = flapping(incident).length > 0 ? ', flapping' : '';
  if (incident.state === 'open') return `${open}${flaps}`;
  return incident.snoozedUntil === undefined
    ? `${open}${flaps}, ${who} has it`
    : `${open}${flaps}, snoozed by ${who} until ${clock(incident.snoozedUntil, now)}`;
}
