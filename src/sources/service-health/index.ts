import { z } from 'zod';
import type { Budget } from '../../lib/budget.js';
import { Fault } from '../../lib/fault.js';
import type { Log } from '../../lib/log.js';
import type { Json } from '../../model/json.js';
import type { Fact, SourceKey } from '../../model/source.js';
import { DAY, MINUTE, type Instant } from '../../model/time.js';
import type { Question } from '../../model/question.js';
import type { DocumentKeep } from '../keep.js';
import { givenDuration, sourceKey } from '../given.js';
import type { CheckLine, Poll, Source, SourcePlug, TenantConnection } from '../source.js';
import { communicationsBudget, openHashes, spendOne, usedUp, type HashOf } from '../communications.js';
import { openOffice365, warnRetired } from '../office365.js';
import { OFFICE365_PERMISSION } from '../office365-error.js';
import { openTenant, type TenantApis } from '../tenant.js';
import { tried } from '../tried.js';
import { openClient, PERMISSION, type HealthClient } from './client.js';
import { issueFact } from './facts.js';
import { historyFacts } from './history.js';
import { readMemory, writeMemory, type Memory } from './memory.js';
import { openOffice365Client } from './office365.js';
import { pastPolls } from './past.js';
import { cheapPoll, factsOf, fullPoll, openAfter, serviceIds, type Found } from './poll.js';
import { openGiven } from './rehearse.js';
import { fileReports } from './reports.js';
import type { Overview } from './schema.js';

/** A poll that could not end is not begun; what it leaves is for people's questions. */
const POLL_NEEDS = 4;

const settingsSchema = z.strictObject({
  /** Where the health of services is read; `office365` is the retired Service Communications API. */
  api: z.enum(['graph', 'office365']).default('graph'),
  /** How often everything is read, and not only what changed. */
  reconcile: givenDuration(MINUTE, '30m').default(30 * MINUTE),
});

/** Microsoft 365 service health: the state of each service, and the life of each issue with its posts. */
export const serviceHealth: SourcePlug = {
  kind: 'service-health',
  settings: settingsSchema,
  open(settings, common, tenant, deps) {
    const { reconcile, api } = settings as z.output<typeof settingsSchema>;
    const key = sourceKey(tenant.name, 'service-health', common.name);
    const log = deps.log.child({ source: key });
    const apis = openTenant(tenant, deps);
    const budget = communicationsBudget(tenant, api);
    if (api === 'office365') warnRetired(tenant, deps.log);
    const clientAt = (now: Instant): HealthClient => {
      const spend = (): void => spendOne(budget, now);
      if (api === 'graph') return openClient(apis.graph, log, spend);
      const { http, tokens } = apis;
      return openOffice365Client(openOffice365({ tenant, http, tokens, log, spend }), now, log);
    };
    const looks = openLooks(tenant);
    const hashOf = openHashes();
    return {
      key,
      tenant: tenant.name,
      kind: 'service-health',
      everyMs: common.everyMs,
      poll: (memory, now) =>
        poll({
          memory,
          now,
          reconcile,
          budget,
          client: clientAt(now),
          cloud: tenant.cloud,
          hashOf,
          documents: deps.keep.documents,
          source: key,
          log,
        }),
      look: (question, now) => looks(question, clientAt(now), now),
      recall: (question, known, now) => Promise.resolve(recall(question, known, now)),
      past: {
        instead: false,
        polls: (ask) => pastPolls({ source: key, client: clientAt(ask.now), cloud: tenant.cloud }, ask),
      },
      check: (now) => check(tenant, apis, clientAt(now), api),
      budget: (now) => ({
        left: Math.max(0, budget.left(now) - (POLL_NEEDS - 1)),
        freeAt: budget.freeAt(now, POLL_NEEDS),
      }),
      close: () => apis.close(),
    } satisfies Source;
  },
  rehearse(_settings, common, tenant, { log }) {
    const given = openGiven(log);
    const hashOf = openHashes();
    return {
      key: sourceKey(tenant.name, 'service-health', common.name),
      tenant: tenant.name,
      kind: 'service-health',
      everyMs: common.everyMs,
      give: ({ bodies }) => given.give(bodies),
      newest: () => given.newest(),
      async poll(left, now) {
        const memory = readMemory(left);
        const found = await fullPoll({ client: given.client(now), memory, now, cloud: tenant.cloud, hashOf });
        return pollOf(found, now, null);
      },
    };
  },
};

interface PollAsk {
  readonly memory: Parameters<Source['poll']>[0];
  readonly now: Instant;
  readonly reconcile: number;
  readonly budget: Budget;
  readonly client: HealthClient;
  readonly cloud: TenantConnection['cloud'];
  readonly hashOf: HashOf;
  readonly documents: DocumentKeep;
  readonly source: SourceKey;
  readonly log: Log;
}

