import type { Card, Section } from '../model/card.js';
import type { Incident } from '../model/incident.js';
import type { Fact } from '../model/source.js';
import type { Instant } from '../model/time.js';
import { issueRows, type IssueRow, type LookView } from './health.js';
import { impactSection, postSection } from './incident-body.js';
import { incidentLine } from './incidents.js';
import {
  askedFooter,
  bold,
  dotted,
  fact,
  factIf,
  factsSection,
  link,
  listSection,
  say,
  staleSections,
  time,
  timeFactIf,
  type CardFact,
} from './parts.js';
import { instantOf, isTrue, knownOf, numberOf, textOf } from './values.js';
import { age, badgeOf, clip } from './words.js';

export interface IssueView {
  readonly id: string;
  readonly looks: readonly LookView[];
  /** The incidents that this issue is part of. */
  readonly incidents: readonly Incident[];
  readonly now: Instant;
  readonly url: string;
}

/** Room for a whole post of Microsoft's, within what the platforms take. */
const POST_MAX = 6_000;

/** All that Microsoft says about one issue. Undefined when no tenant knows it. */
export function issueCard(view: IssueView): Card | undefined {
  const row = issueRows(view.looks).find(({ id }) => id.toLowerCase() === view.id.toLowerCase());
  if (row === undefined) return undefined;
  const { looks, now } = view;
  const title = `${row.service === '' ? '' : `${row.service}: `}${clip(row.title, 150)} (${row.id})`;
  const holders = looks.filter((look) => row.tenants.includes(look.tenant));
  return {
    topic: `issue:${row.id}`,
    tone: row.tone,
    badge: row.active ? badgeOf(row.tone) : 'RESOLVED',
    title,
    fallback: `${title}: ${row.status.toLowerCase()}${sinceWords(row, now)}`,
    sections: [
      ...staleSections(holders, now),
      ...factsSection(issueFacts(row, now)),
      ...impactSection(row.fact.values),
      ...postSection(row.fact.values, POST_MAX),
      ...incidentSections(view),
    ],
    actions: [],
    footer: footerOf(row, holders, view),
    at: now,
  };
}

function sinceWords(row: IssueRow, now: Instant): string {
  const began = instantOf(row.fact.values, 'startedAt');
  return began === undefined || !row.active ? '' : ` for ${age(now - began)}`;
}

function issueFacts(row: IssueRow, now: Instant): readonly CardFact[] {
  const { values } = row.fact;
  const posts = numberOf(values, 'posts');
  const feature = [...new Set([textOf(values, 'featureGroup'), textOf(values, 'feature')])];
  return [
    fact('Status', bold(row.status), say(kindWords(row.fact))),
    ...duration(row.fact, now),
    ...factIf('Affects', feature.filter((part) => part !== undefined).join(', ')),
    ...factIf('Origin', knownOf(values, 'origin')),
    fact(row.tenants.length === 1 ? 'Tenant' : 'Tenants', say(row.tenants.slice(0, 10).join(', '))),
    ...nextUpdate(row, now),
    ...timeFactIf('Last change', instantOf(values, 'lastModified')),
    ...(posts === undefined ? [] : [fact('Posts', say(String(posts)))]),
    ...(isTrue(values, 'pir') ? [fact('Review', say('post-incident report published'))] : []),
  ];
}

function kindWords({ values }: Fact): string {
  const kind = knownOf(values, 'classification');
  return `${kind === undefined ? '' : `, ${kind}`}${isTrue(values, 'highImpact') ? ', high impact' : ''}`;
}

function duration({ values }: Fact, now: Instant): readonly CardFact[] {
  const began = instantOf(values, 'startedAt');
  const ended = instantOf(values, 'endedAt');
  if (began === undefined) return timeFactIf('Ended', ended);
  if (ended !== undefined) {
    return [fact('Since', time(began)), fact('Ended', time(ended), say(`, after ${age(ended - began)}`))];
  }
  return [
    fact('Since', time(began), ...(values['active'] === false ? [] : [say(`, for ${age(now - began)}`)])),
  ];
}

function nextUpdate(row: IssueRow, now: Instant): readonly CardFact[] {
  const by = instantOf(row.fact.values, 'nextUpdateBy');
  if (by === undefined || !row.active) return [];
  const overdue = by < now ? [say(', '), bold(`overdue by ${age(now - by)}`)] : [];
  return [fact('Next update', say('promised by '), time(by), ...overdue)];
}

function incidentSections({ incidents, now }: IssueView): readonly Section[] {
  return listSection(
    'Incidents',
    incidents.map((incident) => incidentLine(incident, now)),
    10,
  );
}

function footerOf(row: IssueRow, holders: readonly LookView[], view: IssueView): Card['footer'] & object {
  const page = textOf(row.fact.values, 'url');
  const known = page !== undefined && /^https?:/i.test(page);
  return dotted(
    askedFooter(holders, view.now),
    known ? [link('Microsoft 365 admin center', page)] : undefined,
    view.url === '' ? undefined : [link('console', view.url)],
  );
}
