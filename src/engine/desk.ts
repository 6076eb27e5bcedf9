import type { Desk, DoctorLine, Look, TenantRow } from '../commands/command.js';
import { pageTopic } from '../model/page.js';
import { incidentTopic, POSTMORTEMS, type Actor } from '../model/incident.js';
import { LIFE_DEFAULTS, type IncidentLife } from '../model/life.js';
import type { Person } from '../model/person.js';
import { ANSWERED_BY, type Order } from '../model/question.js';
import { span } from '../lib/duration.js';
import { Fault, faultLine, isFault } from '../lib/fault.js';
import { DAY, MINUTE, type Instant } from '../model/time.js';
import type { Channel } from '../notify/adapter.js';
import type { Rule } from '../rules/compile.js';
import type { DocumentKeep } from '../sources/keep.js';
import type { Source, TenantConnection } from '../sources/source.js';
import type { Store } from '../store/store.js';
import { actOn } from './act.js';
import type { ActDeps } from './act-deps.js';
import type { Backtester } from './backtest/door.js';
import { lastBeat } from './heartbeat.js';
import { openLooks } from './look.js';
import { noise } from './noise.js';
import { openOnCall, type OnCallDeps } from './on-call.js';
import { reach } from './reach.js';
import { response } from './response.js';
import { changeSilence, endSilence, setSilence } from './silencing.js';

export interface DeskDeps extends ActDeps, Pick<OnCallDeps, 'schedules' | 'roster' | 'paging' | 'feed'> {
  readonly store: Store;
  readonly tenants: () => readonly Pick<TenantConnection, 'name' | 'tenantId' | 'cloud'>[];
  readonly sources: () => readonly Source[];
  readonly channels: () => readonly Channel[];
  readonly rules: () => readonly Rule[];
  readonly life?: () => IncidentLife;
  /** Somebody waits for a sign of life. */
  readonly heartbeat?: () => boolean;
  readonly backtest: Backtester;
  /** In whose night somebody was called; as UTC has it where left out. */
  readonly people?: () => readonly Person[];
  /** Where postmortems are kept; left out, they are only answered. */
  readonly documents?: DocumentKeep;
}

/** A beat each minute: after so long without one nobody beats. */
const SILENT = 5 * MINUTE;

/** Whoever asked in a chat waits for it. */
const PATIENCE = 2 * MINUTE;

/** What commands may read and do, on the record and the live sources. */
export function openDesk(deps: DeskDeps): Desk {
  const { store, clock } = deps;
  const look = openLooks(deps);
  return {
    now: () => clock.now(),
    tenants: () => tenantRows(deps),
    look: async (question, tenant) => {
      const kind = ANSWERED_BY[question.about];
      const asked = deps
        .sources()
        .filter((source) => source.kind === kind && (tenant === undefined || source.tenant === tenant));
      return Promise.all(asked.map((source) => look(source, question)));
    },
    order: (order, tenant, actor) => giveOrder(order, tenant, actor, deps),
    changes: (filter) => store.changes(filter),
    incidents: ({ scope, ...filter }) =>
      store.incidents({
        ...filter,
        ...(scope === 'open' ? { states: ['open', 'acknowledged'] as const } : {}),
      }),
    incident: (id) => store.incident(id),
    timeline: (id) => store.timeline(id),
    tellings: (id) => store.tellings(incidentTopic(id)),
    deliveries: (id) => store.deliveries({ topic: incidentTopic(id), limit: 50 }),
    alerts: (tenant) => store.alerts(tenant === undefined ? {} : { tenant }),
    channels: () => store.channels(),
    keepPostmortem: async (incident, { name, mediaType, text }) =>
      deps.documents?.put(
        POSTMORTEMS,
        incidentTopic(incident),
        { name, mediaType, body: Buffer.from(text) },
        clock.now(),
      ),
    calls: async (incident) => {
      const pages = await store.pages({ incident, limit: 30 });
      return Promise.all(
        pages.map(async (page) => ({
          page,
          deliveries: await store.deliveries({ topic: pageTopic(page.key), limit: 20 }),
        })),
      );
    },
    deliveriesTo: (channel) => store.deliveries({ channel, limit: 20 }),
    subjects: (filter) => store.subjects({ ...filter, limit: 50 }),
    subjectNames: (tenant) =>
      store.subjectNames({ limit: 20_000, ...(tenant === undefined ? {} : { tenant }) }),
    rules: () => deps.rules().map(({ definition }) => definition),
    evaluations: (filter) => store.evaluations({ ...filter, limit: 5_000 }),
    decisions: (filter) => store.decisions(filter),
    backtest: ({ rule, days, tenants }) => {
      const until = clock.now();
      const rules = deps.rules().filter(({ definition }) => definition.name === rule);
      const only = tenants === undefined ? {} : { tenants };
      return deps.backtest({ rules, from: until - days * DAY, until, patience: PATIENCE, ...only });
    },
    noise: (filter) =>
      noise(filter, {
        store,
        clock,
        rules: () => deps.rules().map(({ definition }) => definition),
        flapping: () => (deps.life?.() ?? LIFE_DEFAULTS).flapping,
      }),
    response: (filter) => response(filter, { store, clock, people: deps.people ?? (() => []) }),
    silences: () => store.silences(clock.now()),
    silence: (id) => store.silence(id),
    reach: (matchers) => reach(matchers, deps),
    setSilence: (order, actor) => setSilence(order, actor, deps),
    changeSilence: (id, change, actor) => changeSilence(id, change, actor, deps),
    endSilence: (id, actor) => endSilence(id, actor, deps),
    act: (id, act, actor) => actOn(id, act, actor, deps),
    ...openOnCall(deps),
    doctor: () => examine(deps),
    audits: (filter) => store.audits(filter),
  };
}

