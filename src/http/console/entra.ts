import type { Request, Response, Router } from 'express';
import type { SignInTicket } from '../../lib/entra.js';
import { isFault } from '../../lib/fault.js';
import { MINUTE, type Instant } from '../../model/time.js';
import { cookieOf, wallNow, type Guard } from '../auth.js';
import type { HttpAuth, HttpDeps } from '../deps.js';
import { seal, sessionKey, unseal } from '../session.js';
import { assets } from './files.js';
import { nextOf, textOf } from './next.js';
import { loginPage } from './page.js';

/** Registered with the app, after `http.publicUrl`. */
const CALLBACK = '/login/entra/callback';
const COOKIE = 'tocsin_sign_in';
/** How long somebody may take on Microsoft's pages. */
const PATIENCE = 15 * MINUTE;

type EntraAuth = Extract<HttpAuth, { kind: 'entra' }>;

/** What a browser that began a sign-in brings back with its answer. */
interface Begun {
  readonly ticket: SignInTicket;
  readonly next: string;
  readonly expires: Instant;
}

/** `/login/entra` leads to Microsoft's page, and its callback from there into the console. */
export function entraRoutes(
  routes: Router,
  auth: EntraAuth,
  { publicUrl, log }: HttpDeps,
  guard: Guard,
): void {
  const key = sessionKey(auth.secret, 'sign-in');
  const back = `${publicUrl}${CALLBACK}`;
  const cookie = {
    httpOnly: true,
    sameSite: 'lax',
    secure: publicUrl.startsWith('https:'),
    path: '/login/entra',
  } as const;

  const refuse = (res: Response, status: number, next: string, problem: string): void => {
    res.clearCookie(COOKIE, cookie);
    res
      .status(status)
      .type('html')
      .send(loginPage({ assets, next, by: 'entra', problem }));
  };

  routes.get('/login/entra', async (req, res) => {
    const next = nextOf(req.query['next']);
    try {
      const { url, ticket } = await auth.signIn.page(back);
      const begun: Begun = { ticket, next, expires: wallNow() + PATIENCE };
      res.cookie(COOKIE, seal(begun, key), { ...cookie, maxAge: PATIENCE });
      res.redirect(303, url);
    } catch (error) {
      if (!isFault(error)) throw error;
      refuse(res, 502, next, error.message);
    }
  });

  routes.get(CALLBACK, async (req, res) => {
    const begun = begunOf(req, key);
    const next = begun?.next ?? '/';
    if (begun === undefined || textOf(req.query['state']) !== begun.ticket.state) {
      refuse(res, 400, next, 'This answer belongs to another sign-in, or came too late. Sign in again.');
      return;
    }
    const code = textOf(req.query['code']);
    if (code === '') {
      refuse(res, 401, next, refusalOf(req));
      return;
    }
    try {
      const { id, name, address } = await auth.signIn.redeem(code, back, begun.ticket);
      res.clearCookie(COOKIE, cookie);
      guard.startSession(res, { name, entra: { id, address } });
      log.info({ person: id }, 'signed in to the console');
      res.redirect(303, next);
    } catch (error) {
      if (!isFault(error)) throw error;
      refuse(res, error.code === 'api.unauthorized' ? 401 : 502, next, error.message);
    }
  });
}

function begunOf(req: Request, key: Buffer): Begun | undefined {
  const begun = unseal(cookieOf(req, COOKIE) ?? '', key) as Begun | undefined;
  return begun !== undefined && begun.expires > wallNow() ? begun : undefined;
}

/** What Microsoft says in the address is anybody's to write: only its number is repeated. */
function refusalOf(req: Request): string {
  const number = /AADSTS\d{1,9}/.exec(textOf(req.query['error_description']))?.[0];
  if (textOf(req.query['error']) === 'access_denied' && number === undefined)
    return 'The sign-in was cancelled.';
  return `Microsoft refused the sign-in${number === undefined ? '' : ` (${number})`}.`;
}
