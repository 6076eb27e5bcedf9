import { z } from 'zod';
import type { Budget } from '../../lib/budget.js';
import { Fault } from '../../lib/fault.js';
import type { Log } from '../../lib/log.js';
import type { Json } from '../../model/json.js';
import type { Question } from '../../model/question.js';
import type { Fact } from '../../model/source.js';
import { HOUR, MINUTE, type Instant } from '../../model/time.js';
import { communicationsBudget, openHashes, spendOne, usedUp, type HashOf } from '../communications.js';
import { openOffice365, warnRetired } from '../office365.js';
import { OFFICE365_PERMISSION } from '../office365-error.js';
import { givenDuration, sourceKey } from '../given.js';
import type { CheckLine, Poll, Source, SourcePlug, TenantConnection } from '../source.js';
import { openTenant, type TenantApis } from '../tenant.js';
import { tried } from '../tried.js';
import { openClient, PERMISSION, type MessageClient } from './client.js';
import { dayOf, messageFact } from './facts.js';
import { readMemory, writeMemory } from './memory.js';
import { openOffice365Client } from './office365.js';
import { openPast, type Past } from './past.js';
import { cheapPoll, fullPoll, type Found, type PollPlan } from './poll.js';
import { openGiven } from './rehearse.js';
import type { Message } from './schema.js';

/** A poll that could not end is not begun; what it leaves is for people's questions. */
const POLL_NEEDS = 3;

const settingsSchema = z.strictObject({
  /** Where messages are read; `office365` is the retired Service Communications API. */
  api: z.enum(['graph', 'office365']).default('graph'),
  /** How often everything is read, and not only what changed; on a new day (UTC) it is in any case. */
  reconcile: givenDuration(MINUTE, '6h').default(6 * HOUR),
});

/** The Message center: posts about changes to come, their updates and their deadlines. */
export const messageCenter: SourcePlug = {
  kind: 'message-center',
  settings: settingsSchema,
  open(settings, common, tenant, deps) {
    const { api, reconcile } = settings as z.output<typeof settingsSchema>;
    const key = sourceKey(tenant.name, 'message-center', common.name);
    const log = deps.log.child({ source: key });
    const apis = openTenant(tenant, deps);
    const budget = communicationsBudget(tenant, api);
    const past = openPast(deps.keep.samples, key);
    const hashOf = openHashes();
    if (api === 'office365') warnRetired(tenant, deps.log);
    const clientAt = (now: Instant): MessageClient => {
      const spend = (): void => spendOne(budget, now);
      if (api === 'graph') return openClient(apis.graph, log, spend);
      const { http, tokens } = apis;
      return openOffice365Client(openOffice365({ tenant, http, tokens, log, spend }), now);
    };
    return {
      key,
      tenant: tenant.name,
      kind: 'message-center',
      everyMs: common.everyMs,
      poll: (memory, now) =>
        poll({
          memory,
          now,
          reconcile,
          budget,
          client: clientAt(now),
          cloud: tenant.cloud,
          past,
          hashOf,
          log,
        }),
      look: (question, now) => look(question, { client: clientAt(now), past, tenant, now }),
      recall: (question, known) => Promise.resolve(recall(question, known)),
      check: (now) => check(tenant, apis, clientAt(now), api),
      budget: (now) => ({
        left: Math.max(0, budget.left(now) - (POLL_NEEDS - 1)),
        freeAt: budget.freeAt(now, POLL_NEEDS),
      }),
      close: () => apis.close(),
    } satisfies Source;
  },
  rehearse(_settings, common, tenant, { log, keep }) {
    const key = sourceKey(tenant.name, 'message-center', common.name);
    const given = openGiven(log);
    const past = openPast(keep.samples, key);
    const hashOf = openHashes();
    return {
      key,
      tenant: tenant.name,
      kind: 'message-center',
      everyMs: common.everyMs,
      give: ({ bodies }) => given.give(bodies),
      newest: () => given.newest(),
      async poll(left, now) {
        const rest = {
          client: given.client(now),
          now,
          cloud: tenant.cloud,
          past,
          hashOf,
          spare: () => 0,
          log,
        };
        return pollOf(await fullPoll({ ...rest, memory: readMemory(left) }), now, null);
      },
    };
  },
};

interface PollAsk {
  readonly memory: Parameters<Source['poll']>[0];
  readonly now: Instant;
  readonly reconcile: number;
  readonly budget: Budget;
  readonly client: MessageClient;
  readonly cloud: TenantConnection['cloud'];
  readonly past: Past;
  readonly hashOf: HashOf;
  readonly log: Log;
}

