import type { Directory } from '../directory.js';
import {
  findRoute,
  header,
  type Answer,
  type Host,
  type Route,
  type SandboxRequest,
} from '../http/answer.js';
import { parseJwt, type Claims, type Signer } from '../login/jwt.js';
import type { Casing } from '../state/wire.js';
import type { World } from '../state/world.js';
import { badRequest, graphError, missingRole, noSegment, throttled, unauthorized } from './errors.js';
import { FilterProblem } from './odata/filter.js';
import type { Throttle } from './throttle.js';

/** What every Graph route may use. */
export interface GraphContext {
  readonly world: World;
  readonly casing: Casing;
}

export interface GraphDeps extends GraphContext {
  readonly routes: readonly Route<GraphContext>[];
  readonly signer: Signer;
  readonly directory: Directory;
  /** Each with the paths it counts. */
  readonly throttles: readonly { readonly path: RegExp; readonly throttle: Throttle }[];
  /** The token service's origin, named in the 401's challenge. */
  readonly authority: string;
  readonly realTime: () => number;
}

/** Token, then budget, then role, then the operation: the order of Graph's own refusals. */
export function graphHost(deps: GraphDeps): Host {
  return { name: 'graph', answer: (request) => answer(request, deps) };
}

async function answer(request: SandboxRequest, deps: GraphDeps): Promise<Answer> {
  const caller = readToken(request, deps);
  if (typeof caller === 'string') return unauthorized(request, caller, deps.authority);
  for (const { path, throttle } of deps.throttles) {
    if (!path.test(request.path)) continue;
    const wait = throttle.take(`${caller.appId}/${caller.tenantId}`, request.at);
    if (wait !== undefined) return throttled(request, wait);
  }
  const match = findRoute(deps.routes, request);
  if (match === undefined) return noSegment(request);
  if (match === 'wrong-method')
    return graphError(request, 405, {
      code: 'Request_BadRequest',
      message: 'Specified HTTP method is not allowed for the request target.',
    });
  if (!match.route.roles.some((role) => caller.roles.includes(role))) return missingRole(request);
  try {
    return await match.route.answer(request, match.parts, deps);
  } catch (error) {
    if (error instanceof FilterProblem) return badRequest(request, error.message);
    throw error;
  }
}

interface Caller {
  readonly appId: string;
  readonly tenantId: string;
  readonly roles: readonly string[];
}

/** Who calls, or what is wrong with the token, in Graph's words. */
function readToken(request: SandboxRequest, deps: GraphDeps): Caller | string {
  const token = /^Bearer +(\S+)$/i.exec(header(request, 'authorization') ?? '')?.[1];
  if (token === undefined) return 'Access token is empty.';
  if (parseJwt(token) === undefined)
    return 'IDX14100: JWT is not well formed, there are no dots (.). The token needs to be in JWS or JWE Compact Serialization Format.';
  const claims = deps.signer.read(token);
  if (claims === undefined) return 'Access token validation failure. Invalid signature.';
  return checkClaims(claims, request, deps);
}

function checkClaims(claims: Claims, request: SandboxRequest, deps: GraphDeps): Caller | string {
  const { aud, tid, appid, exp, roles } = claims;
  if (aud !== request.origin) return 'Access token validation failure. Invalid audience.';
  if (typeof exp !== 'number' || exp * 1000 <= deps.realTime())
    return 'Lifetime validation failed, the token is expired.';
  if (typeof tid !== 'string' || deps.directory.tenant(tid) === undefined)
    return 'Access token validation failure. Invalid issuer.';
  if (typeof appid !== 'string') return 'Access token validation failure. Invalid application.';
  const granted = Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [];
  return { appId: appid, tenantId: tid, roles: granted };
}
