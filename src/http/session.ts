import { createHash, createHmac, scryptSync, timingSafeEqual } from 'node:crypto';
import { DAY, type Instant } from '../model/time.js';

export const SESSION_COOKIE = 'tocsin_session';
export const SESSION_LIFE = 7 * DAY;

/** Who signed in and until when. The cookie holds this and a signature, never the token. */
export interface Session {
  readonly name: string;
  readonly expires: Instant;
  /** Who Entra says it is; undefined for a sign-in with the shared token. */
  readonly entra?: { readonly id: string; readonly address: string | undefined };
}

/**
 * Derived from the token, or from the app's secret: a new one ends every session, and a restart ends none. Slow, so that a stolen
 * cookie is no oracle. What is sealed for one end does not pass for the other.
 */
export function sessionKey(token: string, of: 'session' | 'sign-in' = 'session'): Buffer {
  return scryptSync(token, `tocsin console ${of}`, 32);
}

export function sealSession({ expires, name, entra }: Session, key: Buffer): string {
  return seal([expires, name, ...(entra === undefined ? [] : [entra.id, entra.address ?? null])], key);
}

/** Any value with a signature, as text that a cookie can hold. */
export function seal(value: unknown, key: Buffer): string {
  const body = Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${body}.${signature(body, key)}`;
}

/** What `seal` sealed; undefined for anything else. */
export function unseal(sealed: string, key: Buffer): unknown {
  const [body, given, ...more] = sealed.split('.');
  if (body === undefined || given === undefined || more.length > 0) return undefined;
  if (!sameText(given, signature(body, key))) return undefined;
  return JSON.parse(Buffer.from(body, 'base64url').toString());
}

type Sealed = readonly [expires: Instant, name: string, id?: string, address?: string | null];

/** Undefined for a forged, broken or expired one. */
export function openSession(sealed: string, key: Buffer, now: Instant): Session | undefined {
  const found = unseal(sealed, key) as Sealed | undefined;
  if (found === undefined) return undefined;
  const [expires, name, id, address] = found;
  if (expires <= now) return undefined;
  return { expires, name, ...(id === undefined ? {} : { entra: { id, address: address ?? undefined } }) };
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
