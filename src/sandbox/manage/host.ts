import type { Directory } from '../directory.js';
import { reviewDocument, WORD } from '../graph/report.js';
import { FilterProblem } from '../graph/odata/filter.js';
import type { Throttle } from '../graph/throttle.js';
import {
  findRoute,
  header,
  type Answer,
  type Host,
  type Route,
  type SandboxRequest,
} from '../http/answer.js';
import type { Signer } from '../login/jwt.js';
import type { World } from '../state/world.js';
import { manageError } from './errors.js';

/** As Microsoft's servers answered, or as its documentation prints it. */
export type LegacyShape = 'recorded' | 'documented';

export interface ManageContext {
  readonly world: World;
  readonly shape: LegacyShape;
}

export interface ManageDeps extends ManageContext {
  readonly routes: readonly Route<ManageContext>[];
  readonly signer: Signer;
  readonly directory: Directory;
  readonly throttle: Throttle;
  readonly realTime: () => number;
}

/** The Office 365 management host: token, then the tenant in the path, then budget, role and operation. */
export function manageHost(deps: ManageDeps): Host {
  return { name: 'manage', answer: (request) => answer(request, deps) };
}

async function answer(request: SandboxRequest, deps: ManageDeps): Promise<Answer> {
  const document = /^\/documents\/([A-Z]{2}\d+)$/.exec(request.path)?.[1];
  if (document !== undefined) return review(document, request, deps);
  const match = findRoute(deps.routes, request);
  if (match === undefined)
    return manageError(request, 404, { code: 'AF20022', text: 'No operation is known under this address.' });
  const caller = readToken(request, deps);
  if (caller === undefined)
    return manageError(
      request,
      401,
      { code: 'AF10000', text: 'Authorization has been denied for this request.' },
      { 'www-authenticate': 'Bearer' },
    );
  const [tenant = ''] = match === 'wrong-method' ? [] : match.parts;
  if (match === 'wrong-method')
    return manageError(request, 405, { code: 'AF20023', text: 'The method is not allowed.' });
  const asked = deps.directory.tenant(tenant);
  if (asked === undefined)
    return manageError(request, 404, {
      code: 'AF20011',
      text: `Specified tenant ID (${tenant}) does not exist in the system or has been deleted.`,
    });
  if (asked.tenantId !== caller.tenantId)
    return manageError(request, 401, {
      code: 'AF20010',
      text: `The tenant ID passed in the URL (${tenant}) does not match the tenant ID passed in the access token (${caller.tenantId}).`,
    });
  const wait = deps.throttle.take(`${caller.appId}/${caller.tenantId}`, request.at);
  if (wait !== undefined)
    return manageError(
      request,
      429,
      { code: 'AF429', text: 'Too many requests.', message: 'Retry the request later.' },
      { 'retry-after': String(wait) },
    );
  if (!match.route.roles.some((role) => caller.roles.includes(role)))
    return manageError(request, 403, {
      code: 'AF10001',
      text: `The permission set (${caller.roles.join(',')}) sent in the request did not include the expected permission ${match.route.roles.join(',')}.`,
    });
  try {
    return await match.route.answer(request, match.parts, deps);
  } catch (error) {
    if (!(error instanceof FilterProblem)) throw error;
    return manageError(request, 400, {
      code: 'AF20002',
      text: error.message.replaceAll('microsoft.graph.', ''),
    });
  }
}

/** The address is its own key: whoever sends a token along gives it away. */
function review(id: string, request: SandboxRequest, { world }: ManageDeps): Answer {
  const issue = world.health.snapshot().issues.find((known) => known.id === id);
  if (issue?.status !== 'postIncidentReviewPublished' || header(request, 'authorization') !== undefined)
    return { status: 404, headers: {}, body: '' };
  return { status: 200, headers: { 'content-type': WORD }, body: reviewDocument(issue) };
}

interface Caller {
  readonly appId: string;
  readonly tenantId: string;
  readonly roles: readonly string[];
}

function readToken(request: SandboxRequest, deps: ManageDeps): Caller | undefined {
  const token = /^Bearer +(\S+)$/i.exec(header(request, 'authorization') ?? '')?.[1];
  const { aud, tid, appid, exp, roles } = (token === undefined ? undefined : deps.signer.read(token)) ?? {};
  if (aud !== request.origin || typeof exp !== 'number' || exp * 1000 <= deps.realTime()) return undefined;
  if (typeof tid !== 'string' || typeof appid !== 'string') return undefined;
  const granted = Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : [];
  return { appId: appid, tenantId: tid, roles: granted };
}
