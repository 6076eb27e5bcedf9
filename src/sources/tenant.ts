import { openBudget, type Budget, type BudgetWindow } from '../lib/budget.js';
import { openHttp, type Http } from '../lib/http.js';
import { openGraph, type Graph } from './graph.js';
import { openTokens, type Tokens } from './tokens.js';
import type { SourceDeps, TenantConnection } from './source.js';

/** What the sources of one tenant share: connections, tokens and the Graph client. */
export interface TenantApis {
  readonly http: Http;
  readonly tokens: Tokens;
  readonly graph: Graph;
  /** Gives up this share; the connections end with the last one. */
  close(): Promise<void>;
}

interface Shared {
  readonly http: Http;
  readonly tokens: Tokens;
  readonly graph: Graph;
  users: number;
}

const open = new WeakMap<TenantConnection, Shared>();

export function openTenant(tenant: TenantConnection, deps: SourceDeps): TenantApis {
  const shared = open.get(tenant) ?? connect(tenant, deps);
  open.set(tenant, shared);
  shared.users += 1;
  let closed = false;
  return {
    http: shared.http,
    tokens: shared.tokens,
    graph: shared.graph,
    async close() {
      if (closed) return;
      closed = true;
      shared.users -= 1;
      if (shared.users > 0) return;
      open.delete(tenant);
      await shared.http.close();
    },
  };
}

function connect(tenant: TenantConnection, { log, random }: SourceDeps): Shared {
  const http = openHttp({
    ...(tenant.ca === undefined ? {} : { ca: tenant.ca }),
    userAgent: 'Tocsin',
    log,
    random,
  });
  const tokens = openTokens(tenant, http, log);
  return { http, tokens, graph: openGraph(tenant.endpoints.graph, tokens, http), users: 0 };
}

const budgets = new Map<string, Budget>();

/** One budget for an app in a tenant, whoever spends it: the API counts per app and tenant. Outlives its sources. */
export function sharedBudget(
  tenant: TenantConnection,
  api: string,
  windows: readonly BudgetWindow[],
): Budget {
  const key = JSON.stringify(
    [api, tenant.endpoints.graph, tenant.tenantId, tenant.clientId].map((part) => part.toLowerCase()),
  );
  const budget = budgets.get(key) ?? openBudget(windows);
  budgets.set(key, budget);
  return budget;
}
