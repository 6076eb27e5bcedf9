import type { Answer, SandboxRequest } from '../http/answer.js';
import { refusals, refuse } from './errors.js';
import type { TokenDeps } from './deps.js';

/**
 * `GET /{tenant}/oauth2/v2.0/authorize`: the sandbox's one person signs in at once, with a second factor, and consents. The
 * answer goes to the loopback address that was asked for; `login_hint=password-only@…` signs in without a second factor.
 */
export function authorize(request: SandboxRequest, tenantName: string, deps: TokenDeps): Answer {
  const tenant = deps.directory.tenant(tenantName);
  if (tenant === undefined) return refuse(request, refusals.unknownTenant(tenantName, 'invalid_request'));
  const { query } = request;
  const clientId = query.get('client_id') ?? '';
  if (deps.directory.app(tenant, clientId) === undefined)
    return refuse(request, refusals.unknownApp(clientId, tenant.domain));
  const redirectUri = query.get('redirect_uri') ?? '';
  if (!isRegistered(redirectUri)) return refuse(request, refusals.redirect(redirectUri));
  const state = query.get('state');
  const back = new URL(redirectUri);
  if (state !== null) back.searchParams.set('state', state);
  if (query.get('response_type') !== 'code') {
    back.searchParams.set('error', 'unsupported_response_type');
    return redirect(back);
  }
  const user = query.get('login_hint') ?? `analyst@${tenant.domain}`;
  const code = deps.grants.code({
    tenantId: tenant.tenantId,
    clientId,
    user,
    mfa: !user.startsWith('password-only@'),
    redirectUri,
    challenge: query.get('code_challenge') ?? undefined,
    ...(query.get('nonce') === null ? {} : { nonce: query.get('nonce') ?? '' }),
  });
  back.searchParams.set('code', code);
  return redirect(back);
}

function redirect(to: URL): Answer {
  return { status: 302, headers: { location: to.href, 'cache-control': 'no-store, no-cache' }, body: '' };
}

/** Apps of the sandbox have `http://localhost` registered: for it the port does not count. */
function isRegistered(redirectUri: string): boolean {
  if (!URL.canParse(redirectUri)) return false;
  const { protocol, hostname } = new URL(redirectUri);
  return protocol === 'http:' && (hostname === 'localhost' || hostname === '127.0.0.1');
}
