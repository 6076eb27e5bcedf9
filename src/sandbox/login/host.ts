import { findRoute, json, type Answer, type Host, type Route, type SandboxRequest } from '../http/answer.js';
import { authorize } from './authorize.js';
import { refusals, refuse } from './errors.js';
import type { TokenDeps } from './deps.js';
import { issueToken } from './token.js';

/** The security token service: discovery, keys and tokens. */
export function loginHost(deps: TokenDeps): Host {
  return {
    name: 'login',
    answer: (request) => {
      const match = findRoute(ROUTES, request);
      if (match === undefined) return { status: 404, headers: {}, body: '' };
      if (match === 'wrong-method') return { status: 405, headers: {}, body: '' };
      return match.route.answer(request, match.parts, deps);
    },
  };
}

const ROUTES: readonly Route<TokenDeps>[] = [
  {
    method: 'GET',
    path: /^\/common\/discovery\/instance$/,
    roles: [],
    answer: (request) => discoverInstance(request),
  },
  {
    method: 'GET',
    path: /^\/([^/]+)\/v2\.0\/\.well-known\/openid-configuration$/,
    roles: [],
    answer: (request, [tenant = ''], deps) => configuration(request, tenant, 'v2', deps),
  },
  {
    method: 'GET',
    path: /^\/([^/]+)\/\.well-known\/openid-configuration$/,
    roles: [],
    answer: (request, [tenant = ''], deps) => configuration(request, tenant, 'v1', deps),
  },
  {
    method: 'GET',
    path: /^\/[^/]+\/discovery\/(?:v2\.0\/)?keys$/,
    roles: [],
    answer: (_request, _parts, { signer }) => json(200, { keys: [signer.jwk] }),
  },
  {
    method: 'GET',
    path: /^\/([^/]+)\/oauth2\/v2\.0\/authorize$/,
    roles: [],
    answer: (request, [tenant = ''], deps) => authorize(request, tenant, deps),
  },
  {
    method: 'POST',
    path: /^\/([^/]+)\/oauth2\/v2\.0\/token$/,
    roles: [],
    answer: (request, [tenant = ''], deps) => issueToken(request, tenant, 'v2', deps),
  },
  {
    method: 'POST',
    path: /^\/([^/]+)\/oauth2\/token$/,
    roles: [],
    answer: (request, [tenant = ''], deps) => issueToken(request, tenant, 'v1', deps),
  },
];

function discoverInstance(request: SandboxRequest): Answer {
  const own = new URL(request.origin).host;
  const endpoint = request.query.get('authorization_endpoint') ?? '';
  const asked = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (asked?.host !== own) return refuse(request, refusals.unknownInstance());
  const tenant = asked.pathname.split('/')[1] ?? 'common';
  return json(200, {
    tenant_discovery_endpoint: `${request.origin}/${tenant}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: own, preferred_cache: own, aliases: [own] }],
  });
}

function configuration(
  request: SandboxRequest,
  name: string,
  version: 'v1' | 'v2',
  { directory, resources }: TokenDeps,
): Answer {
  const tenant = directory.tenant(name);
  if (tenant === undefined) return refuse(request, refusals.unknownTenant(name, 'invalid_tenant'));
  const base = `${request.origin}/${tenant.tenantId}`;
  const middle = version === 'v2' ? '/v2.0' : '';
  return json(200, {
    token_endpoint: `${base}/oauth2${middle}/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
    jwks_uri: `${base}/discovery${middle}/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer: version === 'v2' ? `${base}/v2.0` : `https://sts.windows.net/${tenant.tenantId}/`,
    request_uri_parameter_supported: false,
    authorization_endpoint: `${base}/oauth2${middle}/authorize`,
    device_authorization_endpoint: `${base}/oauth2${middle}/devicecode`,
    http_logout_supported: true,
    frontchannel_logout_supported: true,
    end_session_endpoint: `${base}/oauth2${middle}/logout`,
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'tid', 'ver'],
    tenant_region_scope: 'EU',
    cloud_instance_name: new URL(request.origin).host,
    cloud_graph_host_name: 'graph.windows.net',
    msgraph_host: resources[0] === undefined ? '' : new URL(resources[0]).host,
    rbac_url: 'https://pas.windows.net',
  });
}
