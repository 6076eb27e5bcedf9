import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { heard } from './heard.js';

/** One request as it arrived. `body` is the parsed JSON, or undefined when it is none. */
export interface SinkRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: unknown;
}

/** How the sink answers: 200 by default. */
export interface SinkAnswer {
  readonly status?: number;
  /** Seconds or an HTTP date, for the Retry-After header. */
  readonly retryAfter?: number | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Reads the request and never answers. */
  readonly hang?: boolean;
  /** Reads the request and breaks the connection. */
  readonly reset?: boolean;
}

/** A loopback receiver of HTTP posts that records them and answers as it is told. */
export interface Sink {
  /** `http://127.0.0.1:<port>`, without a trailing slash. */
  readonly url: string;
  readonly requests: readonly SinkRequest[];
  /** The parsed bodies, oldest first. */
  bodies(): readonly unknown[];
  /** Every request from now on is answered like this. */
  answer(answer: SinkAnswer): void;
  /** The next requests are answered like these, one each; then as `answer` says. */
  next(...answers: readonly SinkAnswer[]): void;
  /** Resolves once `count` requests have arrived; rejects after `deadlineMs`. */
  arrived(count: number, deadlineMs?: number): Promise<readonly SinkRequest[]>;
  clear(): void;
  close(): Promise<void>;
}

/** What a sink with a name is told counts as posted: it is read for secrets at the end of the run. */
export async function startSink(name?: string): Promise<Sink> {
  const requests: SinkRequest[] = [];
  const queued: SinkAnswer[] = [];
  const waiters = new Set<() => void>();
  let standing: SinkAnswer = {};

  const server = createServer((req, res) => {
    readAll(req).then(
      (text) => {
        requests.push(recorded(req, text));
        if (name !== undefined) heard(name, text);
        for (const wake of [...waiters]) wake();
        reply(res, queued.shift() ?? standing);
      },
      () => res.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    bodies: () => requests.map((request) => request.body),
    answer(answer) {
      standing = answer;
    },
    next(...answers) {
      queued.push(...answers);
    },
    arrived: (count, deadlineMs = 90_000) => untilArrived(requests, waiters, count, deadlineMs),
    clear() {
      requests.length = 0;
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

function untilArrived(
  requests: readonly SinkRequest[],
  waiters: Set<() => void>,
  count: number,
  deadlineMs: number,
): Promise<readonly SinkRequest[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      waiters.delete(look);
      reject(new Error(`${requests.length} of ${count} requests arrived within ${deadlineMs} ms`));
    }, deadlineMs);
    const look = (): void => {
      if (requests.length < count) return;
      clearTimeout(timer);
      waiters.delete(look);
      resolve(requests);
    };
    waiters.add(look);
    look();
  });
}

async function readAll(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function recorded(req: IncomingMessage, text: string): SinkRequest {
  return {
    method: req.method ?? '',
    path: req.url ?? '',
    headers: req.headers,
    text,
    body: parsed(text),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reply(res: ServerResponse, answer: SinkAnswer): void {
  if (answer.hang === true) return;
  if (answer.reset === true) {
    res.socket?.resetAndDestroy();
    return;
  }
  const retryAfter = answer.retryAfter === undefined ? {} : { 'retry-after': String(answer.retryAfter) };
  res.writeHead(answer.status ?? 200, { ...retryAfter, ...answer.headers });
  res.end(answer.body ?? '');
}
