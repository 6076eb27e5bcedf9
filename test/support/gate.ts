import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of one request: an answer in the far end's stead, or an answer that never comes back. */
export type Fate =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** It reaches the far end, and the connection breaks before the answer. */
  | 'lost'
  /** It reaches the far end, and the answer is held back for good. */
  | 'held'
  /** It does not reach the far end, and nobody answers. */
  | 'mute';

export interface GateRequest {
  readonly method: string;
  readonly path: string;
}

/** Stands in front of a real server on loopback and can come between. */
export interface Gate {
  /** Without a trailing slash. */
  readonly url: string;
  readonly requests: readonly GateRequest[];
  /** The next requests fare like these, one each; then they pass. */
  next(...fates: readonly Fate[]): void;
  /** Breaks the connections of those that nobody answers. */
  hangUp(): void;
  close(): Promise<void>;
}

/** `target` without a trailing slash: the path is appended as it is. */
export async function startGate(target: string): Promise<Gate> {
  const requests: GateRequest[] = [];
  const fates: Fate[] = [];
  const waiting = new Set<ServerResponse>();
  const server = createServer((req, res) => {
    const fate = fates.shift();
    requests.push({ method: req.method ?? '', path: req.url ?? '' });
    if (fate === 'held' || fate === 'mute') waiting.add(res);
    serve(req, res, target, fate).catch(() => res.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    next: (...more) => void fates.push(...more),
    hangUp() {
      for (const res of waiting) res.socket?.resetAndDestroy();
      waiting.clear();
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

async function serve(
  req: IncomingMessage,
  res: ServerResponse,
  target: string,
  fate: Fate | undefined,
): Promise<void> {
  const body = await readAll(req);
  if (typeof fate === 'object') {
    res.writeHead(fate.status, { 'content-type': 'application/json', ...fate.headers });
    res.end(fate.body ?? '');
    return;
  }
  if (fate === 'mute') return;
  const answer = await fetch(`${target}${req.url ?? ''}`, {
    method: req.method ?? 'GET',
    headers: passedOn(req),
    ...(body.length === 0 ? {} : { body }),
  });
  const text = Buffer.from(await answer.arrayBuffer());
  if (fate === 'held') return;
  if (fate === 'lost') {
    res.socket?.resetAndDestroy();
    return;
  }
  res.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
  res.end(text);
}

/** What belongs to one connection stays behind. */
function passedOn(req: IncomingMessage): Headers {
  const own = new Set([
    'host',
    'connection',
    'content-length',
    'transfer-encoding',
    'accept-encoding',
    'expect',
  ]);
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers))
    if (typeof value === 'string' && !own.has(name)) headers.set(name, value);
  return headers;
}

async function readAll(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
