import { Agent, buildConnector, EnvHttpProxyAgent, request, type Dispatcher } from 'undici';
import { Fault } from '../fault.js';
import { isLoopback } from './agent.js';
import { retryAfter } from './retry-after.js';

/** More of an answer than this is not read. */
const ANSWER_LIMIT = 64 * 1024;
/** The status has decided: a body that is long, slow or broken changes nothing. */
const BODY_PATIENCE_MS = 2_000;

/** Posts to one address, each request once: whoever calls knows whether it may be repeated. */
export interface Push {
  /** Throws `channel.unreachable` when the request never left and `channel.unknown-outcome` when no answer came. */
  post(target: URL, body: string, headers: Readonly<Record<string, string>>): Promise<PushAnswer>;
  close(): Promise<void>;
}

export interface PushAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The beginning of the body; empty when it could not be read. */
  readonly text: string;
}

/** Straight to loopback hosts, through the environment's proxy (when there is one) to all others. */
export function openPush(first: URL, timeoutMs: number): Push {
  const dispatcher = openDispatcher(first, timeoutMs);
  return {
    async post(target, body, headers) {
      const answer = await send(target, body, headers, dispatcher);
      return { status: answer.statusCode, headers: flat(answer.headers), text: await beginning(answer) };
    },
    close: () => dispatcher.destroy(),
  };
}

/** How long the other side asked to wait, in milliseconds. */
export function waitAsked({ headers }: PushAnswer, now: number): { readonly retryAfterMs?: number } {
  const retryAfterMs = retryAfter(headers, now);
  return retryAfterMs === undefined ? {} : { retryAfterMs };
}

/** https anywhere; http only to this machine itself. */
export function isPushAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

async function send(
  target: URL,
  body: string,
  headers: Readonly<Record<string, string>>,
  dispatcher: Dispatcher,
): Promise<Dispatcher.ResponseData> {
  try {
    // Without the credentials that an address may hold.
    const { origin, pathname, search } = target;
    return await request(`${origin}${pathname}${search}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'user-agent': 'Tocsin', ...headers },
      dispatcher,
    });
  } catch (error) {
    if (error instanceof NotConnected) {
      const message = `${target.host} could not be reached (${error.reason}).`;
      throw new Fault('channel.unreachable', message, { cause: error.cause });
    }
    throw new Fault('channel.unknown-outcome', `${target.host} took the alert and gave no answer.`, {
      cause: error,
      advice: 'It is sent again with the same keys, by which the receiver tells a repeat.',
    });
  }
}

async function beginning(answer: Dispatcher.ResponseData): Promise<string> {
  const patience = setTimeout(() => answer.body.destroy(), BODY_PATIENCE_MS);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size >= ANSWER_LIMIT) break;
    }
  } catch {
    answer.body.destroy();
  } finally {
    clearTimeout(patience);
  }
  return Buffer.concat(chunks).toString('utf8', 0, ANSWER_LIMIT);
}

function flat(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

/** The request never left: name, route, port or certificate. */
class NotConnected extends Error {
  readonly reason: string;

  constructor(cause: Error) {
    super('not connected', { cause });
    this.reason = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
  }
}

function openDispatcher(target: URL, timeoutMs: number): Dispatcher {
  const connector = buildConnector({ timeout: timeoutMs });
  const connect: typeof connector = (options, callback) => {
    connector(options, (...[error, socket]) => {
      if (error !== null) callback(new NotConnected(error), null);
      else callback(null, socket);
    });
  };
  const options = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs, connect };
  return isLoopback(target.hostname) ? new Agent(options) : new EnvHttpProxyAgent(options);
}
