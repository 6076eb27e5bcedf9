import type { Card } from '../model/card.js';
import type { Fact } from '../model/source.js';
import type { Instant } from '../model/time.js';
import {
  askedFooter,
  bold,
  command,
  dotted,
  factIf,
  factsSection,
  formButton,
  link,
  listSection,
  paragraph,
  say,
  staleSections,
  type ListItem,
} from './parts.js';
import type { ReportLook } from './report-lines.js';
import { firstRowsSection } from './report.js';
import { isTrue, numberOf, textOf } from './values.js';
import { clip, plural } from './words.js';

export interface QueriesView {
  readonly looks: readonly ReportLook[];
  readonly now: Instant;
  readonly url: string;
}

/** The queries that reports can be made of: people's own first, then Microsoft's. */
export function queriesCard({ looks, now, url }: QueriesView): Card {
  const rows = looks.flatMap((look) =>
    look.facts.map((fact) => ({ fact, tenant: looks.length > 1 ? look.tenant : '' })),
  );
  const own = rows.filter(({ fact }) => fact.values['kind'] !== 'system');
  const system = rows.filter(({ fact }) => fact.values['kind'] === 'system');
  const title =
    rows.length === 0
      ? 'No query is known'
      : `${plural(rows.length, 'query', 'queries')}, ${system.length === 0 ? 'all' : `${own.length} of them`} your own`;
  return {
    topic: 'queries',
    tone: 'neutral',
    title,
    fallback: [title, ...own.slice(0, 5).map(({ fact }) => nameOf(fact))].join('; '),
    sections: [
      ...staleSections(looks, now),
      ...listSection(
        own.length === 0 ? undefined : 'Your own',
        own.map(({ fact, tenant }) => queryItem(fact, tenant)),
        25,
      ),
      ...listSection(
        system.length === 0 ? undefined : "Microsoft's",
        system.map(({ fact, tenant }) => queryItem(fact, tenant)),
        30,
      ),
      ...(rows.length === 0 ? [] : [paragraph(say('Schedule one: report create <name> <queryId>'))]),
    ],
    actions: [formButton('New query', 'query create'), formButton('New report', 'report create')],
    footer: dotted(askedFooter(looks, now), url === '' ? undefined : [link('console', url)]),
    at: now,
  };
}

function nameOf({ values }: Fact): string {
  return clip(textOf(values, 'name', 'id') ?? '', 80);
}

function queryItem(fact: Fact, tenant: string): ListItem {
  const id = textOf(fact.values, 'id') ?? '';
  return {
    tone: 'neutral',
    line: dotted(
      [bold(nameOf(fact)), say(' '), command(id, `query test ${id}`)],
      [say(clip(textOf(fact.values, 'query') ?? '', 120))],
      tenant === '' ? undefined : [say(tenant)],
    ),
  };
}

export interface QueryView {
  readonly look: ReportLook;
  readonly now: Instant;
}

/** A query that was just made. */
export function queryCard({ look, now }: QueryView): Card | undefined {
  const [fact] = look.facts;
  if (fact === undefined) return undefined;
  const id = textOf(fact.values, 'id') ?? '';
  const title = `Created: ${nameOf(fact)}`;
  return {
    topic: `query:${id}`,
    tone: 'ok',
    badge: 'CREATED',
    title,
    fallback: `${title}, query ${id}`,
    sections: [
      ...factsSection([...factIf('Id', id), ...factIf('Tenant', look.tenant)]),
      paragraph({ text: clip(textOf(fact.values, 'query') ?? '', 600), code: true }),
      paragraph(say('Try it: '), command(`query test ${id}`, `query test ${id}`)),
    ],
    actions: [],
    at: now,
  };
}

/** What a query finds now: how many rows of the hundred that a test gives, and the first of them. */
export function queryTestCard({ look, now }: QueryView): Card | undefined {
  const [fact] = look.facts;
  if (fact === undefined) return undefined;
  const { values } = fact;
  const rows = numberOf(values, 'rows');
  const answered = isTrue(values, 'answered');
  const title = answered ? `The query finds ${rowsText(rows ?? 0)}` : 'The query has no answer yet';
  const words = textOf(values, 'text');
  return {
    topic: 'query-test',
    tone: answered && (rows ?? 0) > 0 ? 'ok' : 'warning',
    title,
    fallback: words === undefined ? title : `${title}: ${words}`,
    sections: [
      ...(words === undefined ? [] : [paragraph(say(words))]),
      ...firstRowsSection(values),
      ...(isTrue(values, 'redacted')
        ? [paragraph(say('Some data is redacted: the account lacks the role Executive Report Viewer.'))]
        : []),
    ],
    actions: [],
    footer: askedFooter([look], now),
    at: now,
  };
}

/** A test gives a hundred rows at the most. */
function rowsText(rows: number): string {
  return rows >= 100 ? 'a hundred rows or more' : plural(rows, 'row');
}
