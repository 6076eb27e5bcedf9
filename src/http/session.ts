import { createHash, createHmac, scryptSync, timingSafeEqual } from 'node:crypto';
import { DAY, type Instant } from '../model/time.js';

export const SESSION_COOKIE = 'tocsin_session';
export const SESSION_LIFE = 7 * DAY;

/** Who signed in and until when. The cookie holds this and a signature, never the token. */
export interface Session {
  readonly name: string;
  readonly expires: Instant;
}

/** Derived from the token: a new token ends every session, and a restart ends none. Slow, so that a stolen cookie is no oracle. */
export function sessionKey(token: string): Buffer {
  return scryptSync(token, 'tocsin console session', 32);
}

export function sealSession(session: Session, key: Buffer): string {
  const body = Buffer.from(JSON.stringify([session.expires, session.name])).toString('base64url');
  return `${body}.${signature(body, key)}`;
}

/** Undefined for a forged, broken or expired one. */
export function openSession(sealed: string, key: Buffer, now: Instant): Session | undefined {
  const [body, given, ...more] = sealed.split('.');
  if (body === undefined || given === undefined || more.length > 0) return undefined;
  if (!sameText(given, signature(body, key))) return undefined;
  const [expires, name] = JSON.parse(Buffer.from(body, 'base64url').toString()) as [Instant, string];
  return expires > now ? { expires, name } : undefined;
}

/** Compares in a time that tells nothing about either, not even the length. */
export function sameText(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function signature(body: string, key: Buffer): string {
  return createHmac('sha256', key).update(body).digest('base64url');
}
