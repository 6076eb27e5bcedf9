import { incidentCard } from '../cards/index.js';
import type { Desk, TenantRow } from '../commands/command.js';
import { viewOf } from '../commands/support/schedule-view.js';
import { explainWords } from '../commands/explain.js';
import { heldBack, silencedUntil } from '../incidents/silence.js';
import type { Card, Tone } from '../model/card.js';
import { incidentTopic, POSTMORTEMS, type Incident } from '../model/incident.js';
import type { RuleDefinition } from '../model/rule.js';
import { isSeverity } from '../model/severity.js';
import type { Silence } from '../model/silence.js';
import type { Instant } from '../model/time.js';
import type { SubjectRow } from '../model/source.js';
import type { DocumentKeep } from '../sources/keep.js';
import type { Store } from '../store/store.js';
import type { FedSchedule, HeldSilence, ConsoleView, HttpData, ServiceTile, SourceTile } from './deps.js';

export interface RecordDeps {
  readonly store: Store;
  readonly documents: DocumentKeep;
  readonly now: () => Instant;
  readonly url: string;
  readonly rules: () => readonly RuleDefinition[];
  readonly desk: Desk;
  readonly backtest: HttpData['backtest'];
}

/** Recently resolved incidents shown below the open ones. */
const RESOLVED = 12;

/** The API's lists, straight from the record. */
export function recordData({ store, documents, now, rules, desk, url, backtest }: RecordDeps): HttpData {
  return {
    response: ({ tenant, ...filter }) =>
      desk.response({ ...filter, ...(tenant === undefined ? {} : { tenants: [tenant] }) }),
    noise: ({ tenant, ...filter }) =>
      desk.noise({ ...filter, ...(tenant === undefined ? {} : { tenants: [tenant] }) }),
    backtest,
    incidents: (filter) => store.incidents(filter),
    async incident(id) {
      const incident = await store.incident(id);
      if (incident === undefined) return undefined;
      const topic = incidentTopic(id);
      const [timeline, tellings, deliveries] = await Promise.all([
        store.timeline(id),
        store.tellings(topic),
        store.deliveries({ topic, limit: 200 }),
      ]);
      return { incident, timeline, tellings, deliveries };
    },
    async report(id) {
      for (const { sourceKey, subject } of (await store.incident(id))?.alerts ?? []) {
        const found = await documents.get(sourceKey, subject);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    postmortem: (id) => documents.get(POSTMORTEMS, incidentTopic(id)),
    subjects: async ({ limit, ...filter }) => (await store.subjects(filter)).slice(0, limit),
    deliveries: (filter) => store.deliveries(filter),
    async explain(id, tenant) {
      const explained = await explainWords(id, { desk, tenant, url });
      return 'near' in explained ? undefined : explained;
    },
    audit: (filter) => store.audits(filter),
    rules: () => Promise.resolve(rules()),
    schedules: () => fedSchedules(desk),
    silences: () => heldSilences(store, now()),
  };
}

async function fedSchedules(desk: Desk): Promise<readonly FedSchedule[]> {
  const { schedules, roster } = await desk.onCall();
  return Promise.all(
    schedules.map(async (schedule) => ({
      schedule: viewOf(schedule, roster, desk.now()),
      feed: await desk.feed(schedule.name),
    })),
  );
}

async function heldSilences(store: Store, now: Instant): Promise<readonly HeldSilence[]> {
  const [silences, open] = await Promise.all([
    store.silences(now),
    store.incidents({ states: ['open', 'acknowledged'], limit: 1_000 }),
  ]);
  return silences.map((silence) => ({
    silence,
    holds: heldBack(silence.matchers, open).map(({ incident }) => incident.id),
  }));
}

/** What the console shows: the cards as people see them in chat, the services and the sources. */
export async function consoleView(deps: RecordDeps): Promise<ConsoleView> {
  const { store } = deps;
  const silences = await store.silences(deps.now());
  const card = (incident: Incident): Promise<Card> => cardOf(incident, silences, deps);
  const open = await store.incidents({ states: ['open', 'acknowledged'], limit: 100 });
  const resolved = await store.incidents({ states: ['resolved'], limit: RESOLVED });
  const [services, tenants] = await Promise.all([
    store.subjects({ kind: 'service-health', prefix: 'service:' }),
    deps.desk.tenants(),
  ]);
  return {
    open: await Promise.all([...open].sort(worstFirst).map(card)),
    resolved: await Promise.all(resolved.map(card)),
    services: services.map(serviceTile),
    sources: tenants.flatMap(sourceTiles),
  };
}

async function cardOf(
  incident: Incident,
  silences: readonly Silence[],
  { store, now, url }: RecordDeps,
): Promise<Card> {
  const until = silencedUntil(incident, silences, now());
  return incidentCard({
    incident,
    timeline: await store.timeline(incident.id),
    now: now(),
    url,
    ...(until === undefined ? {} : { silencedUntil: until }),
  });
}

const ORDER = ['critical', 'major', 'warning', 'info'];

function worstFirst(a: Incident, b: Incident): number {
  return ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || b.openedAt - a.openedAt;
}

function serviceTile(row: SubjectRow): ServiceTile {
  const { name, id, statusText, level, openIssues } = row.values;
  const [issue] = Array.isArray(openIssues) ? (openIssues as readonly unknown[]) : [];
  return {
    tenant: row.tenant,
    name: text(name) || text(id),
    status: text(statusText),
    tone: toneOf(text(level)),
    since: row.since,
    ...(typeof issue === 'string' ? { issue: { id: issue, command: `issue ${issue}` } } : {}),
  };
}

function sourceTiles(tenant: TenantRow): SourceTile[] {
  return tenant.sources.map(({ key, kind, health, polledAt, budgetLeft }) => ({
    key,
    tenant: tenant.name,
    kind,
    state: health?.state ?? 'waiting for its first poll',
    tone:
      health === undefined
        ? 'neutral'
        : health.state === 'ok'
          ? 'ok'
          : health.state === 'throttled'
            ? 'warning'
            : 'major',
    ...(polledAt === undefined ? {} : { polledAt }),
    ...stamp('lastGood', health?.lastGood),
    ...stamp('blindSince', health?.blindSince),
    ...(budgetLeft === undefined ? {} : { budgetLeft }),
    ...(health === undefined || health.message === ''
      ? {}
      : { detail: `${health.message} ${health.advice}` }),
  }));
}

function stamp<K extends string>(name: K, iso: string | null | undefined): Partial<Record<K, Instant>> {
  return typeof iso === 'string' ? ({ [name]: Date.parse(iso) } as Record<K, Instant>) : {};
}

function toneOf(level: string): Tone {
  return level === 'ok' || isSeverity(level) ? level : 'neutral';
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
