import { findRoute, header, type Answer, type Host, type SandboxRequest } from '../http/answer.js';
import type { Signer } from '../login/jwt.js';
import { refuse, unauthorized, type PartnerContext } from './answers.js';
import { executionRoutes } from './executions.js';
import { queryRoutes } from './queries.js';
import { reportRoutes } from './reports.js';

export interface PartnerDeps extends Omit<PartnerContext, 'user'> {
  readonly signer: Signer;
  readonly realTime: () => number;
}

const ROUTES = [...queryRoutes, ...executionRoutes, ...reportRoutes];

/** Partner Center: Insights for an app together with a person who signed in with a second factor. */
export function partnerHost(deps: PartnerDeps): Host {
  return { name: 'partner', answer: (request) => answer(request, deps) };
}

function answer(request: SandboxRequest, deps: PartnerDeps): Answer | Promise<Answer> {
  const user = userOf(request, deps);
  if (typeof user !== 'string') return unauthorized(user.mfaMissing);
  const match = findRoute(ROUTES, request);
  if (match === undefined) return refuse(deps, 404, 'Resource not found.');
  if (match === 'wrong-method') return refuse(deps, 405, 'The method is not allowed.');
  return match.route.answer(request, match.parts, { ...deps, user });
}

function userOf(
  request: SandboxRequest,
  { signer, realTime }: PartnerDeps,
): string | { mfaMissing: boolean } {
  const token = /^Bearer +(\S+)$/i.exec(header(request, 'authorization') ?? '')?.[1];
  const claims = token === undefined ? undefined : signer.read(token);
  if (claims?.['aud'] !== request.origin) return { mfaMissing: false };
  const { exp, amr, upn } = claims;
  if (typeof exp !== 'number' || exp * 1000 <= realTime()) return { mfaMissing: false };
  if (typeof upn !== 'string' || !Array.isArray(amr) || !amr.includes('mfa')) return { mfaMissing: true };
  return upn;
}
