import type { Request, RequestHandler, Response } from 'express';
import type { Instant } from '../model/time.js';
import type { HttpAuth } from './deps.js';
import { HttpError } from './errors.js';
import {
  openSession,
  sameText,
  sealSession,
  sessionKey,
  SESSION_COOKIE,
  SESSION_LIFE,
  type Session,
} from './session.js';

/** Who is let in, and how: with the token, with a session cookie, or because nothing is asked (loopback only). */
export type Caller =
  { readonly by: 'open' } | { readonly by: 'token' } | { readonly by: 'session'; readonly session: Session };

export interface Guard {
  readonly asks: HttpAuth['kind'];
  /** Undefined when the request brings nothing that lets it in. */
  caller(req: Request): Caller | undefined;
  /** Throws 401, or 403 for a foreign page; the caller is in `res.locals` for `callerOf`. */
  readonly demand: RequestHandler;
  /** Throws 403 for a foreign page that posts in a person's name. */
  readonly ownOrigin: RequestHandler;
  /** Throws 403 when an open server is reached under a foreign name (DNS rebinding). */
  readonly ownHost: RequestHandler;
  isToken(given: string): boolean;
  startSession(res: Response, who: Pick<Session, 'name' | 'entra'>): void;
  endSession(res: Response): void;
}

/** `framed`: the console is also shown within Teams, where a browser sends only cookies that are meant for it. */
export function openGuard(auth: HttpAuth, publicUrl: string, host: string, framed = false): Guard {
  const key = auth.kind === 'none' ? undefined : sessionKey(auth.kind === 'token' ? auth.token : auth.secret);
  const token = auth.kind === 'none' ? undefined : auth.token;
  const isToken = (given: string): boolean => token !== undefined && sameText(given, token);
  const secure = publicUrl.startsWith('https:');
  const cookie = {
    httpOnly: true,
    // What a foreign page posts is told by its Origin, whatever the cookie.
    ...(framed && secure
      ? ({ sameSite: 'none', partitioned: true } as const)
      : // Back from Microsoft's page a strict one would not be sent, and the person would be asked to sign in again.
        ({ sameSite: auth.kind === 'entra' ? 'lax' : 'strict' } as const)),
    secure,
    path: '/',
  };

  const caller = (req: Request): Caller | undefined => {
    if (key === undefined) return { by: 'open' };
    const bearer = /^Bearer +(\S+) *$/i.exec(req.get('authorization') ?? '')?.[1];
    if (bearer !== undefined) return isToken(bearer) ? { by: 'token' } : undefined;
    const session = openSession(cookieOf(req, SESSION_COOKIE) ?? '', key, wallNow());
    return session === undefined ? undefined : { by: 'session', session };
  };

  return {
    asks: auth.kind,
    caller,
    isToken,
    demand(req, res, next) {
      const found = caller(req);
      if (found === undefined)
        throw new HttpError(
          401,
          'unauthorized',
          'Send `Authorization: Bearer <token>`, or sign in at /login.',
          {
            'www-authenticate': 'Bearer realm="tocsin"',
          },
        );
      if (found.by !== 'token' && req.method === 'POST') demandOwnOrigin(req, publicUrl, found);
      res.locals['caller'] = found;
      next();
    },
    ownOrigin(req, _res, next) {
      demandOwnOrigin(req, publicUrl, { by: 'open' });
      next();
    },
    ownHost(req, _res, next) {
      if (key === undefined && !isOwnHost(req.get('host') ?? '', publicUrl, host))
        throw new HttpError(
          403,
          'foreign-host',
          'Open it by its loopback name or by http.publicUrl; or set a token.',
        );
      next();
    },
    startSession(res, who) {
      if (key === undefined) return;
      const sealed = sealSession({ ...who, expires: wallNow() + SESSION_LIFE }, key);
      res.cookie(SESSION_COOKIE, sealed, { ...cookie, maxAge: SESSION_LIFE });
    },
    endSession(res) {
      res.clearCookie(SESSION_COOKIE, cookie);
    },
  };
}

/** The caller that `demand` let in. */
export function callerOf(res: Response): Caller {
  return (res.locals as { caller: Caller }).caller;
}

/** Sessions end by the wall clock, whatever the program's clock does. */
export function wallNow(): Instant {
  return Date.now();
}

/**
 * Browsers send Origin with every POST. A session must come with our own; without a session (open server, login) a
 * program that sends none is welcome, a foreign page is not.
 */
function demandOwnOrigin(req: Request, publicUrl: string, caller: Caller): void {
  const origin = req.get('origin');
  const own =
    origin === undefined
      ? caller.by === 'open' && (req.get('sec-fetch-site') ?? 'none') !== 'cross-site'
      : isOwnOrigin(origin, req.get('host') ?? '', publicUrl);
  if (!own) throw new HttpError(403, 'foreign-origin', 'This may only be posted from the console itself.');
}

function isOwnOrigin(origin: string, host: string, publicUrl: string): boolean {
  if (!URL.canParse(origin)) return false;
  const parsed = new URL(origin);
  return parsed.host === host || (URL.canParse(publicUrl) && parsed.origin === new URL(publicUrl).origin);
}

function isOwnHost(header: string, publicUrl: string, host: string): boolean {
  if (!URL.canParse(`http://${header}`)) return false;
  const { hostname } = new URL(`http://${header}`);
  if (hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)) return true;
  return hostname === host || (URL.canParse(publicUrl) && hostname === new URL(publicUrl).hostname);
}

export function cookieOf(req: Request, name: string): string | undefined {
  for (const part of (req.get('cookie') ?? '').split(';')) {
    const [key, ...value] = part.trim().split('=');
    if (key === name) return decoded(value.join('='));
  }
  return undefined;
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return '';
  }
}
