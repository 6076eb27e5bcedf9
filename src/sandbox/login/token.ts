import { timingSafeEqual } from 'node:crypto';
import { findCertificate, type SandboxApp, type SandboxTenant } from '../directory.js';
import { json, type Answer, type SandboxRequest } from '../http/answer.js';
import { refusals, refuse, type Refusal } from './errors.js';
import type { TokenDeps } from './deps.js';
import { grantToUser } from './user-token.js';
import { parseJwt, signedBy } from './jwt.js';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const SKEW_SECONDS = 300;

/** `POST /{tenant}/oauth2/v2.0/token` and, with `resource` in place of `scope`, `POST /{tenant}/oauth2/token`. */
export function issueToken(
  request: SandboxRequest,
  tenantName: string,
  version: 'v1' | 'v2',
  deps: TokenDeps,
): Answer {
  const form = new URLSearchParams(request.body);
  const tenant = deps.directory.tenant(tenantName);
  if (tenant === undefined) return refuse(request, refusals.unknownTenant(tenantName, 'invalid_request'));
  const asked = readForm(form, version, deps.resources[0] ?? '');
  if ('code' in asked) return refuse(request, asked);
  const app = deps.directory.app(tenant, asked.clientId);
  if (app === undefined) return refuse(request, refusals.unknownApp(asked.clientId, tenant.domain));
  const proof = checkCredential(request, form, { app, tenant, deps });
  if (typeof proof !== 'string') return refuse(request, proof);
  const resource = asked.resource.replace(/\/$/, '');
  if (!deps.resources.includes(resource))
    return refuse(request, refusals.unknownResource(resource, tenant.domain));
  const { grantType, scopes } = asked;
  if (grantType !== 'client_credentials')
    return grantToUser(request, { grantType, form, resource, scopes, version }, deps);
  return grant({ app, tenant, resource, proof, version }, deps);
}

interface Asked {
  readonly grantType: string;
  readonly clientId: string;
  readonly resource: string;
  readonly scopes: readonly string[];
}

const GRANTS = ['client_credentials', 'authorization_code', 'refresh_token'];

function readForm(form: URLSearchParams, version: 'v1' | 'v2', graph: string): Asked | Refusal {
  const grantType = form.get('grant_type');
  const clientId = form.get('client_id');
  const target = form.get(version === 'v2' ? 'scope' : 'resource');
  if (grantType === null) return refusals.missing('grant_type');
  if (!GRANTS.includes(grantType)) return refusals.grantType(grantType);
  if (clientId === null) return refusals.missing('client_id');
  if (target === null) return refusals.missing(version === 'v2' ? 'scope' : 'resource');
  if (version === 'v1') return { grantType, clientId, resource: target, scopes: ['offline_access'] };
  // MSAL adds the OpenID scopes to what it was asked for in some flows; they say nothing about the resource.
  const scopes = target.split(' ').filter((scope) => !/^(openid|profile|offline_access|)$/.test(scope));
  const [scope, ...others] = scopes;
  // Who only wants to know who somebody is gets a token for Graph, as of the real service.
  if (scope === undefined && grantType === 'authorization_code' && /\bopenid\b/.test(target))
    return { grantType, clientId, resource: graph, scopes: target.split(' ') };
  const ending = grantType === 'client_credentials' ? /\/\.default$/ : /\/(?:\.default|user_impersonation)$/;
  if (scope === undefined || others.length > 0 || !ending.test(scope)) return refusals.scope(target);
  return { grantType, clientId, resource: scope.replace(ending, ''), scopes: target.split(' ') };
}

interface Registered {
  readonly app: SandboxApp;
  readonly tenant: SandboxTenant;
  readonly deps: TokenDeps;
}

/** `secret` or `certificate`: how the app proved itself. */
function checkCredential(
  request: SandboxRequest,
  form: URLSearchParams,
  registered: Registered,
): 'secret' | 'certificate' | Refusal {
  const secret = form.get('client_secret');
  const assertion = form.get('client_assertion');
  if (assertion !== null) {
    if (form.get('client_assertion_type') !== ASSERTION_TYPE)
      return refusals.missing('client_assertion_type');
    return checkAssertion(request, assertion, registered);
  }
  if (secret === null) return refusals.noCredential();
  const right = registered.app.clientSecret;
  return right !== undefined && equal(secret, right)
    ? 'secret'
    : refusals.wrongSecret(registered.app.clientId);
}

function checkAssertion(
  request: SandboxRequest,
  assertion: string,
  { app, tenant, deps }: Registered,
): 'certificate' | Refusal {
  const jwt = parseJwt(assertion);
  if (jwt === undefined) return refusals.badAssertion('It does not have three readable parts.');
  const certificate = findCertificate(app, jwt.header);
  if (certificate === undefined) {
    const named = jwt.header['x5t#S256'] ?? jwt.header['x5t'] ?? jwt.header['kid'];
    return refusals.unknownCertificate(typeof named === 'string' ? named : '');
  }
  if (!signedBy(jwt, certificate.publicKey)) return refusals.badSignature();
  const { iss, sub, aud, exp, nbf } = jwt.claims;
  if (iss !== app.clientId || sub !== app.clientId)
    return refusals.badAssertion("'iss' and 'sub' must be the client id.");
  const audiences = [tenant.tenantId, tenant.domain].flatMap((name) => [
    `${request.origin}/${name}/oauth2/v2.0/token`,
    `${request.origin}/${name}/oauth2/token`,
    `${request.origin}/${name}/v2.0`,
  ]);
  if (typeof aud !== 'string' || !audiences.includes(aud)) return refusals.assertionAudience();
  const now = deps.realTime() / 1000;
  const begins = typeof nbf === 'number' ? nbf : now;
  if (typeof exp !== 'number' || exp + SKEW_SECONDS < now || begins - SKEW_SECONDS > now)
    return refusals.assertionTime();
  return 'certificate';
}

interface Grant {
  readonly app: SandboxApp;
  readonly tenant: SandboxTenant;
  readonly resource: string;
  readonly proof: 'secret' | 'certificate';
  readonly version: 'v1' | 'v2';
}

function grant({ app, tenant, resource, proof, version }: Grant, deps: TokenDeps): Answer {
  const now = Math.floor(deps.realTime() / 1000);
  const lifetime = deps.lifetimeSeconds;
  const access_token = deps.signer.sign({
    aud: resource,
    iss: `https://sts.windows.net/${tenant.tenantId}/`,
    iat: now,
    nbf: now,
    exp: now + lifetime,
    app_displayname: 'Tocsin',
    appid: app.clientId,
    appidacr: proof === 'secret' ? '1' : '2',
    idtyp: 'app',
    roles: app.roles,
    tid: tenant.tenantId,
    ver: '1.0',
  });
  const body =
    version === 'v2'
      ? { token_type: 'Bearer', expires_in: lifetime, ext_expires_in: lifetime, access_token }
      : {
          token_type: 'Bearer',
          expires_in: String(lifetime),
          ext_expires_in: String(lifetime),
          expires_on: String(now + lifetime),
          not_before: String(now),
          resource,
          access_token,
        };
  return json(200, body, { 'cache-control': 'no-store, no-cache' });
}

function equal(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
