import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../lib/clock.js';
import type { Answer } from '../http/answer.js';
import type { FaultKind, FaultName } from '../http/faults.js';
import { closeServer, listen } from '../http/front.js';
import { send } from '../http/send.js';
import type { CqdJobs, StageLists } from './jobs.js';
import { openNtlmServer, type NtlmAccount, type NtlmCounts, type NtlmServer } from './ntlm.js';

/** How the site signs callers in. */
export type SiteAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'ntlm'; readonly accounts: readonly NtlmAccount[] };

/** A Call Quality Dashboard on loopback, over http and https as its installer binds both. */
export interface CqdSite {
  readonly url: string;
  readonly httpsUrl: string;
  /** The zone of its clocks. */
  readonly timeZone: string;
  readonly control: CqdControl;
  close(): Promise<void>;
}

export interface CqdControl {
  readonly jobs: CqdJobs;
  auth(auth: SiteAuth): void;
  /** The body to answer with instead of the log; undefined for the log again. */
  body(text: string | undefined): void;
  /** Spoils the next answers, all of them without `times`; undefined ends it. */
  fault(kind: FaultKind | FaultName | undefined, times?: number): void;
  /** Paths that were asked for, oldest first, the legs of a sign-in each. */
  readonly requests: readonly string[];
  /** Connections that were opened. */
  readonly connections: number;
  /** Of the sign-in that is set now. */
  readonly ntlm: NtlmCounts;
}

export interface CqdSiteDeps {
  readonly tls: { readonly key: string; readonly cert: string };
  readonly clock: Clock;
  readonly jobs: CqdJobs;
  readonly timeZone?: string;
}

interface State {
  auth: SiteAuth;
  ntlm: NtlmServer;
  body: string | undefined;
  fault: FaultKind | undefined;
  faultsLeft: number;
  requests: string[];
  connections: number;
}

/** IIS keeps a quiet connection for two minutes. */
const KEPT = 120_000;

export async function openCqdSite(deps: CqdSiteDeps): Promise<CqdSite> {
  const timeZone = deps.timeZone ?? 'Europe/Paris';
  const state: State = {
    auth: { kind: 'none' },
    ntlm: openNtlmServer([]),
    body: undefined,
    fault: undefined,
    faultsLeft: 0,
    requests: [],
    connections: 0,
  };
  const onRequest = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    void handle(incoming, outgoing, state, { ...deps, timeZone }).catch(() => outgoing.destroy());
  };
  const servers = [createHttp(onRequest), createHttps(deps.tls, onRequest)] as const;
  for (const server of servers) {
    server.keepAliveTimeout = KEPT;
    server.on('connection', () => void (state.connections += 1));
    await listen(server);
  }
  const [http, https] = servers;
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    httpsUrl: `https://127.0.0.1:${(https.address() as AddressInfo).port}`,
    timeZone,
    control: controlOf(state, deps.jobs),
    close: async () => {
      await Promise.all(servers.map(closeServer));
    },
  };
}

function controlOf(state: State, jobs: CqdJobs): CqdControl {
  return {
    jobs,
    auth: (auth) => {
      state.auth = auth;
      state.ntlm = openNtlmServer(auth.kind === 'ntlm' ? auth.accounts : []);
    },
    body: (text) => {
      state.body = text;
    },
    fault: (kind, times = Number.POSITIVE_INFINITY) => {
      state.fault = typeof kind === 'string' ? { kind } : kind;
      state.faultsLeft = times;
    },
    requests: state.requests,
    get connections() {
      return state.connections;
    },
    get ntlm() {
      return state.ntlm.counts;
    },
  };
}

async function handle(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  state: State,
  deps: CqdSiteDeps & { readonly timeZone: string },
): Promise<void> {
  outgoing.on('error', () => undefined);
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  state.requests.push(url.pathname);
  incoming.resume();
  const wanted = admit(incoming, state);
  if (wanted !== 'in') {
    refuse(outgoing, wanted, deps.clock.now());
    return;
  }
  const answer = (): Promise<Answer> => Promise.resolve(answerOf(url.pathname, state, deps));
  const head = incoming.method === 'HEAD';
  await send(outgoing, answer, { at: deps.clock.now(), head, fault: faultOf(state) });
}

