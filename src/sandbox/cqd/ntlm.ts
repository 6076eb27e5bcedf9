import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import { md4 } from './md4.js';

/** A Windows account of the site's domain. */
export interface NtlmAccount {
  readonly domain: string;
  readonly username: string;
  readonly password: string;
}

export interface NtlmCounts {
  /** Handshakes that ended well. */
  readonly handshakes: number;
  /** Those that did not. */
  readonly refused: number;
  /** Requests that came on a connection that had signed in before. */
  readonly reused: number;
}

/** Windows sign-in as IIS does it: what is proven counts for the connection, and for no other. */
export interface NtlmServer {
  readonly counts: NtlmCounts;
  /** `in`: go on. Otherwise what `WWW-Authenticate` is to say with the 401. */
  admit(socket: Socket, authorization: string | undefined): 'in' | readonly string[];
}

const SIGNATURE = Buffer.from('NTLMSSP\0', 'ascii');

/** Flags of MS-NLMP 2.2.2.5. */
const UNICODE = 0x1;
const OEM = 0x2;
const FLAGS = 0x4 | 0x200 | 0x8000 | 0x10000 | 0x80000 | 0x800000;

interface Connection {
  challenge?: Buffer;
  info?: Buffer;
  user?: string;
}

export function openNtlmServer(accounts: readonly NtlmAccount[]): NtlmServer {
  const connections = new WeakMap<Socket, Connection>();
  const counts = { handshakes: 0, refused: 0, reused: 0 };
  return {
    counts,
    admit(socket, authorization) {
      const connection = connections.get(socket) ?? {};
      connections.set(socket, connection);
      if (authorization === undefined) {
        // A bare request in the middle of a handshake ends it.
        delete connection.challenge;
        if (connection.user === undefined) return OFFER;
        counts.reused += 1;
        return 'in';
      }
      const message = messageOf(authorization);
      if (message === undefined) return OFFER;
      if (message.readUInt32LE(8) === 1) return challenge(connection, message, accounts);
      const user = prove(connection, message, accounts);
      delete connection.challenge;
      if (user === undefined) {
        counts.refused += 1;
        return OFFER;
      }
      connection.user = user;
      counts.handshakes += 1;
      return 'in';
    },
  };
}

const OFFER = ['Negotiate', 'NTLM'];

function messageOf(authorization: string): Buffer | undefined {
  const text = /^NTLM ([A-Za-z0-9+/=]+)$/.exec(authorization)?.[1];
  const message = Buffer.from(text ?? '', 'base64');
  return message.length >= 16 && message.subarray(0, 8).equals(SIGNATURE) ? message : undefined;
}

function challenge(
  connection: Connection,
  negotiate: Buffer,
  accounts: readonly NtlmAccount[],
): readonly string[] {
  const unicode = (negotiate.readUInt32LE(12) & UNICODE) !== 0;
  const domain = accounts[0]?.domain ?? 'SANDBOX';
  connection.challenge = randomBytes(8);
  connection.info = targetInfo(domain);
  delete connection.user;
  const target = Buffer.from(domain, unicode ? 'utf16le' : 'latin1');
  const message = Buffer.alloc(56 + target.length + connection.info.length);
  SIGNATURE.copy(message);
  message.writeUInt32LE(2, 8);
  field(message, 12, target, 56);
  message.writeUInt32LE(FLAGS | (unicode ? UNICODE : OEM), 20);
  connection.challenge.copy(message, 24);
  field(message, 40, connection.info, 56 + target.length);
  return [`NTLM ${message.toString('base64')}`];
}

function field(message: Buffer, at: number, content: Buffer, offset: number): void {
  message.writeUInt16LE(content.length, at);
  message.writeUInt16LE(content.length, at + 2);
  message.writeUInt32LE(offset, at + 4);
  content.copy(message, offset);
}

/** AV pairs of MS-NLMP 2.2.2.1: names of computer and domain, and the time. */
function targetInfo(domain: string): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE((BigInt(Date.now()) + 11_644_473_600_000n) * 10_000n);
  const text = (value: string): Buffer => Buffer.from(value, 'utf16le');
  return Buffer.concat([
    pair(2, text(domain)),
    pair(1, text('CQD01')),
    pair(4, text(`${domain.toLowerCase()}.example`)),
    pair(3, text(`cqd01.${domain.toLowerCase()}.example`)),
    pair(7, time),
    pair(0, Buffer.alloc(0)),
  ]);
}

function pair(id: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, value]);
}

/** The user whose password made the NTLMv2 proof for this connection's own challenge (MS-NLMP 3.3.2). */
function prove(
  connection: Connection,
  message: Buffer,
  accounts: readonly NtlmAccount[],
): string | undefined {
  const { challenge: asked, info } = connection;
  if (asked === undefined || info === undefined || message.length < 64 || message.readUInt32LE(8) !== 3)
    return undefined;
  const encoding = (message.readUInt32LE(60) & UNICODE) !== 0 ? 'utf16le' : 'latin1';
  const response = content(message, 20);
  const domain = content(message, 28).toString(encoding);
  const username = content(message, 36).toString(encoding);
  const account = accounts.find(
    (known) =>
      known.username.toLowerCase() === username.toLowerCase() &&
      (domain === '' || known.domain.toLowerCase() === domain.toLowerCase()),
  );
  // An answer of 24 bytes is NTLMv1.
  if (account === undefined || response.length < 48) return undefined;
  const [proof, blob] = [response.subarray(0, 16), response.subarray(16)];
  if (blob.readUInt16BE(0) !== 0x0101 || !blob.includes(info.subarray(0, -4))) return undefined;
  const key = hmac(
    md4(Buffer.from(account.password, 'utf16le')),
    Buffer.from(`${username.toUpperCase()}${domain}`, 'utf16le'),
  );
  return timingSafeEqual(hmac(key, Buffer.concat([asked, blob])), proof) ? account.username : undefined;
}

function content(message: Buffer, at: number): Buffer {
  const offset = message.readUInt32LE(at + 4);
  return message.subarray(offset, offset + message.readUInt16LE(at));
}

function hmac(key: Buffer, data: Buffer): Buffer {
  return createHmac('md5', key).update(data).digest();
}
