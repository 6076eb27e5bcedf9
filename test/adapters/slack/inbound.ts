import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '../../../src/model/json.js';
import type { Ask, Inbox, Reply, Submission } from '../../../src/notify/adapter.js';

export const SECRET = 'test-signing-secret';

export interface House {
  /** Without a trailing slash. */
  readonly url: string;
  readonly inbox: Inbox;
  /** What was asked, oldest first. */
  readonly asks: readonly Ask[];
  /** How the next questions are answered. */
  answer(how: (ask: Ask) => Promise<Reply | undefined>): void;
  /** The forms that were sent, oldest first. */
  readonly submissions: readonly Submission[];
  /** What was said of channels, as `noc: is there again`. */
  readonly words: readonly string[];
  /** How the next forms are opened and taken. */
  forms(how: Pick<Inbox, 'open' | 'submit'>): void;
  /** Sends a signed request to `/slack/events`. */
  send(body: string, over?: SendOver): Promise<{ status: number; text: string }>;
  close(): Promise<void>;
}

export interface SendOver {
  readonly type?: string;
  /** Seconds from now. */
  readonly skew?: number;
  readonly signature?: string;
  readonly unsigned?: boolean;
}

/** The HTTP server and the engine's ear, as an adapter meets them; what was seen is kept over a restart of the adapter. */
export async function openHouse(): Promise<House> {
  const routes = new Map<string, (req: IncomingMessage, res: ServerResponse) => void>();
  const seen = new Set<string>();
  const asks: Ask[] = [];
  const words: string[] = [];
  const submissions: Submission[] = [];
  let forms: Pick<Inbox, 'open' | 'submit'> = {
    open: async () => Promise.reject(new Error('no form was expected')),
    submit: async () => Promise.reject(new Error('no form was expected')),
  };
  let how: (ask: Ask) => Promise<Reply | undefined> = async () => undefined;
  const server = createServer((req, res) => {
    const handler = routes.get(`${req.method ?? ''} ${(req.url ?? '').split('?')[0] ?? ''}`);
    if (handler === undefined) res.writeHead(404).end();
    else handler(req, res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stored = new Map<string, Json>();
  return {
    url,
    asks,
    submissions,
    words,
    inbox: {
      ask(ask) {
        asks.push(ask);
        return how(ask);
      },
      async open(ask) {
        asks.push(ask);
        return forms.open(ask);
      },
      async submit(submission) {
        submissions.push(submission);
        return forms.submit(submission);
      },
      async channelIs(channel, trouble) {
        words.push(`${channel}: ${trouble?.message ?? 'is there again'}`);
      },
      async firstSeen(id) {
        const first = !seen.has(id);
        seen.add(id);
        return first;
      },
      mount(method, path, handler) {
        routes.set(`${method} ${path}`, handler);
      },
      memory: {
        get: async (key) => stored.get(key),
        put: async (key, value) => void stored.set(key, value),
      },
    },
    answer(next) {
      how = next;
    },
    forms(next) {
      forms = next;
    },
    async send(body, over = {}) {
      const answer = await fetch(`${url}/slack/events`, {
        method: 'POST',
        headers: headersFor(body, over),
        body,
      });
      return { status: answer.status, text: await answer.text() };
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

export function headersFor(body: string, over: SendOver): Record<string, string> {
  const time = Math.floor(Date.now() / 1_000) + (over.skew ?? 0);
  const hmac = createHmac('sha256', SECRET).update(`v0:${time}:${body}`).digest('hex');
  return {
    'content-type':
      over.type ?? (body.startsWith('{') ? 'application/json' : 'application/x-www-form-urlencoded'),
    ...(over.unsigned === true
      ? {}
      : { 'x-slack-request-timestamp': String(time), 'x-slack-signature': over.signature ?? `v0=${hmac}` }),
  };
}

export function slash(text: string, responseUrl: string, over: Record<string, string> = {}): string {
  return new URLSearchParams({
    token: 't',
    team_id: 'T1',
    team_domain: 'contoso',
    channel_id: 'C000000001',
    channel_name: 'noc',
    user_id: 'U0ALICE',
    user_name: 'alice',
    command: '/tocsin',
    text,
    api_app_id: 'A1',
    is_enterprise_install: 'false',
    response_url: responseUrl,
    trigger_id: 'trigger-1',
    ...over,
  }).toString();
}

export function press(
  value: string | undefined,
  responseUrl: string,
  over: Record<string, unknown> = {},
  actionTs = '1795230600.1',
): string {
  const payload = {
    type: 'block_actions',
    user: { id: 'U0ALICE', username: 'alice', name: 'alice', team_id: 'T1' },
    api_app_id: 'A1',
    token: 't',
    team: { id: 'T1', domain: 'contoso' },
    container: { type: 'message', message_ts: '1.1', channel_id: 'C000000001', is_ephemeral: false },
    trigger_id: 'press-1',
    channel: { id: 'C000000001', name: 'noc' },
    message: { type: 'message', ts: '1.1' },
    response_url: responseUrl,
    actions: [
      {
        action_id: 'tocsin:ack',
        block_id: 'b',
        type: 'button',
        text: { type: 'plain_text', text: 'Acknowledge' },
        ...(value === undefined ? {} : { value }),
        action_ts: actionTs,
      },
    ],
    ...over,
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

export function event(inner: Record<string, unknown>, id = 'Ev1'): string {
  return JSON.stringify({
    token: 't',
    team_id: 'T1',
    api_app_id: 'A1',
    type: 'event_callback',
    event_id: id,
    event_time: 1795230600,
    authorizations: [{ team_id: 'T1', user_id: 'U0TOCSIN', is_bot: true, is_enterprise_install: false }],
    event: {
      channel: 'C000000001',
      user: 'U0ALICE',
      ts: '1795230600.000100',
      event_ts: '1795230600.000100',
      ...inner,
    },
  });
}

/** A dialog that was sent: `meta` as it was opened with, a value or a choice by field. */
export function sent(
  meta: unknown,
  values: Readonly<Record<string, string | { readonly choice: string }>>,
  over: object = {},
): string {
  const state = Object.entries(values).map(([name, value]): [string, object] => [
    name,
    {
      value:
        typeof value === 'string'
          ? { type: 'plain_text_input', value: value === '' ? null : value }
          : { type: 'static_select', selected_option: { value: value.choice } },
    },
  ]);
  const payload = {
    type: 'view_submission',
    team: { id: 'T1', domain: 'contoso' },
    user: { id: 'U0ALICE', name: 'alice', team_id: 'T1' },
    trigger_id: 'trigger-1',
    view: {
      id: 'V1',
      type: 'modal',
      callback_id: 'tocsin:form',
      private_metadata: JSON.stringify(meta),
      state: { values: Object.fromEntries(state) },
    },
    ...over,
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}
