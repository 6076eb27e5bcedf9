import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { wallClock, type Clock } from '../lib/clock.js';
import { openCqdSite, type CqdSite } from './cqd/site.js';
import { openDirectory, type Directory } from './directory.js';
import { announcementRoutes } from './graph/announcements.js';
import { callRoutes } from './graph/calls.js';
import { attachmentRoutes } from './graph/attachments.js';
import { graphHost } from './graph/host.js';
import { openThrottle, SERVICE_COMMUNICATIONS, type ThrottleLimits } from './graph/throttle.js';
import { openFaultBook, type FaultControl } from './http/faults.js';
import { openFront, type Front, type FrontDeps, type RequestLogEntry } from './http/front.js';
import type { HostName } from './http/answer.js';
import { openHook, type Hook } from './http/hook.js';
import { loginHost } from './login/host.js';
import { openGrants, type Grants } from './login/grants.js';
import { openSigner, type Signer } from './login/jwt.js';
import { manageHost, type LegacyShape } from './manage/host.js';
import { serviceCommsRoutes } from './manage/service-comms.js';
import { openFiles } from './partner/files.js';
import { partnerHost } from './partner/host.js';
import type { InsightsState } from './partner/state.js';
import type { CallState } from './state/calls.js';
import type { HealthState } from './state/health.js';
import type { MessageState } from './state/messages.js';
import { openTimeline, openWorld, type Step, type World } from './state/world.js';
import type { Casing } from './state/wire.js';
import { makeTls } from './tls.js';

export interface SandboxOptions {
  /** Time of the APIs' data, dates and throttling; tokens live in real time. The wall clock when left out. */
  readonly clock?: Clock;
  readonly tenantId?: string;
  readonly domain?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** PEM certificates that may sign client assertions for the app. */
  readonly certificates?: readonly string[];
  /** The app's consented application roles; all that Tocsin asks for when left out. */
  readonly roles?: readonly string[];
  /** How enum members begin; live answers are camelCase. */
  readonly casing?: Casing;
  /** How the retired Office 365 API answers: as recorded, or as documented, faults included. */
  readonly legacyShape?: LegacyShape;
  /** Microsoft's documented limits when left out. */
  readonly throttle?: ThrottleLimits | false;
  readonly tokenLifetimeSeconds?: number;
  /** Where to write the authority's certificate, for NODE_EXTRA_CA_CERTS or `ca: file:`. */
  readonly caDir?: string;
}

/** The Microsoft side of one tenant, on loopback. */
export interface Sandbox {
  readonly endpoints: Readonly<Record<Exclude<HostName, 'files'>, string>>;
  /** The certificate authority that clients must trust. */
  readonly caPem: string;
  readonly caFile?: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clock: Clock;
  readonly health: HealthState;
  readonly messages: MessageState;
  readonly insights: InsightsState;
  readonly calls: CallState;
  /** A refresh token as an interactive sign-in yields it, with a second factor unless told otherwise. */
  refreshToken(options?: { readonly mfa?: boolean }): string;
  /** Every refresh token is dead from now on. */
  revokeSignIns(): void;
  /** Further tenants and apps. */
  readonly directory: Directory;
  readonly faults: FaultControl;
  /** Every request, oldest first, without tokens or bodies. */
  readonly requests: readonly RequestLogEntry[];
  readonly hook: Pick<Hook, 'url' | 'received'>;
  /** A Call Quality Dashboard. */
  readonly cqd: Pick<CqdSite, 'url' | 'httpsUrl' | 'timeZone' | 'control'>;
  /** Changes to apply when their time comes; `clock` replaces the sandbox's own for them. */
  script(steps: readonly Step[], clock?: Clock): void;
  close(): Promise<void>;
}

const DEFAULTS = {
  tenantId: '5b1e4f0a-6c2d-4f7e-9a38-2d0c7b9e1a55',
  domain: 'contoso.example',
  clientId: '0f6d3c52-81a7-4b0e-b6f4-93c5d2e7a810',
  clientSecret: 'sandbox~only.Kx7-nothing-behind-it',
  roles: ['ServiceHealth.Read.All', 'ServiceMessage.Read.All', 'ServiceHealth.Read', 'CallRecords.Read.All'],
};

