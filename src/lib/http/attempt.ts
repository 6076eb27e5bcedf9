import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { Fault } from '../fault.js';
import { codeOf, innermost } from '../thrown.js';
import { shown } from './answer.js';
import { exchange, type Head, type Receiver } from './exchange.js';
import { gunzipped } from './gunzip.js';
import type { HttpAnswer, HttpRequest } from './types.js';

const TIMEOUT = 30_000;
const MAX_BYTES = 32 * 1024 * 1024;

/** A failure before any answer came, and whether the same request may do better at once. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly fault: Fault;
  readonly again: boolean;

  constructor(fault: Fault, again: boolean) {
    super(fault.message);
    this.fault = fault;
    this.again = again;
  }
}

/** Sends once and reads the whole answer. Throws `NoAnswer`, or a Fault for a body that is too large or badly packed. */
export async function attempt(
  request: HttpRequest,
  url: URL,
  userAgent: string,
  dispatcher: Dispatcher,
): Promise<HttpAnswer> {
  const timeoutMs = request.timeoutMs ?? TIMEOUT;
  const limit = AbortSignal.timeout(timeoutMs);
  const signal = request.signal === undefined ? limit : AbortSignal.any([limit, request.signal]);
  const sending = {
    url,
    method: request.method ?? 'GET',
    headers: { 'user-agent': userAgent, 'accept-encoding': 'gzip', ...request.headers },
    body: request.body,
    timeoutMs,
    signal,
  };
  const chunks: Buffer[] = [];
  try {
    const { status, reason, headers } = await exchange(sending, dispatcher, (head) =>
      receiverOf(head, request, url, chunks),
    );
    return {
      status,
      ...(reason === '' ? {} : { reason }),
      headers,
      body: await bodyOf(chunks, { status, headers }, request, url),
      requestId: headers['request-id'] ?? headers['x-ms-request-id'],
    };
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (request.signal?.aborted === true) {
      throw new NoAnswer(new Fault('api.unreachable', `The request to ${shown(url)} was called off.`), false);
    }
    if (limit.aborted) throw new NoAnswer(timedOut(url, timeoutMs), false);
    throw noAnswer(error, url);
  }
}

/** A good answer goes to the sink as it comes, where it can be unpacked so; everything else is collected. */
function receiverOf(head: Head, request: HttpRequest, url: URL, chunks: Buffer[]): Receiver {
  const { sink, maxBytes = MAX_BYTES } = request;
  const collect = (chunk: Buffer): undefined => void chunks.push(chunk);
  const take = sink !== undefined && isStreamed(head, request) ? sink() : collect;
  const bounded = atMost(maxBytes, url, take);
  return take !== collect && head.headers['content-encoding'] === 'gzip'
    ? gunzipped(bounded, (error) => badlyPacked(url, 'gzip', error))
    : { take: bounded, end: () => undefined };
}

function isStreamed({ status, headers }: Pick<Head, 'status' | 'headers'>, { sink }: HttpRequest): boolean {
  const encoding = headers['content-encoding'];
  return sink !== undefined && isGood(status) && (encoding === undefined || encoding === 'gzip');
}

function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

/** What is left as the answer's own body. */
async function bodyOf(
  chunks: readonly Buffer[],
  head: Pick<Head, 'status' | 'headers'>,
  request: HttpRequest,
  url: URL,
): Promise<Buffer> {
  if (isStreamed(head, request)) return Buffer.alloc(0);
  const { sink, maxBytes = MAX_BYTES } = request;
  const body = await unpacked(Buffer.concat(chunks), head.headers['content-encoding'], maxBytes, url);
  if (sink === undefined || !isGood(head.status)) return body;
  await sink()(body);
  return Buffer.alloc(0);
}

function atMost(maxBytes: number, url: URL, take: Receiver['take']): Receiver['take'] {
  let size = 0;
  return (chunk) => {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(url, maxBytes);
    return take(chunk);
  };
}

const UNPACK = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;

async function unpacked(
  body: Buffer,
  encoding: string | undefined,
  maxBytes: number,
  url: URL,
): Promise<Buffer> {
  const unpack =
    encoding !== undefined && encoding in UNPACK ? UNPACK[encoding as keyof typeof UNPACK] : undefined;
  if (unpack === undefined || body.length === 0) return body;
  try {
    return await unpack(body, { maxOutputLength: maxBytes });
  } catch (cause) {
    if (codeOf(cause) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(url, maxBytes);
    throw badlyPacked(url, encoding, cause);
  }
}

function badlyPacked(url: URL, encoding: string | undefined, cause: unknown): Fault {
  return new Fault('api.unreadable', `The answer of ${shown(url)} is badly packed (${encoding ?? ''}).`, {
    cause,
  });
}

function tooLarge(url: URL, maxBytes: number): Fault {
  return new Fault('api.unreadable', `The answer of ${shown(url)} is larger than ${maxBytes} bytes.`);
}

function timedOut(url: URL, timeoutMs: number): Fault {
  return new Fault('api.unreachable', `${shown(url)} did not answer within ${timeoutMs / 1_000} s.`);
}

const TIMEOUTS = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
]);

function noAnswer(error: unknown, url: URL): NoAnswer {
  const code = codeOf(innermost(error));
  if (isTrust(code)) {
    const advice = `Name the authority's PEM file under \`ca\` or in NODE_EXTRA_CA_CERTS, or check the host's certificate.`;
    return new NoAnswer(
      new Fault('api.unreachable', `The certificate of ${url.host} is not trusted (${code}).`, {
        cause: error,
        advice,
      }),
      false,
    );
  }
  return new NoAnswer(new Fault('api.unreachable', `${url.host} ${trouble(code)}.`, { cause: error }), true);
}

function trouble(code: string): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `cannot be found: its name does not resolve (${code})`;
  if (code === 'ECONNREFUSED') return 'refuses the connection (ECONNREFUSED)';
  if (TIMEOUTS.has(code)) return `does not answer in time (${code})`;
  return `cannot be reached: the connection failed or broke${code === '' ? '' : ` (${code})`}`;
}

function isTrust(code: string): boolean {
  return /CERT|SELF_SIGNED|LEAF_SIGNATURE|ISSUER|CRL|ERR_TLS_|HOSTNAME_MISMATCH/.test(code);
}
