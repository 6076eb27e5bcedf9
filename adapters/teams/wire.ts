import { request as send } from 'undici';
import { Fault } from '../../src/lib/fault.js';
import { openDispatchers } from '../../src/lib/http/agent.js';
import { flatHeaders } from '../../src/lib/http/exchange.js';
import { retryAfter } from '../../src/lib/http.js';
import { codeOf, innermost, nameOf } from '../../src/lib/thrown.js';
import { answerFault, lostFault, unreachedFault, type Call } from './faults.js';

export const TIMEOUT_MS = 10_000;
/** More of an answer than this is not read. */
const ANSWER_LIMIT = 1024 * 1024;

export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface WireAnswer {
  readonly status: number;
  readonly text: string;
}

/** One request to the connector service, one answer: no retries, and a Fault for everything but success. */
export interface Wire {
  send(request: WireRequest): Promise<WireAnswer>;
  close(): Promise<void>;
}

export function openWire(ca: string | undefined): Wire {
  const dispatchers = openDispatchers(ca);
  return {
    async send(request) {
      const url = new URL(request.url);
      const call = callOf(request.method, url);
      const answer = await exchange(request, url, call, dispatchers);
      if (answer.status >= 200 && answer.status < 300) return answer;
      throw answerFault(call, answer.status, answer.text, answer.waitMs, answer.requestId);
    },
    close: () => dispatchers.close(),
  };
}

async function exchange(
  request: WireRequest,
  url: URL,
  call: Call,
  dispatchers: ReturnType<typeof openDispatchers>,
): Promise<WireAnswer & { readonly waitMs: number | undefined; readonly requestId: string | undefined }> {
  try {
    const answer = await send(url, {
      dispatcher: dispatchers.for(url),
      method: request.method as 'GET' | 'POST' | 'PUT' | 'DELETE',
      headers: request.headers,
      ...(request.body === undefined ? {} : { body: request.body }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
    });
    const headers = flatHeaders(answer.headers);
    return {
      status: answer.statusCode,
      text: await readText(answer.body),
      waitMs: retryAfter(headers, Date.now()),
      requestId: headers['ms-cv'] ?? headers['x-ms-request-id'],
    };
  } catch (error) {
    if (error instanceof Fault) throw error;
    const code = codeOrName(error);
    throw neverLeft(code) ? unreachedFault(call, code, error) : lostFault(call, code, error);
  }
}

function callOf(method: string, url: URL): Call {
  const kind = method === 'GET' ? 'read' : method === 'PUT' || method === 'DELETE' ? 'edit' : 'post';
  return { kind, host: url.host, reply: decodeURIComponent(url.pathname).includes(';messageid=') };
}

async function readText(body: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > ANSWER_LIMIT) break;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const BEFORE_SENDING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The connection was never made, or its certificate was not trusted: no byte of the message has left. */
function neverLeft(code: string): boolean {
  return BEFORE_SENDING.has(code) || /CERT|SELF_SIGNED|LEAF_SIGNATURE|ISSUER|ERR_TLS_/.test(code);
}

function codeOrName(error: unknown): string {
  const first = innermost(error);
  return codeOf(first) || nameOf(first);
}
