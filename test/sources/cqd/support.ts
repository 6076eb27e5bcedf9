import { silentLog } from '../../../src/lib/log.js';
import type { Json } from '../../../src/model/json.js';
import type { Instant } from '../../../src/model/time.js';
import { cqd } from '../../../src/sources/cqd/index.js';
import { cqdSettings } from '../../../src/sources/cqd/settings.js';
import type { Keep, SampleKeep } from '../../../src/sources/keep.js';
import type { Source, SourceDeps, TenantConnection } from '../../../src/sources/source.js';

/** A history in memory, with the promises of the port. */
export function memorySamples(): SampleKeep {
  const kept = new Map<string, Map<Instant, Json>>();
  return {
    put: async (source, series, samples) => {
      const key = `${source} ${series}`;
      const rows = kept.get(key) ?? new Map<Instant, Json>();
      kept.set(key, rows);
      for (const { at, value } of samples) rows.set(at, value);
    },
    get: async (source, series, from, to) =>
      [...(kept.get(`${source} ${series}`) ?? [])]
        .map(([at, value]) => ({ at, value }))
        .filter(({ at }) => at >= from && at <= to)
        .sort((a, b) => a.at - b.at),
  };
}

const TENANT: TenantConnection = {
  name: 'contoso',
  tenantId: 'contoso.example',
  cloud: 'global',
  clientId: 'app',
  credential: { secret: 'unused' },
  endpoints: { login: '', graph: '', manage: '', partner: '' },
  customHosts: false,
};

/** The source as the settings open it; `settings` is what stands under `sources:`. */
export function openSource(
  settings: Readonly<Record<string, unknown>>,
  over: { readonly samples?: SampleKeep; readonly name?: string | undefined; readonly everyMs?: number } = {},
): Source {
  const deps: SourceDeps = {
    log: silentLog,
    random: () => 0.5,
    keep: { samples: over.samples ?? memorySamples() } as Keep,
    publicUrl: 'https://tocsin.example',
    privacy: { numbers: 'mask', users: 'show' },
  };
  const name = 'name' in over ? over.name : 'paris';
  const common = { ...(name === undefined ? {} : { name }), everyMs: over.everyMs ?? 300_000 };
  return cqd.open(cqdSettings.parse({ timeZone: 'Europe/Paris', ...settings }), common, TENANT, deps);
}

/** `integration healthy, cube failing+stale`: the states of a site in one line. */
export async function statesOf(source: Source, now: Instant): Promise<string> {
  const { observation } = await source.poll(undefined, now);
  return observation.facts
    .map(({ values }) => {
      const said = (name: string): string => (typeof values[name] === 'string' ? values[name] : '');
      const also = ['failing', 'stuck', 'stale'].filter(
        (name) => values[name] === true && values['state'] !== name,
      );
      return `${said('stage')} ${[said('state'), ...also].join('+')}`;
    })
    .join(', ');
}

/** A status in the published form: what is left out has no value at all. */
export function aStatus(lists: {
  readonly integrations?: readonly string[];
  readonly cubes?: readonly string[];
  readonly failedIntegrations?: readonly string[];
  readonly failedCubes?: readonly string[];
  readonly integrationStart?: string;
  readonly cubeStart?: string;
}): string {
  const list = (stamps: readonly string[] | undefined): string =>
    stamps === undefined ? ' ' : JSON.stringify(stamps);
  return `{
"LastSuccessIntegrations": ${list(lists.integrations)},
"LastSuccessCubeProcessings": ${list(lists.cubes)},
"LastFailedIntegrations":  ${list(lists.failedIntegrations)},
"LastFailedCubeProcessings": ${list(lists.failedCubes)},
"LastDataIntegrationStart": ${lists.integrationStart === undefined ? 'null' : JSON.stringify(lists.integrationStart)},
"LastCubeProcessingStart": ${lists.cubeStart === undefined ? 'null' : JSON.stringify(lists.cubeStart)}
}`;
}
