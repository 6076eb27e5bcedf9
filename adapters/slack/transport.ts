import { WebClient, type FetchFunction, type Logger, type WebAPICallResult } from '@slack/web-api';
import { Agent, buildConnector, fetch, Headers, Response, type RequestInit } from 'undici';
import { isFault } from '../../src/lib/fault.js';
import type { Speaker } from '../../src/notify/adapter.js';
import { faultOf, NotConnected, type Act } from './faults.js';

const TIMEOUT_MS = 10_000;
/** Shorter than the whole call's, so that a connection that never came about is not taken for a lost answer. */
const CONNECT_TIMEOUT_MS = 5_000;

export interface Identity {
  readonly botId: string | undefined;
  readonly userId: string | undefined;
  readonly user: string;
  readonly team: string;
  readonly teamId: string;
  /** Granted scopes; empty when Slack did not say. */
  readonly scopes: readonly string[];
}

/** The connection that all workspaces share. */
export interface Wire {
  /** For Slack's libraries: the same connections, time limits and faults. */
  readonly fetch: FetchFunction;
  readonly apiUrl: string;
  readonly timeoutMs: number;
  close(): Promise<void>;
}

/** What a workspace is spoken to with. */
export interface Grant {
  readonly token: string;
  /** Whose an organisation's token speaks for in this call. */
  readonly teamId?: string;
}

/** One workspace's Web API. Every call makes one attempt and throws a Fault of the port: the engine's queue repeats. */
export interface Transport {
  /** `act` decides what an answer that never came means. */
  call<T extends WebAPICallResult>(
    act: Act,
    method: string,
    run: (client: WebClient) => Promise<T>,
  ): Promise<T>;
  /** Who the token belongs to; asked once, kept once known. */
  identity(): Promise<Identity>;
  /** The workspace, where there may be several. */
  readonly team?: string | undefined;
  /** What one of its people is known by. */
  idsOf(user: string): Promise<Pick<Speaker, 'id' | 'aliases'>>;
}

export interface TransportDeps {
  readonly wire: Wire;
  readonly logger: Logger;
  /** Throws a Fault where there is none. */
  readonly grant: () => Promise<Grant>;
  readonly idsOf?: Transport['idsOf'];
  readonly team?: string | undefined;
}

/** `timeoutMs` is of the whole call. */
export function openWire(given: string, timeoutMs = TIMEOUT_MS): Wire {
  const agent = openAgent(Math.min(CONNECT_TIMEOUT_MS, timeoutMs / 2));
  return {
    fetch: fetchThrough(agent, timeoutMs),
    apiUrl: given.endsWith('/') ? given : `${given}/`,
    timeoutMs,
    close: () => agent.destroy(),
  };
}

export function openTransport({ wire, logger, grant, idsOf, team }: TransportDeps): Transport {
  let known: Identity | undefined;
  let open: { readonly token: string; readonly client: WebClient } | undefined;
  const clientOf = ({ token, teamId }: Grant): WebClient => {
    if (open?.token !== token) open = { token, client: openClient(wire, logger, token, teamId) };
    return open.client;
  };
  const call: Transport['call'] = async (act, method, run) => {
    const client = clientOf(await grant());
    try {
      return await run(client);
    } catch (error) {
      throw faultOf(error, act, method);
    }
  };
  return {
    call,
    team,
    async identity() {
      known ??= await askIdentity(call);
      return known;
    },
    idsOf: idsOf ?? (async (user) => ({ id: user })),
  };
}

function openClient(wire: Wire, logger: Logger, token: string, teamId: string | undefined): WebClient {
  return new WebClient(token, {
    slackApiUrl: wire.apiUrl,
    allowAbsoluteUrls: false,
    fetch: wire.fetch,
    logger,
    timeout: wire.timeoutMs,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    ...(teamId === undefined ? {} : { teamId }),
  });
}

async function askIdentity(call: Transport['call']): Promise<Identity> {
  const answer = await call('read', 'auth.test', (client) => client.auth.test());
  return {
    botId: answer.bot_id,
    userId: answer.user_id,
    user: answer.user ?? 'the bot',
    team: answer.team ?? 'the workspace',
    teamId: answer.team_id ?? '',
    scopes: answer.response_metadata?.scopes ?? [],
  };
}

/** True for the answers that a plainer message could overcome: the card itself was refused, nothing was posted. */
export function isTooMuch(error: unknown): boolean {
  return isFault(error, 'channel.too-large');
}

function openAgent(connectTimeoutMs: number): Agent {
  const connect = buildConnector({ timeout: connectTimeoutMs });
  return new Agent({
    connect(options, callback) {
      connect(options, (...[error, socket]) => {
        if (error !== null) callback(new NotConnected(error), null);
        else callback(null, socket);
      });
    },
  });
}

function fetchThrough(dispatcher: Agent, timeoutMs: number): FetchFunction {
  return async (url, init) => {
    const signal = init?.signal ?? AbortSignal.timeout(timeoutMs);
    const answer = await fetch(url, { ...(init as RequestInit), signal, dispatcher });
    return answer.status === 429 ? readable(answer) : answer;
  };
}

/** The client only understands a Retry-After in whole seconds: a missing or other one becomes 30. */
function readable(answer: Response): Response {
  const asked = answer.headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,6}$/.test(asked)) return answer;
  const headers = new Headers(answer.headers);
  headers.set('retry-after', '30');
  return new Response(answer.body, { status: 429, headers });
}
