import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Budget } from '../../lib/budget.js';
import { parseDuration } from '../../lib/duration.js';
import { Fault } from '../../lib/fault.js';
import type { CallsAsk } from '../../model/ask.js';
import { DAY, HOUR, MINUTE, SECOND, type Duration, type Instant } from '../../model/time.js';
import type { MinuteCount } from '../keep.js';
import { sourceKey } from '../given.js';
import type { CheckLine, Cloud, PastAsk, Poll, Source, SourcePlug, TenantConnection } from '../source.js';
import { openTenant, sharedBudget, type TenantApis } from '../tenant.js';
import { tried } from '../tried.js';
import { openClient, PERMISSION, type CallsClient } from './client.js';
import type { EachCount } from './condense.js';
import { openNames } from './fold.js';
import { lookAt, recallFrom, type LookDeps } from './look.js';
import { readMemory, writeMemory, type Memory } from './memory.js';
import { FACTS_LOOK_BACK, pollFacts, unavailableFact } from './poll-facts.js';
import { pastPolls } from './past.js';
import { readCalls, type Known } from './read.js';
import { openGiven } from './rehearse.js';
import { RUN_FADES, runsOf } from './runs.js';
import { openPageReader } from './scan/page.js';

/** Call records, per app and tenant (Microsoft Learn, Microsoft Graph service-specific throttling limits). */
const WINDOWS = [{ max: 1_500, perMs: 20 * SECOND }];

/** Clouds whose Graph has no call log (Microsoft Learn, getDirectRoutingCalls, national cloud deployments). */
const WITHOUT: Readonly<Partial<Record<Cloud, string>>> = {
  china: 'Microsoft 365 operated by 21Vianet (China) has no direct routing call log.',
};

/** Graph keeps what it has for longer, but nobody should rely on it. */
const OLDEST: Duration = 90 * DAY;

const settingsSchema = z.strictObject({
  /**
   * How much of the past is read again at each poll, from the last good one back. Rows come up to two days late, and those of
   * long calls only once they have ended.
   */
  overlap: z
    .string()
    .default('48h')
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms !== undefined && ms >= HOUR && ms <= OLDEST) return ms;
      context.addIssue({ code: 'custom', message: 'expected a duration between 1h and 90d, like 48h' });
      return z.NEVER;
    }),
});

/** The direct routing call log: whose each failed call is, and how each trunk does. */
export const directRouting: SourcePlug = {
  kind: 'direct-routing',
  settings: settingsSchema,
  open(settings, common, tenant, deps) {
    const { overlap } = settings as z.output<typeof settingsSchema>;
    const key = sourceKey(tenant.name, 'direct-routing', common.name);
    const log = deps.log.child({ source: key });
    const apis = openTenant(tenant, deps);
    const budget = sharedBudget(tenant, 'call-records', WINDOWS);
    const names = openNames();
    const askAt = (now: Instant): LookDeps => ({
      keep: deps.keep.calls,
      source: key,
      tenant: tenant.name,
      overlap,
      names,
      privacy: deps.privacy,
      log,
      client: clientAt(now, { apis, budget, tenant, names }),
    });
    const unavailable = WITHOUT[tenant.cloud];
    const polls = openPolls();
    return {
      key,
      tenant: tenant.name,
      kind: 'direct-routing',
      everyMs: common.everyMs,
      poll: async (memory, now, asks = []) =>
        unavailable === undefined
          ? polls(askAt(now), readMemory(memory), now, asks)
          : withoutLog(tenant.name, unavailable, now),
      look: async (question, now) =>
        unavailable === undefined
          ? lookAt(question, askAt(now), now)
          : [unavailableFact(tenant.name, unavailable)],
      recall: (question, _known, now) => recallFrom(question, askAt(now), now),
      ...(unavailable === undefined
        ? {
            past: {
              instead: true,
              polls: (ask: PastAsk) => pastPolls(askAt(ask.now), common.everyMs, ask),
            },
          }
        : {}),
      check: (now) => check(tenant, apis, askAt(now).client, now),
      budget: (now) => ({ left: budget.left(now), freeAt: budget.freeAt(now) }),
      close: () => apis.close(),
    } satisfies Source;
  },
  rehearse(settings, common, tenant, deps) {
    const { overlap } = settings as z.output<typeof settingsSchema>;
    const key = sourceKey(tenant.name, 'direct-routing', common.name);
    const names = openNames();
    const given = openGiven(openPageReader(names));
    const ask: LookDeps = {
      keep: deps.keep.calls,
      source: key,
      tenant: tenant.name,
      overlap,
      names,
      privacy: deps.privacy,
      log: deps.log,
      client: given.client,
    };
    const unavailable = WITHOUT[tenant.cloud];
    const polls = openPolls();
    return {
      key,
      tenant: tenant.name,
      kind: 'direct-routing',
      everyMs: common.everyMs,
      give: ({ bodies }) => given.give(bodies),
      newest: () => given.newest(),
      poll: async (memory, now, asks = []) =>
        unavailable === undefined
          ? polls(ask, readMemory(memory), now, asks)
          : withoutLog(tenant.name, unavailable, now),
    };
  },
};

