import { dirname, resolve } from 'node:path';
import { LIFE_DEFAULTS, type IncidentLife } from '../model/life.js';
import type { Person } from '../model/person.js';
import { DAY } from '../model/time.js';
import { rootOf } from './build-route.js';
import { tenantOf, type CheckedSource } from './build-tenant.js';
import { CLOUD_ENDPOINTS } from './clouds.js';
import { escalationOf, scheduleOf, weekTimesOf } from './on-call.js';
import type { Problem } from './problem.js';
import type { BaseInput } from './schema.js';
import type { ConsoleAuth, RuleFile, Settings } from './settings.js';
import { trimmed } from './values.js';

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

export interface BuildInput {
  readonly path: string;
  readonly readFile: (path: string) => string;
}

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
      ...(http.probePort === undefined ? {} : { probePort: http.probePort }),
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

function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
