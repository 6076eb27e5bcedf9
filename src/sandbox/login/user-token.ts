import { createHash } from 'node:crypto';
import { json, type Answer, type SandboxRequest } from '../http/answer.js';
import { refusals, refuse, type Refusal } from './errors.js';
import type { SignIn } from './grants.js';
import type { TokenDeps } from './deps.js';

export interface UserAsk {
  readonly grantType: string;
  readonly form: URLSearchParams;
  readonly resource: string;
  readonly scopes: readonly string[];
  readonly version: 'v1' | 'v2';
}

/** Tokens that stand for an app and a person: for a code, or for a refresh token, which is replaced by a new one. */
export function grantToUser(request: SandboxRequest, ask: UserAsk, deps: TokenDeps): Answer {
  const signIn = signInOf(ask, deps);
  if ('error' in signIn) return refuse(request, signIn);
  const now = Math.floor(deps.realTime() / 1000);
  const lifetime = deps.lifetimeSeconds;
  const access_token = deps.signer.sign({
    aud: ask.resource,
    iss: `https://sts.windows.net/${signIn.tenantId}/`,
    iat: now,
    nbf: now,
    exp: now + lifetime,
    amr: signIn.mfa ? ['pwd', 'mfa'] : ['pwd'],
    appid: signIn.clientId,
    idtyp: 'user',
    scp: 'user_impersonation',
    tid: signIn.tenantId,
    upn: signIn.user,
    ver: '1.0',
  });
  const refresh =
    ask.grantType === 'refresh_token' || ask.scopes.includes('offline_access')
      ? { refresh_token: deps.grants.refreshToken(signIn) }
      : {};
  const id_token = ask.scopes.includes('openid')
    ? { id_token: deps.signer.sign(identityOf(signIn, request.origin, now, lifetime)) }
    : {};
  const numbers =
    ask.version === 'v2'
      ? { expires_in: lifetime, ext_expires_in: lifetime }
      : {
          expires_in: String(lifetime),
          ext_expires_in: String(lifetime),
          expires_on: String(now + lifetime),
          not_before: String(now),
          resource: ask.resource,
        };
  return json(
    200,
    {
      token_type: 'Bearer',
      scope: `${ask.resource}/user_impersonation`,
      ...numbers,
      access_token,
      ...refresh,
      ...id_token,
    },
    { 'cache-control': 'no-store, no-cache' },
  );
}

/** The claims of an ID token (Microsoft Learn, ID token claims reference), version 2.0. */
function identityOf(signIn: SignIn, origin: string, now: number, lifetime: number): Record<string, unknown> {
  const [name = ''] = signIn.user.split('@');
  return {
    aud: signIn.clientId,
    iss: `${origin}/${signIn.tenantId}/v2.0`,
    iat: now,
    nbf: now,
    exp: now + lifetime,
    name,
    oid: objectIdOf(signIn.user),
    preferred_username: signIn.user,
    sub: createHash('sha256').update(`${signIn.clientId} ${signIn.user}`).digest('base64url'),
    tid: signIn.tenantId,
    ver: '2.0',
    ...(signIn.nonce === undefined ? {} : { nonce: signIn.nonce }),
  };
}

/** One and the same for the same person. */
function objectIdOf(user: string): string {
  const hex = createHash('sha256').update(user.toLowerCase()).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

function signInOf({ grantType, form }: UserAsk, { grants }: TokenDeps): SignIn | Refusal {
  if (grantType === 'refresh_token') {
    const token = form.get('refresh_token');
    if (token === null) return refusals.missing('refresh_token');
    return grants.redeemRefresh(token) ?? refusals.deadRefreshToken();
  }
  const code = form.get('code');
  if (code === null) return refusals.missing('code');
  const signIn = grants.redeemCode(
    code,
    form.get('redirect_uri') ?? '',
    form.get('code_verifier') ?? undefined,
  );
  return signIn ?? refusals.deadCode();
}
