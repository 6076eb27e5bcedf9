import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { heard } from '../support/heard.js';

export const CHANNEL = 'C0000000001';
const BOT = { bot_id: 'B0TOCSIN', user: 'U0TOCSIN' };

export interface SlackMessage {
  readonly ts: string;
  readonly threadTs: string | undefined;
  /** The key in its metadata; '' for a thread line. */
  readonly key: string;
  readonly text: string;
  /** Text and blocks as one string, to look for words in. */
  readonly body: string;
  readonly edits: number;
  readonly metadata: unknown;
}

/** `kept`: done, and never answered. `lost`: neither done nor answered. */
export type Trap = 'kept' | 'lost';
export type Kind = 'card' | 'edit' | 'line';

/** One workspace with one channel, as far as Slack's Web API shows it to a bot (Slack API reference, methods). */
export interface SlackDouble {
  readonly apiUrl: string;
  /** Top-level messages, oldest first. */
  cards(): readonly SlackMessage[];
  lines(threadTs: string): readonly SlackMessage[];
  /** Every body it was sent, oldest first. */
  readonly said: readonly string[];
  readonly calls: {
    readonly card: number;
    readonly edit: number;
    readonly line: number;
    readonly read: number;
  };
  /** The next call of this kind is caught; resolves when it was. */
  trap(kind: Kind, trap: Trap): Promise<void>;
  /** Every post and edit is answered with 429 and this Retry-After, until undefined is given. */
  throttle(retryAfter: number | undefined): void;
  close(): Promise<void>;
}

type Args = Readonly<Record<string, string>>;
type Reply = Readonly<Record<string, unknown>>;

interface Caught {
  readonly kind: Kind;
  readonly trap: Trap;
  readonly done: () => void;
}

export async function startSlack(): Promise<SlackDouble> {
  const messages = new Map<string, SlackMessage>();
  const calls = { card: 0, edit: 0, line: 0, read: 0 };
  const traps: Caught[] = [];
  const said: string[] = [];
  let retryAfter: number | undefined;
  let second = Math.floor(Date.now() / 1000);
  let micro = 0;

  const nextTs = (): string => {
    const now = Math.floor(Date.now() / 1000);
    micro = now === second ? micro + 100 : 100;
    second = now;
    return `${second}.${String(micro).padStart(6, '0')}`;
  };

  function post(args: Args): Reply {
    const threadTs = args['thread_ts'];
    if (args['channel'] !== CHANNEL) return refusal('channel_not_found');
    if (threadTs !== undefined && !messages.has(threadTs)) return refusal('thread_not_found');
    const ts = nextTs();
    messages.set(ts, { ts, threadTs, edits: 0, ...wordsOf(args) });
    return { ok: true, channel: CHANNEL, ts };
  }

  function update(args: Args): Reply {
    const before = messages.get(args['ts'] ?? '');
    if (before === undefined) return refusal('message_not_found');
    messages.set(before.ts, { ...before, ...wordsOf(args), edits: before.edits + 1 });
    return { ok: true, channel: CHANNEL, ts: before.ts };
  }

  function history(args: Args): Reply {
    const found = [...messages.values()]
      .filter(({ ts, threadTs }) => threadTs === undefined && Number(ts) >= Number(args['oldest'] ?? 0))
      .reverse();
    const from = Number(args['cursor'] ?? 0);
    const to = from + Number(args['limit'] ?? 100);
    const whole = args['include_all_metadata'] === 'true';
    return {
      ok: true,
      messages: found.slice(from, to).map(({ ts, text, metadata }) => ({
        type: 'message',
        ts,
        text,
        ...BOT,
        ...(whole ? { metadata } : {}),
      })),
      has_more: to < found.length,
      response_metadata: { next_cursor: to < found.length ? String(to) : '' },
    };
  }

  function act(method: string, args: Args): Reply {
    switch (method) {
      case 'auth.test':
        return { ok: true, team: 'Contoso', user: 'tocsin', user_id: BOT.user, bot_id: BOT.bot_id };
      case 'conversations.info':
        return { ok: true, channel: { id: CHANNEL, name: 'noc', is_member: true } };
      case 'conversations.history':
        return history(args);
      case 'chat.postMessage':
        return post(args);
      case 'chat.update':
        return update(args);
      default:
        return refusal('unknown_method');
    }
  }

  const server = createServer((request, response) => {
    argsOf(request).then(
      (args) => {
        said.push(JSON.stringify(args));
        heard('Slack', JSON.stringify(args));
        const method = (request.url ?? '').replace(/^\/api\//, '');
        const kind = kindOf(method, args);
        calls[kind ?? 'read'] += 1;
        if (kind !== undefined && retryAfter !== undefined) {
          const headers = { 'retry-after': String(retryAfter) };
          answer(response, 429, refusal('ratelimited'), headers);
          return;
        }
        const at = traps.findIndex((trap) => trap.kind === kind);
        const [caught] = at < 0 ? [] : traps.splice(at, 1);
        if (caught?.trap === 'lost') caught.done();
        else {
          const reply = act(method, args);
          if (caught === undefined) answer(response, 200, reply);
          else caught.done();
        }
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    cards: () => [...messages.values()].filter(({ threadTs }) => threadTs === undefined),
    lines: (threadTs) => [...messages.values()].filter((message) => message.threadTs === threadTs),
    said,
    calls,
    trap: (kind, trap) => new Promise((resolve) => void traps.push({ kind, trap, done: resolve })),
    throttle(seconds) {
      retryAfter = seconds;
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

function kindOf(method: string, args: Args): Kind | undefined {
  if (method === 'chat.update') return 'edit';
  if (method !== 'chat.postMessage') return undefined;
  return args['thread_ts'] === undefined ? 'card' : 'line';
}

function wordsOf(args: Args): Pick<SlackMessage, 'key' | 'text' | 'body' | 'metadata'> {
  const metadata: unknown = args['metadata'] === undefined ? undefined : JSON.parse(args['metadata']);
  const key = (metadata as { event_payload?: { key?: string } } | undefined)?.event_payload?.key ?? '';
  const text = args['text'] ?? '';
  return { key, text, metadata, body: [text, args['blocks'] ?? '', args['attachments'] ?? ''].join('\n') };
}

async function argsOf(request: IncomingMessage): Promise<Args> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
}

function refusal(error: string): Reply {
  return { ok: false, error };
}

function answer(
  response: ServerResponse,
  status: number,
  reply: Reply,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(reply));
}
