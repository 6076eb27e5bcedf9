import { dirname, resolve } from 'node:path';
import type { Person } from '../model/person.js';
import { LIFE_DEFAULTS, type IncidentLife } from '../model/life.js';
import type { RouteNode } from '../model/route.js';
import type { SourceKind } from '../model/source.js';
import { DAY, HOUR, MINUTE, SECOND } from '../model/time.js';
import type { TenantConnection } from '../sources/source.js';
import { CLOUD_ENDPOINTS } from './clouds.js';
import type { Problem } from './problem.js';
import { UNRESOLVED } from './secrets.js';
import { escalationOf, scheduleOf, weekTimesOf } from './on-call.js';
import type { BaseInput, RootRouteInput, RouteInput, TenantInput } from './schema.js';
import type { ConsoleAuth, RuleFile, Settings, TenantSettings } from './settings.js';

/** Everything parsed, part by part; a part with problems is undefined. */
export interface Checked {
  readonly base: BaseInput;
  readonly adapters: Readonly<Record<string, unknown>>;
  readonly sources: readonly (readonly (CheckedSource | undefined)[])[];
  readonly channels: readonly (
    | {
        readonly name: string;
        readonly kind: string;
        readonly fallback?: string;
        readonly settings: unknown;
      }
    | undefined
  )[];
}

interface CheckedSource {
  readonly kind: SourceKind;
  readonly name?: string;
  readonly every?: number;
  readonly settings: unknown;
}

export interface BuildInput {
  readonly path: string;
  readonly readFile: (path: string) => string;
}

/** Alertmanager's own defaults. */
const ROUTE_DEFAULTS = {
  groupBy: ['tenant', 'subject'],
  acrossTenants: true,
  groupWait: 30 * SECOND,
  groupInterval: 5 * MINUTE,
  repeatInterval: 4 * HOUR,
  muteTimes: [],
  activeTimes: [],
};

const EVERY: Partial<Readonly<Record<SourceKind, number>>> = {
  'message-center': 15 * MINUTE,
  'direct-routing': 5 * MINUTE,
  cqd: 5 * MINUTE,
  'partner-insights': 10 * MINUTE,
};

/** Fills in what is inherited or left out. The problems are those of files that are read here. */
export function buildSettings(
  { base, adapters, sources, channels }: Checked,
  input: BuildInput,
  rules: readonly RuleFile[],
): { settings: Settings; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const folder = dirname(input.path);
  const { http, database, redis, retention } = base;
  const settings: Settings = {
    dataDir: resolve(folder, base.dataDir),
    ...(database === undefined ? {} : { database }),
    ...(redis === undefined ? {} : { redis }),
    http: {
      host: http.host,
      port: http.port,
      publicUrl: trimmed(http.publicUrl ?? `http://${hostInUrl(http.host)}:${http.port}`),
    },
    log: base.log,
    tenants: base.tenants.map((tenant, index) =>
      tenantOf(tenant, index, sources[index] ?? [], folder, input, problems),
    ),
    adapters,
    channels: channels.flatMap((channel) => (channel === undefined ? [] : [channel])),
    route: rootOf(base.route),
    inhibit: base.inhibit,
    muteTimes: base.muteTimes.map(({ name, timeZone, times }) => ({
      name,
      timeZone,
      times: weekTimesOf(times),
    })),
    incidents: lifeOf(base.incidents),
    ...(base.heartbeat === undefined ? {} : { heartbeat: base.heartbeat }),
    people: base.people.map(personOf),
    schedules: base.schedules.map(scheduleOf),
    escalations: base.escalations.map(escalationOf),
    rules,
    console: { auth: consoleAuthOf(base.console.auth) },
    retention: { historyMs: retention.history ?? 400 * DAY, callsMs: retention.calls ?? 90 * DAY },
    privacy: base.privacy,
  };
  return { settings, problems };
}

function consoleAuthOf(auth: BaseInput['console']['auth']): ConsoleAuth {
  if (auth.kind !== 'entra') return auth;
  const { tenantId, clientId, clientSecret, cloud, endpoints, ca, token } = auth;
  const login = trimmed(endpoints.login ?? CLOUD_ENDPOINTS[cloud].login);
  const listed = endpoints.login === undefined;
  const app = { login, listed, tenantId, clientId, clientSecret, ...(ca === undefined ? {} : { ca }) };
  return { kind: 'entra', app, token };
}

function lifeOf({ reopenWithin, flapping }: BaseInput['incidents']): IncidentLife {
  const { reopenWithinMs, flapping: usual } = LIFE_DEFAULTS;
  return {
    reopenWithinMs: reopenWithin ?? reopenWithinMs,
    flapping: {
      ...usual,
      fires: flapping.fires ?? usual.fires,
      withinMs: flapping.within ?? usual.withinMs,
      calmMs: flapping.calm ?? usual.calmMs,
    },
  };
}

