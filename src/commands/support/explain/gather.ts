import type { About, ExplainView, SourceState } from '../../../cards/explain-view.js';
import { sortEvaluations } from '../../../cards/explain-sort.js';
import { matches } from '../../../lib/matchers.js';
import type { KeptEvaluation } from '../../../model/evaluation.js';
import type { SourceKey } from '../../../model/source.js';
import type { TenantRow } from '../../command.js';
import type { ExplainContext, Found } from './find.js';

/** An incident of many subjects is explained by its first ones. */
const SUBJECTS_MAX = 8;
const DECISIONS_MAX = 30;
/** As many as a card of a rule shows. */
const NAMED_MAX = 15;

/** All that is on record about what was found. It reads the record alone: it answers while Microsoft does not. */
export async function gather(found: Found, context: ExplainContext): Promise<ExplainView> {
  switch (found.kind) {
    case 'incident':
      return ofIncident(found, context);
    case 'rule':
      return ofRule(found, context);
    case 'call':
      return ofCall(found, context);
    case 'subject':
      return ofSubject(found, context);
  }
}

async function ofIncident(
  { incident }: Extract<Found, { kind: 'incident' }>,
  context: ExplainContext,
): Promise<ExplainView> {
  const { desk } = context;
  const now = desk.now();
  const subjects = [...new Set(incident.alerts.map(({ subject }) => subject))].slice(0, SUBJECTS_MAX);
  const keys = new Set(incident.alerts.map(({ sourceKey }) => sourceKey));
  const [timeline, silences, deliveries, calls, parts] = await Promise.all([
    desk.timeline(incident.id),
    desk.silences(),
    desk.deliveries(incident.id),
    desk.calls(incident.id),
    Promise.all(subjects.map((subject) => aboutSubject(subject, context))),
  ]);
  const inForce = silences.filter(
    ({ startsAt, endsAt, matchers }) =>
      startsAt <= now && now < endsAt && incident.alerts.some(({ labels }) => matches(matchers, labels)),
  );
  return view(
    { kind: 'incident', incident, timeline, silences: inForce },
    {
      facts: parts.flatMap(({ facts }) => facts).filter(({ source }) => keys.has(source)),
      evaluations: parts.flatMap(({ evaluations }) => evaluations).filter(({ source }) => keys.has(source)),
      decisions: parts.flatMap(({ decisions }) => decisions).filter(({ source }) => keys.has(source)),
      deliveries,
      calls,
      sources: await sourcesOf(({ key }) => keys.has(key), context),
    },
    context,
  );
}

async function ofSubject(
  { subject }: Extract<Found, { kind: 'subject' }>,
  context: ExplainContext,
): Promise<ExplainView> {
  const { desk, tenant } = context;
  const [parts, incidents, deliveries] = await Promise.all([
    aboutSubject(subject, context),
    desk.incidents({ scope: 'all', subject, limit: 3, ...(tenant === undefined ? {} : { tenant }) }),
    subject.startsWith('channel:') ? desk.deliveriesTo(subject.slice('channel:'.length)) : [],
  ]);
  const keys = new Set(
    [...parts.facts, ...parts.evaluations, ...parts.decisions].map(({ source }) => source),
  );
  const sources = await sourcesOf(({ key }) => keys.has(key), context);
  return view({ kind: 'subject', subject }, { ...parts, incidents, deliveries, sources }, context);
}

async function ofCall(
  { id, look }: Extract<Found, { kind: 'call' }>,
  context: ExplainContext,
): Promise<ExplainView> {
  const { desk } = context;
  const trunk = look.facts[0]?.values['trunk'];
  const subject = typeof trunk === 'string' && trunk !== '' ? `trunk:${trunk}` : `tenant:${look.tenant}`;
  const within = { ...context, tenant: look.tenant };
  const [parts, whole, incidents] = await Promise.all([
    aboutSubject(subject, within),
    aboutSubject(`tenant:${look.tenant}`, within),
    desk.incidents({ scope: 'all', subject, tenant: look.tenant, limit: 3 }),
  ]);
  const several = subject.startsWith('tenant:') ? [parts] : [parts, whole];
  return view(
    { kind: 'call', id, look, subject },
    {
      facts: several.flatMap(({ facts }) => facts),
      evaluations: several.flatMap(({ evaluations }) => evaluations),
      decisions: several.flatMap(({ decisions }) => decisions).sort((a, b) => b.at - a.at),
      incidents,
      sources: await sourcesOf(({ kind }) => kind === 'direct-routing', within),
    },
    context,
  );
}

async function ofRule(
  { rule }: Extract<Found, { kind: 'rule' }>,
  context: ExplainContext,
): Promise<ExplainView> {
  const { desk, tenant } = context;
  const sources = await sourcesOf(({ kind }) => kind === rule.source, context);
  const [evaluations, decisions] = await Promise.all([
    desk.evaluations({ rule: rule.name, present: true, ...(tenant === undefined ? {} : { tenant }) }),
    desk.decisions({ rule: rule.name, limit: DECISIONS_MAX }),
  ]);
  // Only a report goes by another name than its subject.
  const reports = sortEvaluations(evaluations)
    .slice(0, NAMED_MAX)
    .filter(({ subject }) => subject.startsWith('report:'));
  const facts = await Promise.all(reports.map(({ subject }) => desk.subjects({ id: subject })));
  return view({ kind: 'rule', rule }, { facts: facts.flat(), evaluations, decisions, sources }, context);
}

/** What is on record of a subject, in the tenant that was asked for. */
async function aboutSubject(
  subject: string,
  { desk, tenant }: ExplainContext,
): Promise<Pick<ExplainView, 'facts' | 'evaluations' | 'decisions'>> {
  const narrowed = tenant === undefined ? {} : { tenant };
  const known = new Set(desk.rules().map(({ name }) => name));
  const [facts, evaluations, decisions] = await Promise.all([
    desk.subjects({ id: subject, ...narrowed }),
    desk.evaluations({ subject, ...narrowed }),
    desk.decisions({ subject, limit: DECISIONS_MAX }),
  ]);
  const keys =
    tenant === undefined ? undefined : new Set([...facts, ...evaluations].map(({ source }) => source));
  return {
    facts,
    // A rule that was taken out decides nothing any more.
    evaluations: evaluations.filter(({ rule }: KeptEvaluation) => known.has(rule)),
    decisions: decisions.filter(({ source }) => keys?.has(source) !== false),
  };
}

type SourceRow = TenantRow['sources'][number];

async function sourcesOf(
  isMeant: (source: { key: SourceKey; kind: SourceRow['kind'] }) => boolean,
  { desk, tenant }: ExplainContext,
): Promise<readonly SourceState[]> {
  const tenants = await desk.tenants();
  return tenants
    .filter(({ name }) => tenant === undefined || name === tenant)
    .flatMap(({ sources }) => sources.filter(isMeant));
}

function view(about: About, parts: Partial<ExplainView>, { desk, url }: ExplainContext): ExplainView {
  const none = {
    facts: [],
    evaluations: [],
    decisions: [],
    incidents: [],
    deliveries: [],
    calls: [],
    sources: [],
  };
  return { ...none, ...parts, about, rules: desk.rules(), now: desk.now(), url };
}
