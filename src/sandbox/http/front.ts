import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../lib/clock.js';
import type { Instant } from '../../model/time.js';
import type { FaultBook } from './faults.js';
import { json, type Answer, type Host, type HostName, type SandboxRequest } from './answer.js';
import { send } from './send.js';

const BODY_LIMIT = 1_048_576;
const LOG_LIMIT = 20_000;

/** One request as it arrived. Tokens and bodies are never kept. */
export interface RequestLogEntry {
  readonly host: HostName;
  readonly method: string;
  readonly path: string;
  /** With its question mark; empty when there is none. */
  readonly query: string;
  readonly at: Instant;
}

export interface FrontDeps {
  readonly tls: { readonly key: string; readonly cert: string };
  readonly clock: Clock;
  readonly faults: FaultBook;
  readonly log: RequestLogEntry[];
  /** Brings scripted state up to the present before a request is answered. */
  readonly settle: () => void;
}

export interface Front {
  readonly origin: string;
  /** Every later request goes to this host. */
  serve(host: Host): void;
  close(): Promise<void>;
}

/** Listens with TLS on a free port of 127.0.0.1; answers 503 until it is told what to serve. */
export async function openFront(name: HostName, deps: FrontDeps): Promise<Front> {
  let host: Host = { name, answer: () => json(503, {}) };
  let origin = '';
  const server = createServer(deps.tls, (incoming, outgoing) => {
    void handle(incoming, outgoing, { deps, host, origin }).catch(() => outgoing.destroy());
  });
  await listen(server);
  origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    serve: (next) => {
      host = next;
    },
    close: () => closeServer(server),
  };
}

interface Exchange {
  readonly deps: FrontDeps;
  readonly host: Host;
  readonly origin: string;
}

async function handle(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { deps, host, origin }: Exchange,
): Promise<void> {
  outgoing.on('error', () => undefined);
  const url = new URL(incoming.url ?? '/', origin);
  const at = deps.clock.now();
  const method = incoming.method ?? 'GET';
  if (deps.log.length >= LOG_LIMIT) deps.log.shift();
  deps.log.push({ host: host.name, method, path: url.pathname, query: url.search, at });
  deps.settle();
  const body = await readBody(incoming);
  const fault = deps.faults.take(host.name, url);
  const request: SandboxRequest = {
    host: host.name,
    method,
    path: decode(url.pathname),
    query: url.searchParams,
    headers: incoming.headers,
    body,
    origin,
    at,
    requestId: randomUUID(),
  };
  await send(outgoing, () => answerOf(host, request), { at, head: method === 'HEAD', fault });
}

/** A bug in a route is told apart from a fault that was asked for. */
async function answerOf(host: Host, request: SandboxRequest): Promise<Answer> {
  try {
    return await host.answer(request);
  } catch (error) {
    return json(500, { error: { code: 'sandbox', message: error instanceof Error ? error.message : '' } });
  }
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new Error('The request body is larger than 1 MiB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

export function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Cuts every connection, those that hang on purpose too. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