interface ClientParts {
  readonly apis: TenantApis;
  readonly budget: Budget;
  readonly tenant: TenantConnection;
  readonly names: LookDeps['names'];
}

/** Time goes on while a long log is read. */
function clientAt(begun: Instant, { apis, budget, tenant, names }: ClientParts): CallsClient {
  const wall = performance.now();
  const now = (): Instant => begun + Math.round(performance.now() - wall);
  return openClient({
    graph: apis.graph,
    endpoint: tenant.endpoints.graph,
    reader: openPageReader(names),
    pace: async () => {
      while (budget.left(now()) === 0)
        await sleep(Math.min(Math.max(budget.freeAt(now()) - now(), 10), SECOND));
    },
    spend: () => {
      if (!budget.take(now()))
        throw new Fault('api.budget', 'The call records budget (1500 requests in 20 s) is used up.', {
          retryAfterMs: Math.max(SECOND, budget.freeAt(now()) - now()),
        });
    },
  });
}

type PollCalls = (
  deps: LookDeps,
  memory: Memory | undefined,
  now: Instant,
  asks: readonly CallsAsk[],
) => Promise<Poll>;

/** One poll after the other; what a process knows of the counted calls is kept between them. */
function openPolls(): PollCalls {
  let known: Known | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const poll: PollCalls = async (deps, memory, now, asks) => {
    // Rows that came since the last good poll may be as late as the overlap allows for.
    const since = Math.min(memory?.polledAt ?? now, now) - deps.overlap;
    const from = Math.max(since, memory?.marksFrom ?? 0, now - OLDEST);
    const horizon = minuteOf(now - FACTS_LOOK_BACK);
    const runsUntil = Math.min(Math.max(memory?.runsUntil ?? horizon, horizon - RUN_FADES), horizon);
    const before = known;
    // Unless all goes well, what this process believes to be counted may not have been.
    known = undefined;
    const read = await readCalls(deps, { from, to: now, since: runsUntil }, before);
    known = read.known;
    const each: EachCount = (tell) => read.known.tally.each(tell);
    const runs = runsOf(each, runsUntil, horizon, memory?.runs ?? new Map());
    const marksFrom = await forgetMarks(deps, memory?.marksFrom ?? 0, now);
    return {
      observation: {
        kind: 'direct-routing',
        at: now,
        coverage: 'full',
        facts: pollFacts({
          tenant: deps.tenant,
          each,
          now,
          runs: runsOf(each, horizon, now + MINUTE, runs),
          asks,
          byUser: await usersApart(deps, asks, now),
        }),
      },
      memory: writeMemory({ polledAt: now, marksFrom, runs, runsUntil: horizon }),
      unchanged: false,
      rows: read.rows,
    };
  };

  return (...given) => {
    const next = last.catch(() => undefined).then(() => poll(...given));
    last = next;
    return next;
  };
}

/** In memory users are taken together; a rule that keeps them apart has them read from the record. */
async function usersApart(
  { keep, source }: LookDeps,
  asks: readonly CallsAsk[],
  now: Instant,
): Promise<readonly MinuteCount[]> {
  if (!asks.some(({ by }) => by.includes('user'))) return [];
  return keep.counts(source, minuteOf(now - FACTS_LOOK_BACK), now + MINUTE);
}

function minuteOf(at: Instant): Instant {
  return Math.floor(at / MINUTE) * MINUTE;
}

/** Marks of times that are not read again would be kept for nothing. Gives since when there are any. */
async function forgetMarks(
  { keep, source, overlap }: LookDeps,
  marksFrom: Instant,
  now: Instant,
): Promise<Instant> {
  const before = Math.floor((now - Math.max(2 * overlap, 7 * DAY)) / DAY) * DAY;
  if (before <= marksFrom) return marksFrom;
  await keep.forget(source, before, 'marks');
  return before;
}

function withoutLog(tenant: string, reason: string, now: Instant): Poll {
  return {
    observation: {
      kind: 'direct-routing',
      at: now,
      coverage: 'full',
      facts: [unavailableFact(tenant, reason)],
    },
    memory: null,
    unchanged: false,
  };
}

async function check(
  tenant: TenantConnection,
  apis: TenantApis,
  client: CallsClient,
  now: Instant,
): Promise<readonly CheckLine[]> {
  const unavailable = WITHOUT[tenant.cloud];
  if (unavailable !== undefined) return [{ name: 'call log', ok: true, detail: unavailable, advice: '' }];
  const token = await tried('token', async () => {
    await apis.tokens.token(new URL(tenant.endpoints.graph).origin);
    return `${new URL(tenant.endpoints.login).host} gave a token`;
  });
  if (!token.ok) return [token];
  const log = await tried('getDirectRoutingCalls', async () => {
    const { rows } = await client.read(
      now - HOUR,
      now,
      () => undefined,
      () => Promise.resolve(false),
    );
    return `${rows} calls of the last hour so far (${PERMISSION})`;
  });
  return [token, log];
}
