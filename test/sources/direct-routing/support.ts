import { silentLog } from '../../../src/lib/log.js';
import type { CallKeep, Keep } from '../../../src/sources/keep.js';
import { directRouting } from '../../../src/sources/direct-routing/index.js';
import type { Privacy, Source, TenantConnection } from '../../../src/sources/source.js';
import { openCalls } from '../../../src/store/calls.js';
import type { Database } from '../../../src/store/database.js';
import type { Double, DoubleAnswer } from '../../support/graph-double.js';

export type TestCall = Readonly<Record<string, unknown>>;

/** A row as Graph writes it; synthetic, in the documented shape. */
export function aCall(id: number, start: number, over: TestCall = {}): TestCall {
  return {
    id: guid(id),
    correlationId: guid(id + 0x1000_0000),
    userId: '00000000-0000-4000-8000-0000000000bb',
    userPrincipalName: 'user1@contoso.example',
    userDisplayName: 'User One',
    startDateTime: stamp(start),
    inviteDateTime: stamp(start - 3_156),
    failureDateTime: '0001-01-01T00:00:00Z',
    endDateTime: stamp(start + 60_000),
    duration: 60,
    callType: 'ByotOut',
    successfulCall: true,
    callerNumber: '+33155501234',
    calleeNumber: '+442079460958',
    mediaPathLocation: '',
    signalingLocation: 'EUWE',
    finalSipCode: 0,
    callEndSubReason: 560000,
    finalSipCodePhrase: 'BYE',
    trunkFullyQualifiedDomainName: 'SBC1.contoso.example',
    mediaBypassEnabled: false,
    ...over,
  };
}

export function aFailure(id: number, start: number, sip: number, sub: number, over: TestCall = {}): TestCall {
  return aCall(id, start, {
    successfulCall: false,
    finalSipCode: sip,
    callEndSubReason: sub,
    finalSipCodePhrase: 'Unable to deliver INVITE',
    failureDateTime: stamp(start),
    endDateTime: '0001-01-01T00:00:00Z',
    duration: 0,
    ...over,
  });
}

export function guid(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

export function stamp(at: number): string {
  return new Date(at).toISOString().replace(/\.?0*Z$/, 'Z');
}

export interface OpenOptions {
  readonly keep: CallKeep;
  readonly privacy?: Privacy;
  readonly overlap?: string;
  readonly cloud?: TenantConnection['cloud'];
}

export function keepOf(database: Database): CallKeep {
  return openCalls(database);
}

/** The source on a double of Graph. */
export function openSource(double: Pick<Double, 'url' | 'ca'>, options: OpenOptions): Source {
  const tenant: TenantConnection = {
    name: 'contoso',
    tenantId: '7f8f0000-0000-4000-8000-000000000001',
    cloud: options.cloud ?? 'global',
    clientId: '1c2d0000-0000-4000-8000-000000000002',
    credential: { secret: 'not a secret' },
    endpoints: { login: double.url, graph: double.url, manage: double.url, partner: double.url },
    customHosts: true,
    ca: double.ca,
  };
  const settings = directRouting.settings.parse(
    options.overlap === undefined ? {} : { overlap: options.overlap },
  );
  const nothing = (): never => {
    throw new Error('not used here');
  };
  const keep: Keep = {
    calls: options.keep,
    vault: { get: nothing, put: nothing },
    samples: { put: nothing, get: nothing },
    documents: { put: nothing, get: nothing },
  };
  return directRouting.open(settings, { everyMs: 300_000 }, tenant, {
    log: silentLog,
    random: () => 0.5,
    keep,
    publicUrl: 'http://127.0.0.1:3978',
    privacy: options.privacy ?? { numbers: 'mask', users: 'mask' },
  });
}

/** The log as Graph gives it: rows whose start lies in the range, in pages. */
export function pageOf(path: string, url: string, rows: readonly TestCall[], size = 1_000): DoubleAnswer {
  const text = decodeURIComponent(path);
  const range = /fromDateTime=([^,]+),toDateTime=([^)]+)\)(?:\?\$skip=(\d+))?/.exec(text);
  if (range === null) return { status: 404 };
  const [from, to, skip] = [Date.parse(range[1] ?? ''), Date.parse(range[2] ?? ''), Number(range[3] ?? 0)];
  const asked = rows.filter((row) => {
    const start = Date.parse(String(row['startDateTime']));
    return start >= from && start < to;
  });
  const base = path.split('?')[0] ?? '';
  return {
    body: {
      '@odata.context': `${url}/v1.0/$metadata#Collection(microsoft.graph.callRecords.directRoutingLogRow)`,
      '@odata.count': Math.min(size, asked.length - skip),
      value: asked.slice(skip, skip + size),
      ...(skip + size < asked.length ? { '@odata.nextLink': `${url}${base}?$skip=${skip + size}` } : {}),
    },
  };
}
