import { silentLog } from '../../../src/lib/log.js';
import type { Json } from '../../../src/model/json.js';
import type { Fact } from '../../../src/model/source.js';
import { HOUR, MINUTE } from '../../../src/model/time.js';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/sandbox.js';
import type { SandboxReport } from '../../../src/sandbox/partner/state.js';
import type { Keep, Vault } from '../../../src/sources/keep.js';
import { partnerInsights } from '../../../src/sources/partner-insights/index.js';
import type { Source, SourceDeps, TenantConnection } from '../../../src/sources/source.js';
import { handClock } from '../../sandbox/support.js';
import { tenantOf } from '../../support/tenant-of.js';

export const NOW = Date.UTC(2026, 10, 2, 8, 0, 0);
export const QUERY = '6664daf3-c161-423a-92a1-0ea6db2c0384';
export const REPORT = 'd9548477-16d4-492a-bf9c-0cf91a9f69bf';

/** A vault that anybody may look into. */
export function openVaultDouble(
  kept: Record<string, string> = {},
): Vault & { readonly kept: Record<string, string> } {
  return {
    kept,
    get: async (name) => kept[name],
    put: async (name, secret) => void (kept[name] = secret),
  };
}

export function depsWith(vault: Vault, over: Partial<SourceDeps> = {}): SourceDeps {
  return {
    log: silentLog,
    random: () => 0,
    keep: { vault } as unknown as Keep,
    publicUrl: 'https://tocsin.example',
    privacy: { numbers: 'mask', users: 'show' },
    ...over,
  };
}

export interface Rig {
  readonly sandbox: Sandbox;
  readonly source: Source;
  readonly tenant: TenantConnection;
  readonly vault: ReturnType<typeof openVaultDouble>;
  readonly clock: ReturnType<typeof handClock>;
  /** Polls now. */
  readonly poll: () => Promise<readonly Fact[]>;
  /** Moves the clock and polls; the one report's values. */
  readonly after: (ms: number) => Promise<Fact['values']>;
  close(): Promise<void>;
}

export async function openRig(
  options: {
    readonly sandbox?: SandboxOptions;
    readonly settings?: object;
    readonly deps?: Partial<SourceDeps>;
    readonly mfa?: boolean;
  } = {},
): Promise<Rig> {
  const { openSandbox } = await import('../../../src/sandbox/sandbox.js');
  const clock = handClock(NOW);
  const sandbox = await openSandbox({ clock, ...options.sandbox });
  const tenant = tenantOf(sandbox);
  const vault = openVaultDouble();
  const token = sandbox.refreshToken({ mfa: options.mfa ?? true });
  const settings = partnerInsights.settings.parse(
    options.settings ?? { auth: { kind: 'refresh-token', token } },
  );
  const source = partnerInsights.open(
    settings,
    { everyMs: 10 * MINUTE },
    tenant,
    depsWith(vault, options.deps),
  );
  let memory: Json | undefined;
  const poll = async (): Promise<readonly Fact[]> => {
    const found = await source.poll(memory, clock.now());
    memory = JSON.parse(JSON.stringify(found.memory)) as Json;
    return found.observation.facts;
  };
  return {
    sandbox,
    source,
    tenant,
    vault,
    clock,
    poll,
    async after(ms) {
      clock.move(ms);
      const [fact] = await poll();
      if (fact === undefined) throw new Error('no fact');
      return fact.values;
    },
    async close() {
      await source.close();
      await sandbox.close();
    },
  };
}

/** Scheduled for 10:00 of the first day, every day, unless told otherwise. */
export function aReport(over: Partial<SandboxReport> = {}): SandboxReport {
  return {
    reportId: REPORT,
    reportName: 'Nightly',
    description: '',
    queryId: QUERY,
    query: 'SELECT CustomerName, Product, BilledRevenueUSD FROM CustomersAndTenants TIMESPAN LAST_MONTH',
    user: 'analyst@contoso.example',
    createdTime: new Date(NOW - HOUR).toISOString(),
    modifiedTime: null,
    executeNow: false,
    startTime: new Date(NOW + 2 * HOUR).toISOString(),
    reportStatus: 'Active',
    recurrenceInterval: 24,
    recurrenceCount: null,
    callbackUrl: null,
    callbackMethod: null,
    format: 'csv',
    ...over,
  };
}

export function addQuery(sandbox: Sandbox): void {
  sandbox.insights.putQuery({
    queryId: QUERY,
    name: 'Customers',
    description: '',
    query: aReport().query,
    type: 'system',
    user: 'System',
    createdTime: '2021-01-01T00:00:00Z',
  });
}
