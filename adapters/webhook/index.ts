import { Agent, buildConnector, EnvHttpProxyAgent, request, type Dispatcher } from 'undici';
import { z } from 'zod';
import { parseDuration } from '../../src/lib/duration.js';
import { Fault, type FaultCode } from '../../src/lib/fault.js';
import { isLoopback } from '../../src/lib/http/agent.js';
import { retryAfter } from '../../src/lib/http/retry-after.js';
import type { Adapter, AdapterDeps, AdapterPlug, Channel, Message } from '../../src/notify/adapter.js';
import { renderWebhook, sign } from './render.js';

const DEFAULT_TIMEOUT_MS = 10_000;
/** More of an answer than this is not read: only its status matters. */
const ANSWER_LIMIT = 64 * 1024;
const MAX_REDIRECTS = 3;

const channelSettings = z.strictObject({
  url: z.string().refine(isAllowedAddress, 'must be an https address (http for a loopback host only)'),
  secret: z.string().min(1).optional(),
  timeout: z
    .string()
    .refine((text) => (parseDuration(text) ?? 0) > 0, 'must be a duration such as 10s')
    .transform((text) => parseDuration(text) ?? DEFAULT_TIMEOUT_MS)
    .optional(),
});

type WebhookSettings = z.output<typeof channelSettings>;

/** Alertmanager's webhook format, version 4: whatever understands Alertmanager understands Tocsin. */
export const webhook: AdapterPlug = {
  kind: 'webhook',
  settings: undefined,
  channel: channelSettings,
  open: async (_settings, deps) => openWebhook(deps),
};

function openWebhook(deps: AdapterDeps): Adapter {
  const dispatchers: Dispatcher[] = [];
  return {
    kind: 'webhook',
    channel(name, settings) {
      const checked = settings as WebhookSettings;
      const dispatcher = openDispatcher(new URL(checked.url), checked.timeout ?? DEFAULT_TIMEOUT_MS);
      dispatchers.push(dispatcher);
      return openChannel(name, checked, deps, dispatcher);
    },
    async close() {
      await Promise.all(dispatchers.map((dispatcher) => dispatcher.destroy()));
    },
  };
}

function openChannel(
  name: string,
  settings: WebhookSettings,
  deps: AdapterDeps,
  dispatcher: Dispatcher,
): Channel {
  const target = new URL(settings.url);
  return {
    name,
    kind: 'webhook',
    async post(message: Message) {
      const body = JSON.stringify(renderWebhook(message, name, deps.publicUrl));
      const status = await deliver(target, body, settings.secret, deps, dispatcher);
      return { status };
    },
    check: async () =>
      `The address ${target.origin} is well formed. Nothing was sent: a receiver could take any request for an alert.`,
  };
}

/** The accepted status; throws a Fault for everything else. */
async function deliver(
  first: URL,
  body: string,
  secret: string | undefined,
  deps: AdapterDeps,
  dispatcher: Dispatcher,
): Promise<number> {
  let target = first;
  for (let hop = 0; ; hop++) {
    const answer = await send(target, body, headersFor(first, body, secret, deps), dispatcher);
    await drop(answer);
    const { statusCode: status } = answer;
    if (status >= 200 && status < 300) return status;
    const next = redirectOnSameOrigin(answer, target);
    if (next === undefined || hop >= MAX_REDIRECTS) throw refusal(answer, target, deps);
    target = next;
  }
}

function headersFor(
  target: URL,
  body: string,
  secret: string | undefined,
  deps: AdapterDeps,
): Record<string, string> {
  const credentials = `${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}`;
  return {
    'content-type': 'application/json',
    'user-agent': 'Tocsin',
    ...(secret === undefined ? {} : { 'x-tocsin-signature': sign(body, secret, deps.now()) }),
    ...(credentials === ':' ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
  };
}

async function send(
  target: URL,
  body: string,
  headers: Record<string, string>,
  dispatcher: Dispatcher,
): Promise<Dispatcher.ResponseData> {
  try {
    const { origin, pathname, search } = target;
    return await request(`${origin}${pathname}${search}`, { method: 'POST', body, headers, dispatcher });
  } catch (error) {
    if (error instanceof NotConnected) {
      const message = `${target.host} could not be reached (${error.reason}).`;
      throw new Fault('channel.unreachable', message, { cause: error.cause });
    }
    throw new Fault('channel.unknown-outcome', `${target.host} took the alert and gave no answer.`, {
      cause: error,
      advice: 'It is sent again; a receiver tells repeats by groupKey and fingerprint.',
    });
  }
}

/** A 307 or 308 keeps method and body; it is followed on our own host only, since the body is meant for that host. */
function redirectOnSameOrigin(answer: Dispatcher.ResponseData, from: URL): URL | undefined {
  const { location } = answer.headers;
  if (answer.statusCode !== 307 && answer.statusCode !== 308) return undefined;
  if (typeof location !== 'string' || !URL.canParse(location, from.href)) return undefined;
  const to = new URL(location, from);
  return to.origin === from.origin ? to : undefined;
}

function refusal(answer: Dispatcher.ResponseData, target: URL, deps: AdapterDeps): Fault {
  const { statusCode: status } = answer;
  const retryAfterMs = waitAsked(answer, deps);
  const { code, advice } = verdict(status);
  return new Fault(code, `${target.host} answered ${status}.`, {
    status,
    ...(advice === undefined ? {} : { advice }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

function verdict(status: number): { code: FaultCode; advice?: string } {
  if (status === 429) return { code: 'channel.throttled' };
  if (status === 413) return { code: 'channel.too-large' };
  if (status === 408 || status === 425 || status >= 500) return { code: 'channel.failed' };
  if (status === 401 || status === 403)
    return { code: 'channel.refused', advice: 'Check the secret and the credentials in the address.' };
  if (status === 404 || status === 410)
    return { code: 'channel.refused', advice: 'Nothing listens at this address any more; check the url.' };
  if (status >= 300 && status < 400)
    return {
      code: 'channel.refused',
      advice: 'It redirects elsewhere, which is not followed; set the final url.',
    };
  return {
    code: 'channel.refused',
    advice: 'The receiver does not take Alertmanager webhooks; check the url.',
  };
}

function waitAsked({ headers }: Dispatcher.ResponseData, deps: AdapterDeps): number | undefined {
  const { 'retry-after': wait, date } = headers;
  const known = {
    ...(typeof wait === 'string' && { 'retry-after': wait }),
    ...(typeof date === 'string' && { date }),
  };
  return retryAfter(known, deps.now());
}

/** The status has decided: a body that is long, slow or broken changes nothing. */
async function drop(answer: Dispatcher.ResponseData): Promise<void> {
  try {
    await answer.body.dump({ limit: ANSWER_LIMIT, signal: AbortSignal.timeout(2_000) });
  } catch {
    answer.body.destroy();
  }
}

/** The request never left: name, route, port or certificate. */
class NotConnected extends Error {
  readonly reason: string;

  constructor(cause: Error) {
    super('not connected', { cause });
    this.reason = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
  }
}

/** Straight to loopback hosts, through the environment's proxy (when there is one) to all others. */
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

function isAllowedAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}
