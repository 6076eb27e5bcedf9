import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Fault, isFault } from '../../lib/fault.js';
import type { Http } from '../../lib/http.js';
import { MINUTE, SECOND, type Instant } from '../../model/time.js';
import type { Vault } from '../keep.js';
import type { Tokens } from '../tokens.js';
import type { TenantConnection } from '../source.js';
import { redeem, signInAdvice } from './oauth.js';

export const authSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('refresh-token'),
    /** The first one; `tocsin login partner-center` yields it too, and then none is needed here. */
    token: z.string().min(1).optional(),
  }),
  z.strictObject({ kind: z.literal('client-credentials') }),
]);

export type Auth = z.output<typeof authSchema>;

export interface Access {
  /** A token for Partner Center alone. `renew`: the last one was refused. Throws `api.sign-in` when a person is needed. */
  token(now: Instant, renew?: boolean): Promise<string>;
  /** What a refused token of this kind means. */
  readonly advice: string;
}

export interface AccessDeps {
  readonly auth: Auth;
  readonly tenant: TenantConnection;
  readonly http: Http;
  readonly tokens: Tokens;
  readonly vault: Vault;
}

/** Renewed while it still has this long: a request must not outlive its token. */
const EARLY = 5 * MINUTE;

export function openAccess(deps: AccessDeps): Access {
  const { auth, tenant, tokens } = deps;
  if (auth.kind === 'client-credentials')
    return {
      advice: `Partner Center wants a person with a second factor: set auth to { kind: refresh-token } and run tocsin login partner-center --tenant ${tenant.name}`,
      token: (_now, renew) => tokens.token(new URL(tenant.endpoints.partner).origin, renew),
    };
  let held: { readonly token: string; readonly until: Instant } | undefined;
  let running: Promise<string> | undefined;
  return {
    advice: signInAdvice(tenant),
    token(now, renew = false) {
      if (!renew && held !== undefined && held.until > now) return Promise.resolve(held.token);
      // One at a time: each redemption may kill the refresh token that another one holds in its hand.
      running ??= renewed(auth.token, deps)
        .then(({ accessToken, expiresIn }) => {
          held = { token: accessToken, until: now + expiresIn * SECOND - EARLY };
          return accessToken;
        })
        .finally(() => {
          running = undefined;
        });
      return running;
    },
  };
}

/** The name of a tenant's refresh token in the vault. */
export function refreshName(tenant: string): string {
  return `partner-insights/refresh/${tenant}`;
}

/**
 * The one in the vault first. When it is dead another process may have exchanged it meanwhile, or a person may have put a
 * new one into the settings.
 */
async function renewed(given: string | undefined, deps: AccessDeps): ReturnType<typeof redeem> {
  const { tenant, vault } = deps;
  const name = refreshName(tenant.name);
  const tried = new Set<string>();
  let refused: Fault | undefined;
  for (const next of [() => vault.get(name), () => vault.get(name), () => Promise.resolve(given)]) {
    const token = await next();
    if (token === undefined || tried.has(fingerprint(token))) continue;
    tried.add(fingerprint(token));
    try {
      const grant = await redeem(tenant, deps.http, { grant_type: 'refresh_token', refresh_token: token });
      // Kept before the access token is used: what was exchanged may be dead already.
      await vault.put(name, grant.refreshToken ?? token);
      return grant;
    } catch (error) {
      if (!isFault(error, 'api.sign-in')) throw error;
      refused = error;
    }
  }
  throw (
    refused ??
    new Fault('api.sign-in', `Nobody has signed in to Partner Center for tenant ${tenant.name} yet.`, {
      advice: signInAdvice(tenant).replace('Sign in again', 'Sign in'),
    })
  );
}

function fingerprint(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