/** The rule files as written; what is no list of names has been said elsewhere. */
export function rulesOf(written: unknown, path: string): readonly RuleFile[] {
  const given: unknown =
    typeof written === 'object' && written !== null ? Reflect.get(written, 'rules') : undefined;
  const names: readonly unknown[] = given === undefined ? ['builtin'] : Array.isArray(given) ? given : [];
  return names.flatMap((name): RuleFile[] => {
    if (typeof name !== 'string' || name === '') return [];
    return [name === 'builtin' ? { kind: 'builtin' } : { kind: 'file', path: resolve(dirname(path), name) }];
  });
}

function tenantOf(
  tenant: TenantInput,
  index: number,
  sources: readonly (CheckedSource | undefined)[],
  folder: string,
  { readFile }: BuildInput,
  problems: Problem[],
): TenantSettings {
  const { name, tenantId, cloud, clientId, ca } = tenant;
  const { login, graph, manage, partner } = tenant.endpoints;
  const own = CLOUD_ENDPOINTS[cloud];
  const connection: TenantConnection = {
    name,
    tenantId,
    cloud,
    clientId,
    credential: credentialOf(tenant, index, folder, readFile, problems),
    endpoints: {
      login: trimmed(login ?? own.login),
      graph: trimmed(graph ?? own.graph),
      manage: trimmed(manage ?? own.manage),
      partner: trimmed(partner ?? own.partner),
    },
    customHosts: [login, graph, manage, partner].some((host) => host !== undefined),
    ...(ca === undefined ? {} : { ca }),
  };
  return {
    connection,
    sources: sources.flatMap((source) =>
      source === undefined
        ? []
        : [
            {
              kind: source.kind,
              ...(source.name === undefined ? {} : { name: source.name }),
              everyMs: source.every ?? EVERY[source.kind] ?? MINUTE,
              settings: source.settings,
            },
          ],
    ),
  };
}

function credentialOf(
  { clientSecret, certificate }: TenantInput,
  index: number,
  folder: string,
  readFile: BuildInput['readFile'],
  problems: Problem[],
): TenantConnection['credential'] {
  if (certificate === undefined) return { secret: clientSecret ?? '' };
  const { file, passphrase } = certificate;
  if (file === UNRESOLVED) return { secret: '' };
  try {
    // `file: file:/path` has been read already.
    const pem = file.includes('-----BEGIN') ? file : readFile(resolve(folder, file));
    if (!pem.includes('PRIVATE KEY-----') || !pem.includes('BEGIN CERTIFICATE-----'))
      problems.push({
        path: `tenants[${index}].certificate.file`,
        message: 'must hold the certificate and its private key as PEM',
      });
    return { certificatePem: pem, ...(passphrase === undefined ? {} : { passphrase }) };
  } catch {
    problems.push({ path: `tenants[${index}].certificate.file`, message: `the file ${file} cannot be read` });
    return { secret: '' };
  }
}

function personOf(person: BaseInput['people'][number]): Person {
  const { name, role, slack, teams, email, timeZone, notify, quiet, away } = person;
  return {
    name,
    role,
    notify: notify.map(({ via, after, severity }) => ({ via, after, severities: severity })),
    quiet: weekTimesOf(quiet),
    away: away.map(({ from, to }) => ({ person: name, from, to })),
    ...(slack === undefined ? {} : { slack }),
    ...(teams === undefined ? {} : { teams }),
    ...(email === undefined ? {} : { email }),
    ...(timeZone === undefined ? {} : { timeZone }),
  };
}

function rootOf(route: RootRouteInput): RouteNode {
  return nodeOf({ ...route, matchers: [], continue: false }, { ...ROUTE_DEFAULTS });
}

type Inherited = Pick<
  RouteNode,
  | 'channel'
  | 'fallback'
  | 'groupBy'
  | 'acrossTenants'
  | 'groupWait'
  | 'groupInterval'
  | 'repeatInterval'
  | 'muteTimes'
  | 'activeTimes'
  | 'escalation'
>;

/** Children inherit everything but the mute and active times, as in Alertmanager. */
function nodeOf(route: RouteInput, parent: Inherited): RouteNode {
  const channel = route.channel ?? parent.channel;
  const fallback = route.fallback ?? parent.fallback;
  const escalation = route.escalation ?? parent.escalation;
  const own: Inherited = {
    ...(channel === undefined ? {} : { channel }),
    ...(fallback === undefined ? {} : { fallback }),
    groupBy: route.groupBy ?? parent.groupBy,
    acrossTenants: route.groupBy === undefined && parent.acrossTenants === true,
    groupWait: route.groupWait ?? parent.groupWait,
    groupInterval: route.groupInterval ?? parent.groupInterval,
    repeatInterval: route.repeatInterval ?? parent.repeatInterval,
    muteTimes: route.muteTimes ?? [],
    activeTimes: route.activeTimes ?? [],
    ...(escalation === undefined ? {} : { escalation }),
  };
  return {
    ...own,
    matchers: route.matchers,
    continue: route.continue,
    routes: route.routes.map((child) => nodeOf(child, own)),
  };
}

function trimmed(url: string): string {
  return url.replace(/\/+$/, '');
}

function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