async function poll(ask: PollAsk): Promise<Poll> {
  const { now, budget, client, cloud, hashOf } = ask;
  const memory = readMemory(ask.memory);
  budget.restore(memory?.budget, now);
  if (budget.left(now) < POLL_NEEDS) throw usedUp(budget.freeAt(now, POLL_NEEDS) - now);
  const cheap =
    memory !== undefined &&
    memory.polledAt <= now &&
    memory.fullAt <= now &&
    now - memory.fullAt < ask.reconcile;
  const found = cheap
    ? await cheapPoll({ client, memory, now, cloud, hashOf })
    : await fullPoll({ client, memory, now, cloud, hashOf });
  const { facts, known, waiting } = await fileReports({
    ...ask,
    facts: found.facts,
    known: memory?.reports ?? {},
    spare: budget.left(now) - POLL_NEEDS,
  });
  // What is waited for is asked for with what was read.
  const left = waiting ? { ...found.memory, fullHash: '' } : found.memory;
  return pollOf({ ...found, facts, memory: left }, now, budget.saved(now), known);
}

function pollOf(
  { coverage, facts, memory, unchanged }: Found,
  at: Instant,
  budget: Json,
  reports: Memory['reports'] = {},
): Poll {
  return {
    observation: { kind: 'service-health', at, coverage, facts },
    memory: writeMemory({ ...memory, reports, budget }),
    unchanged,
  };
}

/** Questions, asked live. Names of services are remembered: they join an issue to its service. */
function openLooks(
  tenant: TenantConnection,
): (question: Question, client: HealthClient, now: Instant) => Promise<readonly Fact[]> {
  let known: readonly Overview[] | undefined;

  async function overviews(client: HealthClient): Promise<readonly Overview[]> {
    known = (await client.services()).read().rows;
    return known;
  }

  return async (question, client, now) => {
    if (question.about === 'services') {
      const open = openAfter({}, (await client.unresolved()).read().rows);
      return factsOf(await overviews(client), [], open, tenant.cloud);
    }
    if (question.about === 'issues') {
      const issues = (await client.unresolved()).read().rows;
      const context = { serviceIds: serviceIds(known ?? (await overviews(client))), cloud: tenant.cloud };
      return issues.map((issue) => issueFact(issue, context));
    }
    if (question.about === 'history') return history(question, await overviews(client), client, now, tenant);
    if (question.about !== 'issue')
      throw new Fault('api.not-found', `Service health has no ${question.about}.`);
    const issue = await lookUp(question.id, client, tenant);
    return [
      issueFact(issue, { serviceIds: serviceIds(known ?? (await overviews(client))), cloud: tenant.cloud }),
    ];
  };
}

type HistoryQuestion = Extract<Question, { readonly about: 'history' }>;

/** Days before the one that is under way are whole. */
async function history(
  question: HistoryQuestion,
  overviews: readonly Overview[],
  client: HealthClient,
  now: Instant,
  tenant: TenantConnection,
): Promise<readonly Fact[]> {
  const from = Math.floor(now / DAY) * DAY - (question.days - 1) * DAY;
  const [unresolved, ended] = [await client.unresolved(), await client.modifiedSince(from, true)];
  const issues = [...ended.read().rows, ...unresolved.read().rows];
  const told = await client.history?.(from);
  return historyFacts({
    facts: factsOf(overviews, issues, openAfter({}, issues), tenant.cloud),
    now,
    ...windowOf(question),
    ...(told === undefined ? {} : { told }),
  });
}

function windowOf({ days, service }: HistoryQuestion): { days: number; service?: string } {
  return { days, ...(service === undefined ? {} : { service }) };
}

function recall(question: Question, known: readonly Fact[], now: Instant): readonly Fact[] {
  if (question.about === 'history') return historyFacts({ facts: known, now, ...windowOf(question) });
  if (question.about === 'services') return known;
  if (question.about === 'issues')
    return known.filter((fact) => fact.values['type'] === 'issue' && fact.values['active'] === true);
  if (question.about !== 'issue') return [];
  const wanted = `issue:${question.id.trim()}`.toLowerCase();
  return known.filter((fact) => fact.subject.toLowerCase() === wanted);
}

async function lookUp(id: string, client: HealthClient, tenant: TenantConnection) {
  const wanted = id.trim().toUpperCase();
  const issue = /^[A-Z0-9-]{1,40}$/.test(wanted) ? await client.issue(wanted) : undefined;
  if (issue !== undefined) return issue;
  throw new Fault(
    'api.not-found',
    `Microsoft lists no issue ${wanted.slice(0, 40)} for tenant ${tenant.name}.`,
  );
}

async function check(
  tenant: TenantConnection,
  apis: TenantApis,
  client: HealthClient,
  api: 'graph' | 'office365',
): Promise<readonly CheckLine[]> {
  const legacy = api === 'office365';
  const permission = legacy ? OFFICE365_PERMISSION : PERMISSION;
  const token = await tried('token', async () => {
    await apis.tokens.token(new URL(legacy ? tenant.endpoints.manage : tenant.endpoints.graph).origin);
    return `${new URL(tenant.endpoints.login).host} gave a token`;
  });
  if (!token.ok) return [token];
  return [
    token,
    await tried(
      legacy ? 'CurrentStatus' : 'healthOverviews',
      async () => `${(await client.services()).read().rows.length} services (${permission})`,
    ),
    await tried(
      legacy ? 'Messages' : 'issues',
      async () => `${(await client.unresolved()).read().rows.length} open issues (${permission})`,
    ),
  ];
}
