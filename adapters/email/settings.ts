import { z } from 'zod';
import { parseDuration } from '../../src/lib/duration.js';
import { isLoopback } from '../../src/lib/http/agent.js';
import { hasUnsafe } from './words.js';

/** A mailbox: the address, and the name shown beside it. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

const mailbox = z
  .string()
  .refine(
    (text) => readMailbox(text) !== undefined,
    'must be an address such as noc@contoso.com or NOC <noc@contoso.com>',
  );

const duration = z
  .string()
  .refine((text) => (parseDuration(text) ?? 0) > 0, 'must be a duration such as 20s');

/** What stands under `email:` as written. */
const written = z.strictObject({
  url: z.string().refine(isServer, 'must be smtp://host[:port] or smtps://host[:port], and nothing after it'),
  user: z.string().min(1).optional(),
  password: z.string().min(1).optional(),
  from: mailbox,
  replyTo: mailbox.optional(),
  tls: z.enum(['required', 'preferred', 'none']).optional(),
  ca: z
    .string()
    .includes('-----BEGIN CERTIFICATE-----', { message: 'must be file:/path of a PEM certificate' })
    .optional(),
  timeout: duration.optional(),
});

export const emailSettings = written
  .refine(
    ({ url, user, password }) =>
      (user ?? userIn(url)) === undefined || (password ?? passwordIn(url)) !== undefined,
    {
      path: ['password'],
      message: 'is needed for the user that signs in',
    },
  )
  .refine(
    ({ url, user, password }) =>
      (user ?? userIn(url)) !== undefined || (password ?? passwordIn(url)) === undefined,
    {
      path: ['user'],
      message: 'is needed for the password',
    },
  )
  .refine(({ url, tls }) => tls === undefined || !isImplicit(url), {
    path: ['tls'],
    message: 'says nothing with smtps://, which is encrypted from the start',
  });

export const channelSettings = z.strictObject({
  to: z.array(mailbox).min(1, 'must name somebody').max(100, 'must be 100 at most'),
  timeZone: z.string().refine(isTimeZone, 'is not an IANA time zone such as Europe/Paris').default('UTC'),
});

/** The server, and how to speak to it. */
export interface Server {
  readonly host: string;
  readonly port: number;
  /** `implicit`: TLS from the first byte. `required`: STARTTLS or nothing. `preferred`: STARTTLS where it is offered. */
  readonly tls: 'implicit' | 'required' | 'preferred' | 'none';
  readonly user?: string;
  readonly password?: string;
  readonly ca?: string;
  readonly timeoutMs: number;
}

export interface EmailSettings {
  readonly server: Server;
  readonly from: Mailbox;
  readonly replyTo?: Mailbox;
}

export interface ChannelSettings {
  readonly to: readonly Mailbox[];
  readonly timeZone: string;
}

const TIMEOUT = 20_000;

/** Throws a ZodError for what the schema does not take. */
export function readSettings(given: unknown): EmailSettings {
  const settings = emailSettings.parse(given);
  const { url, ca, timeout } = settings;
  const [from, replyTo] = [settings.from, settings.replyTo ?? ''].map(readMailbox);
  if (from === undefined) throw new Error('a sender that the schema took cannot be read');
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const user = settings.user ?? userIn(url);
  const password = settings.password ?? passwordIn(url);
  return {
    server: {
      host,
      port: port === '' ? defaultPort(url) : Number(port),
      tls: isImplicit(url) ? 'implicit' : (settings.tls ?? defaultTls(host, password)),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      ...(ca === undefined ? {} : { ca }),
      timeoutMs: parseDuration(timeout ?? '') ?? TIMEOUT,
    },
    from,
    ...(replyTo === undefined ? {} : { replyTo }),
  };
}

export function readChannel(given: unknown): ChannelSettings {
  const { to, timeZone } = channelSettings.parse(given);
  return { to: to.flatMap((text) => readMailbox(text) ?? []), timeZone };
}

/** A password leaves this machine encrypted or not at all, unless the settings say otherwise. */
function defaultTls(host: string, password: string | undefined): Server['tls'] {
  return password === undefined || isLoopback(host) ? 'preferred' : 'required';
}

function defaultPort(url: string): number {
  return isImplicit(url) ? 465 : 587;
}

function isImplicit(url: string): boolean {
  return /^smtps:/i.test(url);
}

function isServer(text: string): boolean {
  if (!/^smtps?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const { hostname, pathname, search, hash } = new URL(text);
  return hostname !== '' && /^\/?$/.test(pathname) && search === '' && hash === '';
}

function userIn(url: string): string | undefined {
  return URL.canParse(url) ? decoded(new URL(url).username) : undefined;
}

function passwordIn(url: string): string | undefined {
  return URL.canParse(url) ? decoded(new URL(url).password) : undefined;
}

function decoded(text: string): string | undefined {
  if (text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `noc@contoso.com`, `NOC <noc@contoso.com>` or `"NOC, nights" <noc@contoso.com>`; undefined for anything else. */
export function readMailbox(text: string): Mailbox | undefined {
  if (hasUnsafe(text)) return undefined;
  const [, quoted, name = '', inBrackets] =
    /^(?:"([^"\\]*)"|([^"<>,;]*?))\s*<([^<>]+)>$/.exec(text.trim()) ?? [];
  const address = inBrackets ?? text.trim();
  return isAddress(address) ? { name: (quoted ?? name).trim(), address } : undefined;
}

function isAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/.test(text);
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
