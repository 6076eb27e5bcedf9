import type { Card } from '../model/card.js';
import { incidentName, type Incident } from '../model/incident.js';
import { compareSeverity } from '../model/severity.js';
import type { SourceKey } from '../model/source.js';
import type { Instant } from '../model/time.js';
import { incidentTone } from './incident.js';
import { titleOf } from './incident-title.js';
import { beganAt, mainAlert } from './incident-view.js';
import { command, dotted, link, listSection, paragraph, say, time, type ListItem } from './parts.js';
import { clip, plural, worstTone } from './words.js';

export interface SummaryView {
  readonly source: SourceKey;
  readonly tenant: string;
  /** What was open when the source was first polled. */
  readonly incidents: readonly Incident[];
  /** How many services the tenant has, and how many of them are well. */
  readonly services?: { readonly total: number; readonly operational: number };
  readonly now: Instant;
  readonly url: string;
}

/** The one message of a first poll: what is watched from now on, and what was open before anybody watched. */
export function summaryCard(view: SummaryView): Card {
  const { incidents, tenant, source, url, now } = view;
  const open = [...incidents].sort(
    (a, b) => compareSeverity(a.severity, b.severity) || a.openedAt - b.openedAt,
  );
  const title = `Tocsin now watches ${tenant}: ${countWords(open.length)}`;
  const worst = open[0];
  const worstWords = worst === undefined ? '' : `. Worst: ${titleOf(worst, mainAlert(worst))}`;
  return {
    topic: `summary:${source}`,
    tone: worstTone(open.map(incidentTone)),
    badge: open.length === 0 ? 'OK' : 'SUMMARY',
    title,
    fallback: `${title}${worstWords}`,
    sections: [...servicesLine(view), ...listSection(undefined, open.map(openLine))],
    actions: [],
    footer: dotted(
      [say(source)],
      [say('first poll; nobody was paged')],
      url === '' ? undefined : [link('console', url)],
    ),
    at: now,
  };
}

function countWords(count: number): string {
  if (count === 0) return 'nothing is open';
  return `${plural(count, 'thing was', 'things were')} already open`;
}

function servicesLine({ services }: SummaryView): SummarySections {
  if (services === undefined || services.total === 0) return [];
  const { total, operational } = services;
  const words =
    operational === total
      ? `All ${plural(total, 'service')} operational.`
      : `${operational} of ${plural(total, 'service')} operational.`;
  return [paragraph(say(words))];
}

type SummarySections = Card['sections'];

function openLine(incident: Incident): ListItem {
  const name = incidentName(incident.id);
  const main = mainAlert(incident);
  return {
    tone: incidentTone(incident),
    line: [
      command(name, `incident ${name}`),
      say(` ${clip(titleOf(incident, main), 130)} · since `),
      time(beganAt(incident, main)),
    ],
  };
}
