import { z } from 'zod';
import type { Budget } from '../../lib/budget.js';
import { parseDuration } from '../../lib/duration.js';
import { Fault, faultLine, isFault } from '../../lib/fault.js';
import type { Fact } from '../../model/source.js';
import { HOUR, MINUTE, SECOND, type Instant } from '../../model/time.js';
import type { Question } from '../../model/question.js';
import type { CheckLine, Poll, Source, SourcePlug, TenantConnection } from '../source.js';
import { openTenant, sharedBudget, type TenantApis } from '../tenant.js';
import { openClient, PERMISSION, type HealthClient } from './client.js';
import { issueFact } from './facts.js';
import { readMemory, writeMemory } from './memory.js';
import { cheapPoll, factsOf, fullPoll, openAfter, serviceIds } from './poll.js';
import type { Overview } from './schema.js';

/** Any call under /admin/serviceAnnouncement, per app and tenant (Microsoft Learn, service communications API limits). */
const WINDOWS = [
  { max: 240, perMs: MINUTE },
  { max: 800, perMs: HOUR },
];

/** A poll that could not end is not begun; what it leaves is for people's questions. */
const POLL_NEEDS = 4;

const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= MINUTE) return ms;
  context.addIssue({ code: 'custom', message: 'expected a duration of at least 1m, like 30m' });
  return z.NEVER;
});

const settingsSchema = z.strictObject({
  /** Where the health of services is read. */
  api: z.enum(['graph']).default('graph'),
  /** How often everything is read, and not only what changed. */
  reconcile: duration.default(30 * MINUTE),
});

/** Microsoft 365 service health: the state of each service, and the life of each issue with its posts. */
export const serviceHealth: SourcePlug = {
  kind: 'service-health',
  settings: settingsSchema,
  open(settings, common, tenant, deps) {
    const { reconcile } = settings as z.output<typeof settingsSchema>;
    const name = common.name === undefined ? '' : `/${common.name}`;
    const key = `${tenant.name}/service-health${name}`;
    const log = deps.log.child({ source: key });
    const apis = openTenant(tenant, deps);
    const budget = sharedBudget(tenant, 'service-communications', WINDOWS);
    const clientAt = (now: Instant): HealthClient => openClient(apis.graph, log, () => spend(budget, now));
    const looks = openLooks(tenant);
    return {
      key,
      tenant: tenant.name,
      kind: 'service-health',
      everyMs: common.everyMs,
      poll: (memory, now) =>
        poll({ memory, now, reconcile, budget, client: clientAt(now), cloud: tenant.cloud }),
      look: (question, now) => looks(question, clientAt(now)),
      recall: (question, known) => Promise.resolve(recall(question, known)),
      check: (now) => check(tenant, apis, clientAt(now)),
      budget: (now) => ({
        left: Math.max(0, budget.left(now) - (POLL_NEEDS - 1)),
        freeAt: budget.freeAt(now, POLL_NEEDS),
      }),
      close: () => apis.close(),
    } satisfies Source;
  },
};

function spend(budget: Budget, now: Instant): void {
  if (!budget.take(now)) throw usedUp(budget.freeAt(now) - now);
}

function usedUp(waitMs: number): Fault {
  const seconds = Math.max(1, Math.ceil(waitMs / SECOND));
  return new Fault(
    'api.budget',
    `The service communications budget (240 requests a minute, 800 an hour) is used up for ${seconds} s.`,
    { retryAfterMs: seconds * SECOND },
  );
}

interface PollAsk {
  readonly memory: Parameters<Source['poll']>[0];
  readonly now: Instant;
  readonly reconcile: number;
  readonly budget: Budget;
  readonly client: HealthClient;
  readonly cloud: TenantConnection['cloud'];
}

async function poll(ask: PollAsk): Promise<Poll> {
  const { now, budget, client, cloud } = ask;
  const memory = readMemory(ask.memory);
  budget.restore(memory?.budget, now);
  if (budget.left(now) < POLL_NEEDS) throw usedUp(budget.freeAt(now, POLL_NEEDS) - now);
  const cheap =
    memory !== undefined &&
    memory.polledAt <= now &&
    memory.fullAt <= now &&
    now - memory.fullAt < ask.reconcile;
  const found = cheap
    ? await cheapPoll({ client, memory, now, cloud })
    : await fullPoll({ client, memory, now, cloud });
  return {
    observation: { kind: 'service-health', at: now, coverage: found.coverage, facts: found.facts },
    memory: writeMemory({ ...found.memory, budget: budget.saved(now) }),
    unchanged: found.unchanged,
  };
}

/** Questions, asked live. Names of services are remembered: they join an issue to its service. */
function openLooks(
  tenant: TenantConnection,
): (question: Question, client: HealthClient) => Promise<readonly Fact[]> {
  let known: readonly Overview[] | undefined;

  async function overviews(client: HealthClient): Promise<readonly Overview[]> {
    known = (await client.services()).read().rows;
    return known;
  }

  return async (question, client) => {
    if (question.about === 'services') {
      const open = openAfter({}, (await client.unresolved()).read().rows);
      return factsOf(await overviews(client), [], open, tenant.cloud);
    }
    if (question.about === 'issues') {
      const issues = (await client.unresolved()).read().rows;
      const context = { serviceIds: serviceIds(known ?? (await overviews(client))), cloud: tenant.cloud };
      return issues.map((issue) => issueFact(issue, context));
    }
    if (question.about !== 'issue')
      throw new Fault('api.not-found', `Service health has no ${question.about}.`);
    const issue = await lookUp(question.id, client, tenant);
    return [
      issueFact(issue, { serviceIds: serviceIds(known ?? (await overviews(client))), cloud: tenant.cloud }),
    ];
  };
}

function recall(question: Question, known: readonly Fact[]): readonly Fact[] {
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
): Promise<readonly CheckLine[]> {
  const token = await tried('token', async () => {
    await apis.tokens.token(new URL(tenant.endpoints.graph).origin);
    return `${new URL(tenant.endpoints.login).host} gave a token`;
  });
  if (!token.ok) return [token];
  return [
    token,
    await tried(
      'healthOverviews',
      async () => `${(await client.services()).read().rows.length} services (${PERMISSION})`,
    ),
    await tried(
      'issues',
      async () => `${(await client.unresolved()).read().rows.length} open issues (${PERMISSION})`,
    ),
  ];
}

async function tried(name: string, call: () => Promise<string>): Promise<CheckLine> {
  try {
    return { name, ok: true, detail: await call(), advice: '' };
  } catch (error) {
    if (!isFault(error)) return { name, ok: false, detail: faultLine(error), advice: '' };
    const id = error.requestId === undefined ? '' : ` (request ${error.requestId})`;
    return { name, ok: false, detail: `${error.message}${id}`, advice: error.advice };
  }
}
