import { promisify } from 'node:util';
import { brotliDecompress, createGunzip, gunzip, inflate } from 'node:zlib';
import { request as send, type Dispatcher } from 'undici';
import { Fault } from '../fault.js';
import { shown } from './answer.js';
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
  try {
    const answer = await send(url, {
      dispatcher,
      method: request.method ?? 'GET',
      headers: { 'user-agent': userAgent, 'accept-encoding': 'gzip', ...request.headers },
      ...(request.body === undefined ? {} : { body: request.body }),
      signal,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
    const headers = flat(answer.headers);
    const body = await bodyOf(answer, headers['content-encoding'], request, url);
    return {
      status: answer.statusCode,
      ...(answer.statusText === '' ? {} : { reason: answer.statusText }),
      headers,
      body,
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

async function bodyOf(
  answer: Dispatcher.ResponseData,
  encoding: string | undefined,
  { sink, maxBytes = MAX_BYTES }: HttpRequest,
  url: URL,
): Promise<Buffer> {
  const good = answer.statusCode >= 200 && answer.statusCode < 300;
  if (sink !== undefined && good && (encoding === undefined || encoding === 'gzip')) {
    await drain(answer.body, encoding, sink(), maxBytes, url);
    return Buffer.alloc(0);
  }
  const body = await unpacked(await collect(answer.body, maxBytes, url), encoding, maxBytes, url);
  if (sink === undefined || !good) return body;
  sink()(body);
  return Buffer.alloc(0);
}

async function drain(
  body: Dispatcher.ResponseData['body'],
  encoding: string | undefined,
  take: (chunk: Buffer) => void,
  maxBytes: number,
  url: URL,
): Promise<void> {
  const unpack = encoding === 'gzip' ? createGunzip() : undefined;
  // A connection that breaks must break the unpacking too, or it would wait for ever.
  if (unpack !== undefined) body.once('error', (error) => unpack.destroy(error));
  const chunks: AsyncIterable<unknown> = unpack === undefined ? body : body.pipe(unpack);
  let size = 0;
  try {
    for await (const chunk of chunks) {
      size += (chunk as Buffer).length;
      if (size > maxBytes) throw tooLarge(url, maxBytes);
      take(chunk as Buffer);
    }
  } catch (error) {
    body.destroy();
    throw codeOf(error).startsWith('Z_') ? badlyPacked(url, encoding, error) : error;
  }
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}

async function collect(body: AsyncIterable<unknown>, maxBytes: number, url: URL): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop early destroys the stream, and with it the connection.
  for await (const chunk of body) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > maxBytes) throw tooLarge(url, maxBytes);
  }
  return Buffer.concat(chunks);
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
  const code = codeOf(error);
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

/** The innermost error code: `cause` and the members of an AggregateError are looked into. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0)
    return codeOf(error.errors[0]);
  return 'cause' in error ? codeOf(error.cause) : '';
}
