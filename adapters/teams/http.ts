import type { IncomingMessage, ServerResponse } from 'node:http';
import { faultLine, isFault } from '../../src/lib/fault.js';
import type { Log } from '../../src/lib/log.js';
import { readInbound, type Inbound } from './activity.js';
import type { InboundAnswer, Transport } from './transport.js';

const BODY_LIMIT = 1024 * 1024;

/**
 * `POST /api/messages`. 401 for whatever is wrong with the token, 400 for a body that is no activity, 413 above 1 MiB; what
 * went wrong inside is logged and never told.
 */
export function messagesRoute(
  transport: Transport,
  insecureLocal: boolean,
  handle: (activity: Inbound) => Promise<InboundAnswer>,
  log: Log,
): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    serve(req, transport, insecureLocal, handle, log).then(
      (answer) => reply(res, answer),
      (error: unknown) => {
        log.error({ reason: faultLine(error) }, 'a Teams activity could not be handled');
        reply(res, refusal(500, 'internal', 'It could not be handled.'));
      },
    );
  };
}

async function serve(
  req: IncomingMessage,
  transport: Transport,
  insecureLocal: boolean,
  handle: (activity: Inbound) => Promise<InboundAnswer>,
  log: Log,
): Promise<InboundAnswer> {
  const authorization = req.headers.authorization ?? '';
  if (!insecureLocal && authorization === '') return unauthorized();
  const text = await readBody(req);
  if (text === undefined) return refusal(413, 'too-large', 'The body is larger than 1 MiB.');
  const body = parse(text);
  if (body === undefined) return refusal(400, 'bad-request', 'The body is no activity.');
  try {
    return await transport.receive(authorization, body, async () => {
      const activity = readInbound(body);
      return activity === undefined
        ? refusal(400, 'bad-request', 'The body is no activity.')
        : handle(activity);
    });
  } catch (error) {
    if (isFault(error, 'channel.unauthorized')) {
      log.info({ reason: causeOf(error) }, 'a request to /api/messages was refused');
      return unauthorized();
    }
    if (isFault(error, 'channel.unreachable')) {
      log.warn({ reason: faultLine(error) }, 'a request to /api/messages could not be checked');
      return refusal(503, 'unavailable', 'The token cannot be checked now.');
    }
    throw error;
  }
}

/** Undefined when it is too long. The rest of it is not kept. */
async function readBody(req: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req) {
    size += (chunk as Buffer).length;
    if (size <= BODY_LIMIT) chunks.push(chunk as Buffer);
    else if (size > 4 * BODY_LIMIT) return undefined;
  }
  return size > BODY_LIMIT ? undefined : Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Which check failed, without the token. */
function causeOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message.slice(0, 200) : error.message;
}

function unauthorized(): InboundAnswer {
  return refusal(401, 'unauthorized', 'A valid Bot Framework token is required.');
}

function refusal(status: number, code: string, message: string): InboundAnswer {
  return { status, body: { error: { code, message } } };
}

function reply(res: ServerResponse, { status, body }: InboundAnswer): void {
  if (res.headersSent || res.destroyed) return;
  const close = status === 413 ? { connection: 'close' } : {};
  res.writeHead(status, { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...close });
  res.end(body === undefined ? undefined : JSON.stringify(body));
}
