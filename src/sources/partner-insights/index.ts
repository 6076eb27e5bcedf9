import { z } from 'zod';
import { openBudget, type Budget } from '../../lib/budget.js';
import { Fault } from '../../lib/fault.js';
import { HOUR, MINUTE, SECOND, type Instant } from '../../model/time.js';
import { givenDuration, sourceKey } from '../given.js';
import type { CheckLine, Poll, Source, SourceDeps, SourcePlug, TenantConnection } from '../source.js';
import { openTenant, type TenantApis } from '../tenant.js';
import { tried } from '../tried.js';
import { authSchema, openAccess } from './auth.js';
import { CALLBACK_PATH, callbackAddress, callbackToken } from './callback.js';
import { openInsights, type Insights } from './client.js';
import { openDownloads, type FileSummary } from './download.js';
import { readMemory, writeMemory, type Memory } from './memory.js';
import { carryOut } from './orders.js';
import { pollReports, type Found } from './poll.js';
import { answer, recallFrom } from './questions.js';
import { openGiven } from './rehearse.js';

/** No figure is published; this is what is polite. */
const WINDOWS = [{ max: 600, perMs: MINUTE }];
const FILES_KEPT = 50;

const settingsSchema = z.strictObject({
  auth: authSchema.default({ kind: 'refresh-token' }),
  /** How late a run may be before the report is overdue; half of its interval at the most. */
  grace: givenDuration(MINUTE, '2h').default(2 * HOUR),
});

/** Partner Center Insights: scheduled reports, their runs and files. */
export const partnerInsights: SourcePlug = {
  kind: 'partner-insights',
  settings: settingsSchema,
  open(settings, common, tenant, deps) {
    const { auth, grace } = settings as z.output<typeof settingsSchema>;
    const key = sourceKey(tenant.name, 'partner-insights', common.name);
    const parts = openAll(auth, tenant, deps);
    const { apis, budget, downloads, insightsAt, callbacks, files } = parts;
    const ids = new Set<string>();
    let last: Memory | undefined;
    const shared = { graceMs: grace, isOurCallback: callbacks.isOurs };

    return {
      key,
      tenant: tenant.name,
      kind: 'partner-insights',
      everyMs: common.everyMs,
      async poll(stored, now) {
        const memory = readMemory(stored);
        budget.restore(memory?.budget, now);
        const found = await pollReports({
          insights: insightsAt(now),
          downloads,
          memory,
          onFile: (id, file) => keepFile(files, id, file),
          log: deps.log,
          now,
          ...shared,
        });
        last = { ...found.memory, budget: budget.saved(now).map(([at, count]) => [at, count]) };
        for (const { id } of found.reports) ids.add(id.toLowerCase());
        return pollOf(found, now, last);
      },
      look: (question, now) =>
        answer(question, {
          insights: insightsAt(now),
          downloads,
          memory: last,
          files,
          privacy: deps.privacy,
          now,
          ...shared,
        }),
      recall: (question, known) => Promise.resolve(recallFrom(question, known)),
      async order(order, now) {
        const facts = await carryOut(order, {
          insights: insightsAt(now),
          callback: callbacks.address,
          now,
          ...shared,
        });
        for (const { values } of facts)
          if (values['type'] === 'report' && typeof values['id'] === 'string')
            ids.add(values['id'].toLowerCase());
        return facts;
      },
      hint: (id) => Promise.resolve(ids.has(id.toLowerCase())),
      check: (now) => check(tenant, parts.token, insightsAt(now), now),
      budget: (now) => ({ left: budget.left(now), freeAt: budget.freeAt(now) }),
      async close() {
        await downloads.close();
        await apis.close();
      },
    } satisfies Source;
  },
  rehearse(settings, common, tenant, { log }) {
    const { grace } = settings as z.output<typeof settingsSchema>;
    const given = openGiven();
    return {
      key: sourceKey(tenant.name, 'partner-insights', common.name),
      tenant: tenant.name,
      kind: 'partner-insights',
      everyMs: common.everyMs,
      give: (answers) => given.give(answers),
      newest: () => given.newest(),
      async poll(stored, now) {
        const found = await pollReports({
          insights: given.insights,
          downloads: given.downloads,
          memory: readMemory(stored),
          graceMs: grace,
          isOurCallback: () => false,
          onFile: () => undefined,
          log,
          now,
        });
        return pollOf(found, now, { ...found.memory, budget: null });
      },
    };
  },
};

function pollOf({ coverage, facts }: Found, at: Instant, memory: Memory): Poll {
  return {
    observation: { kind: 'partner-insights', at, coverage, facts },
    memory: writeMemory(memory),
    unchanged: false,
  };
}

interface Opened {
  readonly apis: TenantApis;
  readonly budget: Budget;
  readonly downloads: ReturnType<typeof openDownloads>;
  readonly files: Map<string, FileSummary>;
  readonly token: (now: Instant) => Promise<string>;
  readonly insightsAt: (now: Instant) => Insights;
  readonly callbacks: {
    /** Undefined when we cannot be reached under https. */
    readonly address: () => Promise<string | undefined>;
    readonly isOurs: (url: string) => boolean;
  };
}

function openAll(auth: z.output<typeof authSchema>, tenant: TenantConnection, deps: SourceDeps): Opened {
  const apis = openTenant(tenant, deps);
  const budget = openBudget(WINDOWS);
  const { vault } = deps.keep;
  const access = openAccess({ auth, tenant, http: apis.http, tokens: apis.tokens, vault });
  const ours = `${deps.publicUrl}${CALLBACK_PATH}`;
  return {
    apis,
    budget,
    downloads: openDownloads(tenant.ca),
    files: new Map(),
    token: (now) => access.token(now),
    insightsAt: (now) =>
      openInsights({
        http: apis.http,
        endpoint: tenant.endpoints.partner,
        access,
        now,
        spend: () => spend(budget, now),
      }),
    callbacks: {
      address: async () =>
        deps.publicUrl.startsWith('https:')
          ? callbackAddress(deps.publicUrl, await callbackToken(vault, tenant.name))
          : undefined,
      isOurs: (url) => url.startsWith(ours),
    },
  };
}

function keepFile(files: Map<string, FileSummary>, id: string, file: FileSummary): void {
  files.delete(id);
  files.set(id, file);
  const oldest = files.keys().next();
  if (files.size > FILES_KEPT && oldest.done !== true) files.delete(oldest.value);
}

function spend(budget: Budget, now: Instant): void {
  if (budget.take(now)) return;
  const waitMs = Math.max(SECOND, budget.freeAt(now) - now);
  throw new Fault(
    'api.budget',
    `The budget of Partner Insights (600 requests a minute) is used up for ${Math.ceil(waitMs / SECOND)} s.`,
    {
      retryAfterMs: waitMs,
    },
  );
}

async function check(
  tenant: TenantConnection,
  token: (now: Instant) => Promise<string>,
  insights: Insights,
  now: Instant,
): Promise<readonly CheckLine[]> {
  const signedIn = await tried('token', async () => {
    await token(now);
    return `${new URL(tenant.endpoints.login).host} gave a token`;
  });
  if (!signedIn.ok) return [signedIn];
  return [
    signedIn,
    await tried(
      'ScheduledReport',
      async () => `${(await insights.reports()).length} reports (Executive Report Viewer)`,
    ),
  ];
}
