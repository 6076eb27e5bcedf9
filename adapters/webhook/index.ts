import { z } from 'zod';
import { parseDuration } from '../../src/lib/duration.js';
import { Fault, type FaultCode } from '../../src/lib/fault.js';
import { isPushAddress, openPush, waitAsked, type Push, type PushAnswer } from '../../src/lib/http/push.js';
import type { Adapter, AdapterDeps, AdapterPlug, Channel, Message } from '../../src/notify/adapter.js';
import { renderWebhook, sign } from './render.js';

const DEFAULT_TIMEOUT_MS = 10_000;
const MAX_REDIRECTS = 3;

const channelSettings = z.strictObject({
  url: z.string().refine(isPushAddress, 'must be an https address (http for a loopback host only)'),
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
  const open: Push[] = [];
  return {
    kind: 'webhook',
    channel(name, settings) {
      const checked = settings as WebhookSettings;
      const push = openPush(new URL(checked.url), checked.timeout ?? DEFAULT_TIMEOUT_MS);
      open.push(push);
      return openChannel(name, checked, deps, push);
    },
    async close() {
      await Promise.all(open.map((push) => push.close()));
    },
  };
}

function openChannel(name: string, settings: WebhookSettings, deps: AdapterDeps, push: Push): Channel {
  const target = new URL(settings.url);
  return {
    name,
    kind: 'webhook',
    async post(message: Message) {
      const body = JSON.stringify(renderWebhook(message, name, deps.publicUrl));
      const status = await deliver(target, body, settings.secret, deps, push);
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
  push: Push,
): Promise<number> {
  let target = first;
  for (let hop = 0; ; hop++) {
    const answer = await push.post(target, body, headersFor(first, body, secret, deps));
    const { status } = answer;
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
    ...(secret === undefined ? {} : { 'x-tocsin-signature': sign(body, secret, deps.now()) }),
    ...(credentials === ':' ? {} : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }),
  };
}

/** A 307 or 308 keeps method and body; it is followed on our own host only, since the body is meant for that host. */
function redirectOnSameOrigin(answer: PushAnswer, from: URL): URL | undefined {
  const { location } = answer.headers;
  if (answer.status !== 307 && answer.status !== 308) return undefined;
  if (location === undefined || !URL.canParse(location, from.href)) return undefined;
  const to = new URL(location, from);
  return to.origin === from.origin ? to : undefined;
}

function refusal(answer: PushAnswer, target: URL, deps: AdapterDeps): Fault {
  const { status } = answer;
  const { code, advice } = verdict(status);
  return new Fault(code, `${target.host} answered ${status}.`, {
    status,
    ...(advice === undefined ? {} : { advice }),
    ...waitAsked(answer, deps.now()),
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
