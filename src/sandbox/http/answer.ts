import type { IncomingHttpHeaders } from 'node:http';
import type { Instant } from '../../model/time.js';

/** The hosts of the Microsoft side, each on a port of its own. */
export type HostName = 'login' | 'graph' | 'manage' | 'partner' | 'files';

/** One request as the hosts read it: the path decoded, the body whole. */
export interface SandboxRequest {
  readonly host: HostName;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** `https://127.0.0.1:<port>` of the host asked, without a slash at the end. */
  readonly origin: string;
  /** On the sandbox's clock. */
  readonly at: Instant;
  /** Made for this request; Graph and the token service print it in headers and errors. */
  readonly requestId: string;
}

export interface Answer {
  readonly status: number;
  /** The words behind the status, where they are not the usual ones. */
  readonly reason?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** What one port serves. */
export interface Host {
  readonly name: HostName;
  answer(request: SandboxRequest): Answer | Promise<Answer>;
}

/** One operation of a host. A new API brings a list of these in a file of its own. */
export interface Route<Context> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Matched against the decoded path, whole. */
  readonly path: RegExp;
  /** Application roles, any of which opens it; empty for all callers. */
  readonly roles: readonly string[];
  answer(request: SandboxRequest, parts: readonly string[], context: Context): Answer | Promise<Answer>;
}

export interface RouteMatch<Context> {
  readonly route: Route<Context>;
  /** The path's capture groups. */
  readonly parts: readonly string[];
}

/** The route of a request; `wrong-method` when only the path is known. */
export function findRoute<Context>(
  routes: readonly Route<Context>[],
  request: SandboxRequest,
): RouteMatch<Context> | 'wrong-method' | undefined {
  let pathKnown = false;
  for (const route of routes) {
    const match = route.path.exec(request.path);
    if (match === null) continue;
    if (route.method === request.method) return { route, parts: match.slice(1) };
    pathKnown = true;
  }
  return pathKnown ? 'wrong-method' : undefined;
}

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

export function header(request: SandboxRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