function faultOf(state: State): FaultKind | undefined {
  if (state.fault === undefined || state.faultsLeft <= 0) return undefined;
  state.faultsLeft -= 1;
  return state.fault;
}

function admit(incoming: IncomingMessage, { auth, ntlm }: State): 'in' | readonly string[] {
  const given = incoming.headers.authorization;
  switch (auth.kind) {
    case 'none':
      return 'in';
    case 'basic': {
      const right = Buffer.from(`${auth.username}:${auth.password}`, 'utf8').toString('base64');
      return given === `Basic ${right}` ? 'in' : ['Basic realm="cqd"'];
    }
    case 'bearer':
      return given === `Bearer ${auth.token}` ? 'in' : ['Bearer'];
    case 'ntlm':
      return ntlm.admit(incoming.socket, given);
  }
}

const REFUSED = page('401 - Unauthorized: Access is denied due to invalid credentials.');

/** With a page, as IIS sends it: whoever leaves it unread cannot use the connection for the next leg. */
function refuse(outgoing: ServerResponse, wanted: readonly string[], at: number): void {
  outgoing.sendDate = false;
  outgoing.writeHead(401, {
    date: new Date(at).toUTCString(),
    server: 'Microsoft-IIS/10.0',
    'www-authenticate': [...wanted],
    'content-type': 'text/html',
    'content-length': Buffer.byteLength(REFUSED),
  });
  outgoing.end(REFUSED);
}

function page(title: string): string {
  return `<!DOCTYPE html><html><head><title>${title}</title></head><body><h2>${title}</h2></body></html>`;
}

function answerOf(path: string, state: State, deps: CqdSiteDeps & { readonly timeZone: string }): Answer {
  const headers = { server: 'Microsoft-IIS/10.0', 'cache-control': 'no-cache' };
  const json = { ...headers, 'content-type': 'application/json; charset=utf-8' };
  if (/^\/QoEDataService\/IntegrationLog\/Status\/?$/i.test(path))
    return { status: 200, headers: json, body: state.body ?? statusText(deps.jobs, deps.timeZone) };
  // Disabled as installed: the log itself may hold names.
  if (/^\/QoEDataService\/IntegrationLog\/?$/i.test(path)) return { status: 200, headers: json, body: '' };
  const html = { ...headers, 'content-type': 'text/html' };
  return /^\/CQD(?:\/|$)/i.test(path)
    ? { status: 200, headers: html, body: page('Call Quality Dashboard') }
    : { status: 404, headers: html, body: page('404 - File or directory not found.') };
}

/** As Microsoft's page prints it, the missing value included: valid JSON only while every list has an entry. */
function statusText(jobs: CqdJobs, timeZone: string): string {
  const [integration, cube] = [jobs.lists('integration'), jobs.lists('cube')];
  const stamp = (at: number): string => `"${localStamp(at, timeZone)}"`;
  const list = (all: readonly number[]): string =>
    all.length === 0 ? ' ' : `[${all.map(stamp).join(',\n')}]`;
  const start = ({ startedAt }: StageLists): string => (startedAt === null ? 'null' : stamp(startedAt));
  return [
    '{',
    `"LastSuccessIntegrations": ${list(integration.successes)},`,
    `"LastSuccessCubeProcessings": ${list(cube.successes)},`,
    `"LastFailedIntegrations": ${list(integration.failures)},`,
    `"LastFailedCubeProcessings": ${list(cube.failures)},`,
    `"LastDataIntegrationStart": ${start(integration)},`,
    `"LastCubeProcessingStart": ${start(cube)}`,
    '}',
  ].join('\n');
}

/** `01/18/2015 10:30:13`. */
function localStamp(at: number, timeZone: string): string {
  const two = '2-digit';
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: two,
    day: two,
    hour: two,
    minute: two,
    second: two,
    hourCycle: 'h23',
  })
    .format(at)
    .replace(',', '');
}
