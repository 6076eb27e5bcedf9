import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { trusted } from '../../src/lib/http/agent.js';
import type { Server } from './settings.js';

export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

export interface Delivered {
  readonly accepted: readonly string[];
  readonly rejected: readonly Rejected[];
}

export interface Rejected {
  readonly address: string;
  /** SMTP code, 0 when the server gave none. */
  readonly code: number;
}

/** How far a session had come when it failed: what was begun before `data` has certainly not been delivered. */
export type Phase = 'connect' | 'sign-in' | 'envelope' | 'data';

export class SmtpError extends Error {
  override readonly name = 'SmtpError';
  readonly phase: Phase;

  constructor(phase: Phase, cause: unknown) {
    super(`failed at ${phase}`, { cause });
    this.phase = phase;
  }
}

/** One session for one mail: what goes wrong is then about this mail. Throws SmtpError. */
export async function deliver(server: Server, envelope: Envelope, raw: Buffer): Promise<Delivered> {
  return inSession(server, async (session) => {
    session.phase = 'envelope';
    // The body is asked for once the server has said that it wants it.
    const body = Readable.from(bodyOf(session, raw));
    const info = await session.step<Sent>((done) =>
      session.connection.send(
        { from: envelope.from, to: [...envelope.to], size: raw.byteLength },
        body,
        done,
      ),
    );
    const codes = new Map((info.rejectedErrors ?? []).map((error) => [error.recipient, error.responseCode]));
    return {
      accepted: info.accepted,
      rejected: info.rejected.map((address) => ({ address, code: codes.get(address) ?? 0 })),
    };
  });
}

/** Connects and signs in, and nothing else. Resolves with whether the connection was encrypted. */
export async function tryOut(server: Server): Promise<boolean> {
  return inSession(server, async ({ connection }) => connection.secure);
}

interface Sent {
  readonly accepted: readonly string[];
  readonly rejected: readonly string[];
  readonly rejectedErrors?:
    | readonly { readonly recipient?: string | undefined; readonly responseCode?: number | undefined }[]
    | undefined;
}

interface Session {
  readonly connection: SMTPConnection;
  phase: Phase;
  /** One exchange with the server; rejects also when the connection breaks meanwhile. */
  step<T>(run: (done: (error?: Error | null, value?: T) => void) => void): Promise<T>;
}

async function* bodyOf(session: Session, raw: Buffer): AsyncGenerator<Buffer> {
  session.phase = 'data';
  yield raw;
}

async function inSession<T>(server: Server, work: (session: Session) => Promise<T>): Promise<T> {
  const connection = new SMTPConnection(optionsOf(server));
  const broken = new Promise<never>((_, reject) => {
    connection.once('error', reject);
    // An answer that came with the end is heard first.
    connection.once('end', () => setImmediate(reject, new Error('the connection ended')));
  });
  broken.catch(() => undefined);
  const session: Session = {
    connection,
    phase: 'connect',
    step: (run) =>
      Promise.race([
        broken,
        new Promise<never>((resolve, reject) =>
          run((error, value) =>
            error === null || error === undefined ? resolve(value as never) : reject(error),
          ),
        ),
      ]),
  };
  try {
    await session.step<unknown>((done) => connection.connect(done));
    if (server.user !== undefined) await signIn(server.user, server.password ?? '', session);
    const result = await work(session);
    connection.quit();
    return result;
  } catch (error) {
    connection.close();
    throw new SmtpError(session.phase, error);
  }
}

async function signIn(user: string, pass: string, session: Session): Promise<void> {
  session.phase = 'sign-in';
  await session.step<unknown>((done) => session.connection.login({ credentials: { user, pass } }, done));
}

function optionsOf({
  host,
  port,
  tls,
  ca,
  timeoutMs,
}: Server): ConstructorParameters<typeof SMTPConnection>[0] {
  return {
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'required',
    ignoreTLS: tls === 'none',
    ...(ca === undefined ? {} : { tls: { ca: trusted(ca) } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  };
}
