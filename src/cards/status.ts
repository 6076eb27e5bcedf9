import type { Card, Section } from '../model/card.js';
import type { Incident } from '../model/incident.js';
import type { Change } from '../model/source.js';
import type { Instant } from '../model/time.js';
import { changeItems } from './changes.js';
import {
  issueRows,
  serviceRows,
  tenantWords,
  type IssueRow,
  type LookView,
  type ServiceRow,
} from './health.js';
import { incidentLine } from './incidents.js';
import { issueLine } from './issue-line.js';
import { askedFooter, command, dotted, link, listSection, paragraph, say, staleSections } from './parts.js';
import { serviceLine, servicesTitle, troubled } from './services.js';
import { badgeOf, plural, worstTone } from './words.js';

export interface StatusView {
  /** Facts of services and of issues, one look a tenant. */
  readonly looks: readonly LookView[];
  /** The words it was asked with, and the services they mean; undefined for all of them. */
  readonly chosen?: { readonly words: string; readonly ids: readonly string[] };
  /** Of the last day, newest first. */
  readonly changes: readonly Change[];
  readonly incidents: readonly Incident[];
  readonly now: Instant;
  readonly url: string;
}

/** How things are now: services in trouble, Microsoft's open issues, our incidents, what changed since yesterday. */
export function statusCard(view: StatusView): Card {
  const { looks, now, url, chosen } = view;
  const services = chosenServices(serviceRows(looks), chosen?.ids);
  const issues = issueRows(looks).filter(
    (issue) => issue.active && concerns(issue, services, chosen !== undefined),
  );
  const tones = [...services, ...issues].map((row) => row.tone);
  const tone = tones.length === 0 ? 'neutral' : worstTone(tones);
  const title = titleWords(services, issues, view);
  return {
    topic: 'status',
    tone,
    badge: tones.length === 0 ? 'UNKNOWN' : badgeOf(tone),
    title,
    fallback: [title, ...issues.slice(0, 3).map((issue) => `${issue.id} ${issue.title}`)].join('; '),
    sections: [
      ...staleSections(looks, now),
      ...serviceSections(services, view),
      ...issueSections(issues, view, services.length > 0),
      ...listSection(
        'Incidents',
        view.incidents.map((incident) => incidentLine(incident, now)),
        10,
      ),
      ...listSection('Changed in the last 24 h', changeItems(view.changes), 10),
    ],
    actions: [],
    footer: dotted(askedFooter(looks, now), url === '' ? undefined : [link('console', url)]),
    at: now,
  };
}

function chosenServices(
  rows: readonly ServiceRow[],
  ids: readonly string[] | undefined,
): readonly ServiceRow[] {
  return ids === undefined ? rows : rows.filter((row) => ids.includes(row.id));
}

function concerns(issue: IssueRow, services: readonly ServiceRow[], narrowed: boolean): boolean {
  return (
    !narrowed ||
    services.some((row) => row.name === issue.service || row.id === issue.fact.values['serviceId'])
  );
}

function titleWords(
  services: readonly ServiceRow[],
  issues: readonly IssueRow[],
  { chosen }: StatusView,
): string {
  const posted = issues.length === 0 ? '' : `, ${plural(issues.length, 'open issue')}`;
  const names = new Set(services.map((row) => row.id));
  const only = services[0];
  if (chosen !== undefined && names.size === 1 && only !== undefined) {
    return `${only.name}: ${only.status.toLowerCase()}${posted}`;
  }
  if (chosen !== undefined && names.size > 1)
    return `${names.size} services match “${chosen.words}”${posted}`;
  return `${servicesTitle(services)}${posted}`;
}

function serviceSections(services: readonly ServiceRow[], { looks, chosen }: StatusView): readonly Section[] {
  const asked = looks.length;
  const lines = (rows: readonly ServiceRow[]): readonly Section[] =>
    listSection(
      undefined,
      rows.map((row) => serviceLine(row, asked)),
    );
  if (chosen !== undefined) {
    // One service in one state is the title already.
    if (services.length === 1) return tenantsLine(services[0], asked);
    return lines(services);
  }
  const bad = troubled(services);
  const well = services.length - bad.length;
  if (well === 0 || bad.length === 0) return lines(bad);
  const rest = paragraph(
    say(`${plural(well, 'other')} operational; “`),
    command('services', 'services'),
    say('” lists them.'),
  );
  return [...lines(bad), rest];
}

function tenantsLine(row: ServiceRow | undefined, asked: number): readonly Section[] {
  if (row === undefined || asked < 2) return [];
  return [paragraph(say(`In${tenantWords(row.tenants, asked).replace(' · ', ' ')}`))];
}

function issueSections(
  issues: readonly IssueRow[],
  { looks }: StatusView,
  known: boolean,
): readonly Section[] {
  if (issues.length === 0) return known ? [paragraph(say('Microsoft has posted no open issue.'))] : [];
  return listSection(
    "Microsoft's open issues",
    issues.map((issue) => issueLine(issue, looks.length)),
    15,
  );
}
