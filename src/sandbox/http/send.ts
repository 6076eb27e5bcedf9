import type { ServerResponse } from 'node:http';
import type { Instant } from '../../model/time.js';
import type { Answer } from './answer.js';
import type { FaultKind } from './faults.js';

export interface Manner {
  readonly at: Instant;
  readonly head: boolean;
  readonly fault: FaultKind | undefined;
}

/** Sends the answer, or does to it what the fault says; `answer` is asked for only where its body is needed. */
export async function send(
  outgoing: ServerResponse,
  answer: () => Promise<Answer>,
  manner: Manner,
): Promise<void> {
  const { fault, at } = manner;
  if (fault === undefined) write(outgoing, await answer(), manner);
  else if (fault.kind === 'hang') return;
  else if (fault.kind === 'reset') await cut(outgoing, await answer(), manner, fault.afterBytes);
  else if (fault.kind === 'drip') await drip(outgoing, await answer(), manner, fault);
  else if (fault.kind === 'garbage') write(outgoing, garbled(await answer()), manner);
  else write(outgoing, replacement(fault, at), manner);
}

type Replacing = Exclude<FaultKind, { kind: 'hang' | 'reset' | 'drip' | 'garbage' }>;

function replacement(fault: Replacing, at: Instant): Answer {
  switch (fault.kind) {
    case 'status':
      return { status: fault.status, headers: { ...JSON_TYPE, ...fault.headers }, body: fault.body ?? '' };
    case 'throttle':
      return { status: 429, headers: { ...JSON_TYPE, ...retryAfter(fault, at) }, body: THROTTLED };
    case 'unavailable':
      return { status: 503, headers: { ...JSON_TYPE, ...retryAfter(fault, at) }, body: UNAVAILABLE };
    case 'html':
      return { status: fault.status ?? 200, headers: { 'content-type': 'text/html' }, body: PROXY_PAGE };
    case 'empty':
      return { status: fault.status ?? 200, headers: JSON_TYPE, body: '' };
  }
}

const JSON_TYPE = { 'content-type': 'application/json' };
const THROTTLED = JSON.stringify({
  error: { code: 'TooManyRequests', message: 'Too many requests.', innerError: {} },
});
const UNAVAILABLE = JSON.stringify({
  error: { code: 'serviceNotAvailable', message: 'The service is temporarily unavailable.' },
});
const PROXY_PAGE =
  '<!DOCTYPE html><html><head><title>Sign in to the network</title></head><body><h1>502</h1><p>Your proxy answered instead of the service.</p></body></html>';

function retryAfter(
  fault: { readonly retryAfter?: number; readonly asDate?: boolean },
  at: Instant,
): Record<string, string> {
  if (fault.retryAfter === undefined) return {};
  if (fault.asDate !== true) return { 'retry-after': String(fault.retryAfter) };
  return { 'retry-after': new Date(at + fault.retryAfter * 1000).toUTCString() };
}

/** The true answer with its tail replaced: JSON that begins well and does not parse. */
function garbled(answer: Answer): Answer {
  const text = answer.body.toString();
  const body = `${text.slice(0, Math.floor(text.length / 2))}\u0001{"value":[,]`;
  return { status: 200, headers: JSON_TYPE, body };
}

function write(outgoing: ServerResponse, answer: Answer, { at, head }: Manner): void {
  const body = Buffer.from(answer.body);
  begin(outgoing, answer, at, body.length);
  outgoing.end(head ? undefined : body);
}

function begin(outgoing: ServerResponse, answer: Answer, at: Instant, length: number): void {
  outgoing.sendDate = false;
  if (answer.reason !== undefined) outgoing.statusMessage = answer.reason;
  outgoing.writeHead(answer.status, {
    date: new Date(at).toUTCString(),
    ...answer.headers,
    'content-length': length,
  });
}

/** Promises the whole body, sends its beginning, then cuts the connection without TLS's farewell. */
async function cut(
  outgoing: ServerResponse,
  answer: Answer,
  { at }: Manner,
  afterBytes: number | undefined,
): Promise<void> {
  const body = Buffer.from(answer.body);
  begin(outgoing, answer, at, body.length + 1);
  await new Promise<void>((resolve) => {
    outgoing.write(body.subarray(0, afterBytes ?? Math.floor(body.length / 2)), () => resolve());
  });
  // One turn of the loop lets the bytes leave, so that the other side is cut in the middle and not before it.
  await new Promise((resolve) => setImmediate(resolve));
  outgoing.destroy();
}

async function drip(
  outgoing: ServerResponse,
  answer: Answer,
  { at }: Manner,
  { bytes = 16, everyMs = 20 }: { readonly bytes?: number; readonly everyMs?: number },
): Promise<void> {
  const body = Buffer.from(answer.body);
  begin(outgoing, answer, at, body.length);
  for (let from = 0; from < body.length && !outgoing.destroyed; from += bytes) {
    outgoing.write(body.subarray(from, from + bytes));
    await pause(outgoing, everyMs);
  }
  outgoing.end();
}

/** Ends early when the other side has gone. */
function pause(outgoing: ServerResponse, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      outgoing.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    outgoing.on('close', done);
  });
}
