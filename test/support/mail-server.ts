import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerOptions } from 'smtp-server';

/** What becomes of one session, at the step named. */
export type MailFate =
  | {
      readonly at: 'connect' | 'sign-in' | 'from' | 'to' | 'data';
      readonly code: number;
      readonly words: string;
    }
  /** Only this recipient fares so. */
  | { readonly at: 'to'; readonly only: string; readonly code: number; readonly words: string }
  /** The mail arrives, and the connection breaks before the answer. */
  | 'lost'
  /** The mail arrives, and the answer never comes. */
  | 'held';

export interface Arrived {
  readonly mail: ParsedMail;
  readonly raw: string;
  readonly from: string;
  readonly to: readonly string[];
  /** Who had signed in. */
  readonly user: string | undefined;
  readonly encrypted: boolean;
}

/** A real SMTP server on loopback that keeps what it is given. */
export interface MailServer {
  readonly port: number;
  arrived(): readonly Arrived[];
  next(...fates: readonly MailFate[]): void;
  clear(): void;
  close(): Promise<void>;
}

export interface MailServerOptions {
  readonly tls?: { readonly key: string; readonly cert: string };
  /** TLS from the first byte. */
  readonly implicit?: boolean;
  /** Nobody sends without these. */
  readonly account?: { readonly user: string; readonly password: string };
  readonly size?: number;
}

export async function startMailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const arrived: Arrived[] = [];
  const fates: MailFate[] = [];
  const fail = (at: string, address = ''): Error | null => {
    const [fate] = fates;
    if (typeof fate !== 'object' || fate.at !== at || ('only' in fate && fate.only !== address)) return null;
    fates.shift();
    return Object.assign(new Error(fate.words), { responseCode: fate.code });
  };
  const server = new SMTPServer({
    ...settingsOf(options),
    onConnect: (_session, done) => done(fail('connect')),
    onAuth(given, _session, done) {
      const { user, password } = options.account ?? {};
      const failure = fail('sign-in');
      if (failure !== null) done(failure);
      else if (given.username === user && given.password === password) done(null, { user });
      else done(Object.assign(new Error('Authentication credentials invalid'), { responseCode: 535 }));
    },
    onMailFrom: (_address, _session, done) => done(fail('from')),
    onRcptTo: ({ address }, _session, done) => done(fail('to', address)),
    onData(stream, session, done) {
      read(stream)
        .then(async (raw) => {
          const failure = fail('data');
          if (failure !== null) {
            done(failure);
            return;
          }
          const { mailFrom, rcptTo } = session.envelope;
          arrived.push({
            mail: await simpleParser(raw, { skipHtmlToText: true }),
            raw: raw.toString(),
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            user: session.user as string | undefined,
            encrypted: session.secure,
          });
          const fate = fates[0] === 'lost' || fates[0] === 'held' ? fates.shift() : undefined;
          if (fate === undefined) done(null, 'kept');
          else if (fate === 'lost') server.connections.forEach((connection) => connection._socket.destroy());
        })
        .catch((error: unknown) => done(error as Error));
    },
  }) as SMTPServer & { readonly connections: Set<{ readonly _socket: { destroy(): void } }> };
  // A client that goes away is no failure of this server.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    arrived: () => arrived,
    next: (...more) => void fates.push(...more),
    clear() {
      arrived.length = 0;
    },
    close() {
      server.connections.forEach((connection) => connection._socket.destroy());
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function settingsOf({ tls, implicit, account, size }: MailServerOptions): SMTPServerOptions {
  return {
    ...tls,
    secure: implicit === true,
    authOptional: account === undefined,
    disabledCommands: [
      ...(tls === undefined ? ['STARTTLS'] : []),
      ...(account === undefined ? ['AUTH'] : []),
    ],
    // The account of a test may sign in wherever the test says.
    allowInsecureAuth: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    ...(size === undefined ? {} : { size }),
  };
}

async function read(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
