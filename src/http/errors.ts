import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { Fault, type FaultCode } from '../lib/fault.js';
import type { Log } from '../lib/log.js';

/** An answer other than the one asked for. The message is for the caller and holds no secret. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export const notFound: RequestHandler = (req) => {
  throw new HttpError(404, 'not-found', `There is no ${req.method} ${req.path}.`);
};

/** Every failure becomes `{ error: { code, message } }`; what is a bug is logged and not shown. */
export function errorHandler(log: Log): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const told = toHttpError(error);
    if (told.status >= 500) log.error({ err: error, method: req.method, path: req.path }, told.message);
    sendError(res, told);
  };
}

function sendError(res: Response, error: HttpError): void {
  res
    .status(error.status)
    .set(error.headers)
    .json({ error: { code: error.code, message: error.message } });
}

const FAULT_STATUS: Partial<Record<FaultCode, number>> = {
  'command.usage': 400,
  'command.forbidden': 403,
  'command.not-found': 404,
  'store.conflict': 409,
  'store.unreachable': 503,
  'queue.unreachable': 503,
};

function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof Fault)
    return new HttpError(FAULT_STATUS[error.code] ?? 502, error.code, `${error.message} ${error.advice}`);
  return fromParser(error) ?? new HttpError(500, 'internal', 'Something went wrong here; the log has it.');
}

/** The body parser's and the router's own errors, which carry a status and sometimes a type. */
function fromParser(error: unknown): HttpError | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  const type = 'type' in error ? error.type : undefined;
  if (type === 'entity.too.large')
    return new HttpError(413, 'too-large', 'The body is larger than 1 MiB.', { connection: 'close' });
  if (type === 'entity.parse.failed') return new HttpError(400, 'bad-json', 'The body is not valid JSON.');
  if (error.status === 415) return new HttpError(415, 'unsupported-media-type', 'Send plain UTF-8 JSON.');
  if (error.status === 400) return new HttpError(400, 'bad-request', 'The request could not be read.');
  return undefined;
}