/** Some APIs document no limit: there is nothing to count down. */
function budgetLeft(source: Source, now: number): number | undefined {
  const { left } = source.budget(now);
  return Number.isFinite(left) ? left : undefined;
}

async function giveOrder(
  order: Order,
  tenant: string | undefined,
  actor: Actor,
  deps: DeskDeps,
): Promise<Look> {
  const takers = deps
    .sources()
    .filter((source) => source.order !== undefined && (tenant === undefined || source.tenant === tenant));
  const [source, second] = takers;
  if (source?.order === undefined)
    throw new Fault('command.usage', 'No tenant here has a source that takes such an order.');
  if (second !== undefined)
    throw new Fault(
      'command.usage',
      `Say which tenant with --tenant: ${takers.map((taker) => taker.tenant).join(', ')}.`,
    );
  const at = deps.clock.now();
  const facts = await source.order(order, at);
  return { tenant: source.tenant, facts, at, fresh: true };
}

async function tenantRows(deps: DeskDeps): Promise<readonly TenantRow[]> {
  const rows = new Map((await deps.store.sources()).map((row) => [row.source, row]));
  const now = deps.clock.now();
  return deps.tenants().map((tenant) => ({
    name: tenant.name,
    tenantId: tenant.tenantId,
    cloud: tenant.cloud,
    sources: deps
      .sources()
      .filter((source) => source.tenant === tenant.name)
      .map((source) => ({
        key: source.key,
        kind: source.kind,
        health: rows.get(source.key)?.health,
        polledAt: rows.get(source.key)?.polledAt,
        budgetLeft: budgetLeft(source, now),
      })),
  }));
}

/** One real call to everything, all at once; a thing that fails is a line, never an error. */
async function examine({
  store,
  clock,
  sources,
  channels,
  heartbeat,
}: DeskDeps): Promise<readonly DoctorLine[]> {
  const record = line('record', async () => {
    await store.ping();
    return 'answers';
  });
  const asked = sources().map(async (source) => {
    try {
      const checks = await source.check(clock.now());
      return checks.map((check) => ({
        subject: `${source.key}: ${check.name}`,
        ok: check.ok,
        detail: check.detail,
        advice: check.advice,
      }));
    } catch (error) {
      return [failing(source.key, error)];
    }
  });
  const told = channels().map((channel) =>
    line(`channel:${channel.name} (${channel.kind})`, () => channel.check()),
  );
  const alive = heartbeat?.() === true ? [line('heartbeat', () => heartbeatWords(store, clock.now()))] : [];
  return [await record, ...(await Promise.all(asked)).flat(), ...(await Promise.all([...told, ...alive]))];
}

/** Asking for it would be a sign of life: what the last one came to is told instead. */
async function heartbeatWords(store: Store, now: Instant): Promise<string> {
  const last = await lastBeat(store);
  if (last === undefined) return 'set, and not sent yet: it is sent each minute while Tocsin runs';
  const ago = `${span(now - last.at)} ago`;
  if (last.ok && now - last.at < SILENT) return `sent ${ago}`;
  throw new Fault(
    'api.failed',
    last.ok ? `The last one was sent ${ago}.` : `Not sent ${ago}: ${last.detail}.`,
    {
      advice: last.ok ? 'Is a process with the role work running?' : 'Whoever waits for it will call you.',
    },
  );
}

async function line(subject: string, check: () => Promise<string>): Promise<DoctorLine> {
  try {
    return { subject, ok: true, detail: await check(), advice: '' };
  } catch (error) {
    return failing(subject, error);
  }
}

function failing(subject: string, error: unknown): DoctorLine {
  return isFault(error)
    ? { subject, ok: false, detail: error.message, advice: error.advice }
    : { subject, ok: false, detail: faultLine(error), advice: '' };
}