async function poll({ memory: left, now, reconcile, budget, ...rest }: PollAsk): Promise<Poll> {
  const memory = readMemory(left);
  budget.restore(memory?.budget, now);
  if (budget.left(now) < POLL_NEEDS) throw usedUp(budget.freeAt(now, POLL_NEEDS) - now);
  const plan: PollPlan = { ...rest, memory, now, spare: () => budget.left(now) - POLL_NEEDS };
  const found =
    memory !== undefined && isCheap(memory, now, reconcile)
      ? await cheapPoll({ ...plan, memory })
      : await fullPoll(plan);
  return pollOf(found, now, budget.saved(now));
}

function pollOf({ coverage, facts, memory, unchanged }: Found, at: Instant, budget: Json): Poll {
  return {
    observation: { kind: 'message-center', at, coverage, facts },
    memory: writeMemory({ ...memory, budget }),
    unchanged,
  };
}

/** Days left until a deadline are told anew each day, and so everything is read. */
function isCheap(
  { polledAt, fullAt }: { readonly polledAt: Instant; readonly fullAt: Instant },
  now: Instant,
  reconcile: number,
): boolean {
  return polledAt <= now && fullAt <= now && now - fullAt < reconcile && dayOf(fullAt) === dayOf(now);
}

interface LookAsk {
  readonly client: MessageClient;
  readonly past: Past;
  readonly tenant: TenantConnection;
  readonly now: Instant;
}

/** One message comes with its past and its attachments; the list is as Microsoft has it now. */
async function look(question: Question, ask: LookAsk): Promise<readonly Fact[]> {
  const { client, past, tenant, now } = ask;
  const context = { cloud: tenant.cloud, now };
  if (question.about === 'messages') {
    const { rows } = (await client.all()).read();
    const facts = rows.map((row) => messageFact(row, { updates: 0, changed: '', attachments: [] }, context));
    return facts.filter((fact) => concerns(fact, question.service));
  }
  if (question.about !== 'message')
    throw new Fault('api.not-found', `The Message center has no ${question.about}.`);
  const message = await lookUp(question.id, ask);
  const listed = message.hasAttachments === true ? await client.attachments?.(message.id) : [];
  const history = await past.tell(message);
  return [messageFact(message, { ...history, attachments: listed ?? [] }, context)];
}

async function lookUp(id: string, { client, tenant }: LookAsk): Promise<Message> {
  const wanted = id.trim().toUpperCase();
  const message = /^[A-Z0-9-]{1,40}$/.test(wanted) ? await client.message(wanted) : undefined;
  if (message !== undefined) return message;
  throw new Fault(
    'api.not-found',
    `Microsoft lists no message ${wanted.slice(0, 40)} for tenant ${tenant.name}.`,
  );
}

function recall(question: Question, known: readonly Fact[]): readonly Fact[] {
  const messages = known.filter((fact) => fact.values['type'] === 'message');
  if (question.about === 'messages') return messages.filter((fact) => concerns(fact, question.service));
  if (question.about !== 'message') return [];
  const wanted = `message:${question.id.trim()}`.toLowerCase();
  return messages.filter((fact) => fact.subject.toLowerCase() === wanted);
}

/** One of its services has all the words in its name. */
function concerns({ values }: Fact, service: string | undefined): boolean {
  if (service === undefined) return true;
  const words = service.toLowerCase().split(/\s+/).filter(Boolean);
  const names = Array.isArray(values['services']) ? (values['services'] as readonly unknown[]) : [];
  return names.some((name) => words.every((word) => String(name).toLowerCase().includes(word)));
}

async function check(
  tenant: TenantConnection,
  apis: TenantApis,
  client: MessageClient,
  api: 'graph' | 'office365',
): Promise<readonly CheckLine[]> {
  const legacy = api === 'office365';
  const token = await tried('token', async () => {
    await apis.tokens.token(new URL(legacy ? tenant.endpoints.manage : tenant.endpoints.graph).origin);
    return `${new URL(tenant.endpoints.login).host} gave a token`;
  });
  if (!token.ok) return [token];
  const permission = legacy ? OFFICE365_PERMISSION : PERMISSION;
  return [
    token,
    await tried(
      legacy ? 'Messages' : 'messages',
      async () => `${(await client.all()).read().rows.length} messages (${permission})`,
    ),
  ];
}
