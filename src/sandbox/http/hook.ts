import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Instant } from '../../model/time.js';
import { closeServer, listen } from './front.js';

const KEPT = 1_000;
const BODY_LIMIT = 4 * 1_048_576;

/** One webhook post. */
export interface HookPost {
  readonly at: Instant;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The bytes as they came, for whoever checks a signature. */
  readonly text: string;
  /** The same as JSON; undefined when it is not. */
  readonly json: unknown;
}

/** A plain-http receiver that accepts every post. */
export interface Hook {
  readonly url: string;
  /** The last thousand, oldest first. */
  readonly received: readonly HookPost[];
  close(): Promise<void>;
}

export async function openHook(now: () => Instant): Promise<Hook> {
  const received: HookPost[] = [];
  const server: Server = createServer((incoming, outgoing) => {
    void accept(incoming, outgoing, received, now).catch(() => outgoing.destroy());
  });
  await listen(server);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    close: () => closeServer(server),
  };
}

async function accept(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  received: HookPost[],
  now: () => Instant,
): Promise<void> {
  const text = await readText(incoming);
  if (incoming.method !== 'POST') {
    outgoing.writeHead(405, { allow: 'POST' }).end();
    return;
  }
  if (received.length >= KEPT) received.shift();
  received.push({ at: now(), path: incoming.url ?? '/', headers: incoming.headers, text, json: parse(text) });
  outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{}');
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new Error('The post is larger than 4 MiB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
