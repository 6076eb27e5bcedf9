import { Fault, type FaultCode } from '../../src/lib/fault.js';

/** What a request was for: it decides what a failure means. */
export interface Call {
  readonly kind: 'post' | 'edit' | 'read';
  readonly host: string;
  /** Into the thread of a message. */
  readonly reply: boolean;
}

interface Verdict {
  readonly code: FaultCode;
  readonly advice?: string;
}

/** An answer that is no success, in the words of the channel port. `body` is the connector's error document, if it is one. */
export function answerFault(
  call: Call,
  status: number,
  body: string,
  retryAfterMs: number | undefined,
  requestId?: string,
): Fault {
  const error = readError(body);
  const { code, advice } = verdictOf(call, status, error.codes);
  const words = error.words === '' ? '' : `: ${error.words}`;
  return new Fault(code, `Teams answered ${status}${words}.`, {
    status,
    ...(advice === undefined ? {} : { advice }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(requestId === undefined ? {} : { requestId }),
  });
}

export function unreachedFault(call: Call, code: string, cause: unknown): Fault {
  return new Fault('channel.unreachable', `${call.host} could not be reached (${code}).`, { cause });
}

/** The request left and no answer came. A lost read has changed nothing. */
export function lostFault(call: Call, code: string, cause: unknown): Fault {
  const why = code === '' ? '' : ` (${code})`;
  if (call.kind === 'read')
    return new Fault('channel.unreachable', `${call.host} did not answer${why}.`, { cause });
  return new Fault('channel.unknown-outcome', `${call.host} took the message and did not answer${why}.`, {
    cause,
  });
}

/** Statuses by which the gateway says that it does not know what became of the request (Microsoft Learn, "Optimize your bot with rate limiting": retry 412, 502 and 504). */
const DOUBTFUL = new Set([408, 412, 502, 503, 504]);

function verdictOf(call: Call, status: number, codes: ReadonlySet<string>): Verdict {
  if (status === 429) return { code: 'channel.throttled' };
  if (status === 413 || codes.has('MessageSizeTooBig')) return { code: 'channel.too-large' };
  if (status === 401)
    return {
      code: 'channel.unauthorized',
      advice: 'Check appId, appPassword, tenantId and cloud under teams.',
    };
  if (status === 404 && (call.kind === 'edit' || call.reply)) return { code: 'channel.message-gone' };
  if (DOUBTFUL.has(status) && call.kind === 'post') return { code: 'channel.unknown-outcome' };
  if (status >= 500 || status === 408 || status === 412) return { code: 'channel.failed' };
  const advice = adviceFor(status, codes);
  return { code: 'channel.refused', ...(advice === undefined ? {} : { advice }) };
}

function adviceFor(status: number, codes: ReadonlySet<string>): string | undefined {
  if (codes.has('MessageWritesBlocked'))
    return 'The person or team has blocked or removed the app; install it there again.';
  if (codes.has('BotNotInConversationRoster') || codes.has('ForbiddenOperationException'))
    return 'Install the Tocsin app in this team or chat.';
  if (codes.has('BotDisabledByAdmin'))
    return 'An administrator has disabled the app; allow it in the Teams admin centre.';
  if (status === 404) return 'The conversation does not exist (any more); check the conversation id.';
  if (status === 400) return 'Check the conversation id and the service address.';
  return undefined;
}

interface ConnectorError {
  readonly codes: ReadonlySet<string>;
  readonly words: string;
}

/** `{error: {code, message, innerHttpError…}}`, with `subCode` here or there. What is not that has no words of its own. */
function readError(body: string): ConnectorError {
  const codes = new Set<string>();
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    return { codes, words: '' };
  }
  const error = field(document, 'error') ?? document;
  for (const name of ['code', 'subCode', 'errorCode']) {
    for (const at of [error, document, field(error, 'innerError')]) {
      const value = field(at, name);
      if (typeof value === 'string' && value !== '') codes.add(value);
    }
  }
  const message = field(error, 'message');
  const said = typeof message === 'string' ? oneLine(message) : '';
  return { codes, words: [[...codes].join(', '), said].filter((part) => part !== '').join(': ') };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