/** Opens every host on a free port of 127.0.0.1. */
export async function openSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { clock = wallClock } = options;
  const app = { ...DEFAULTS, ...options };
  const directory = openDirectory();
  directory.addTenant({ tenantId: app.tenantId, domain: app.domain });
  directory.addApp({
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    roles: app.roles,
    certificates: options.certificates ?? [],
  });
  const { world, settle, script } = openScripted(clock);
  const [tls, signer] = await Promise.all([makeTls(Date.now()), openSigner()]);
  const faults = openFaultBook();
  const grants = openGrants();
  const log: RequestLogEntry[] = [];
  const fronts = await openFronts({ tls, clock, faults, log, settle });
  serveAll(fronts, { directory, signer, grants, world, options });
  const hook = await openHook(() => clock.now());
  const cqd = await openCqdSite({ tls, clock, jobs: world.cqd });
  const caFile = options.caDir === undefined ? undefined : await writeCa(options.caDir, tls.caPem);
  return {
    endpoints: {
      login: fronts.login.origin,
      graph: fronts.graph.origin,
      manage: fronts.manage.origin,
      partner: fronts.partner.origin,
    },
    caPem: tls.caPem,
    ...(caFile === undefined ? {} : { caFile }),
    tenantId: app.tenantId,
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    clock,
    health: world.health,
    messages: world.messages,
    insights: world.insights,
    calls: world.calls,
    refreshToken: ({ mfa = true } = {}) =>
      grants.refreshToken({
        tenantId: app.tenantId,
        clientId: app.clientId,
        user: `analyst@${app.domain}`,
        mfa,
      }),
    revokeSignIns: () => grants.revokeAll(),
    directory,
    faults,
    requests: log,
    hook,
    cqd,
    script,
    close: async () => {
      await world.insights.close();
      await Promise.all([...Object.values(fronts), hook, cqd].map((server) => server.close()));
    },
  };
}

interface Scripted {
  readonly world: World;
  readonly settle: () => void;
  readonly script: Sandbox['script'];
}

/** The world with its timelines: they move when somebody looks, so that no timer runs. */
function openScripted(clock: Clock): Scripted {
  const timelines = new Map<Clock, ReturnType<typeof openTimeline>>();
  const settle = (): void => {
    for (const [time, timeline] of timelines) timeline.advance(world, time.now());
  };
  const world = openWorld(() => clock.now(), settle);
  const script: Sandbox['script'] = (steps, time = clock) => {
    const timeline = timelines.get(time) ?? openTimeline();
    timelines.set(time, timeline);
    timeline.add(steps);
    settle();
  };
  return { world, settle, script };
}

type Fronts = Readonly<Record<HostName, Front>>;

async function openFronts(deps: FrontDeps): Promise<Fronts> {
  const [login, graph, manage, partner, files] = await Promise.all([
    openFront('login', deps),
    openFront('graph', deps),
    openFront('manage', deps),
    openFront('partner', deps),
    openFront('files', deps),
  ]);
  return { login, graph, manage, partner, files };
}

interface Parts {
  readonly directory: Directory;
  readonly signer: Signer;
  readonly grants: Grants;
  readonly world: World;
  readonly options: SandboxOptions;
}

/** The hosts and their route lists. A new API is a route file and a line here. */
function serveAll(fronts: Fronts, { directory, signer, grants, world, options }: Parts): void {
  const realTime = (): number => Date.now();
  const limits = options.throttle === false ? undefined : (options.throttle ?? SERVICE_COMMUNICATIONS);
  fronts.login.serve(
    loginHost({
      directory,
      signer,
      grants,
      resources: [fronts.graph.origin, fronts.manage.origin, fronts.partner.origin],
      lifetimeSeconds: options.tokenLifetimeSeconds ?? 3599,
      realTime,
    }),
  );
  fronts.graph.serve(
    graphHost({
      routes: [...announcementRoutes, ...attachmentRoutes, ...callRoutes],
      world,
      casing: options.casing ?? 'camel',
      signer,
      directory,
      throttles: [{ path: /^\/v1\.0\/admin\/serviceAnnouncement(?:\/|$)/, throttle: openThrottle(limits) }],
      authority: fronts.login.origin,
      realTime,
    }),
  );
  fronts.manage.serve(
    manageHost({
      routes: serviceCommsRoutes,
      world,
      shape: options.legacyShape ?? 'recorded',
      signer,
      directory,
      throttle: openThrottle(limits),
      realTime,
    }),
  );
  const files = openFiles(fronts.files.origin, world);
  fronts.files.serve(files.host);
  fronts.partner.serve(partnerHost({ world, files, signer, casing: options.casing ?? 'camel', realTime }));
}

async function writeCa(dir: string, caPem: string): Promise<string> {
  await mkdir(dir, { recursive: true });
  const file = join(dir, 'sandbox-ca.pem');
  await writeFile(file, caPem);
  return file;
}
