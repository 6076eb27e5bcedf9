import express, { type Express, type RequestHandler } from 'express';
import { createServer, type Server } from 'node:http';
import { Fault } from '../lib/fault.js';
import { apiRoutes } from './api.js';
import { openGuard } from './auth.js';
import { consoleRoutes } from './console/routes.js';
import type { HttpDeps, ProbeDeps } from './deps.js';
import { errorHandler, notFound } from './errors.js';
import { healthRoutes } from './health.js';
import { serveMount } from './mounts.js';
import { openStreams, type Streams } from './stream.js';

/** How long a request under way may take when the server closes. */
const GRACE_MS = 3_000;

export interface HttpServer {
  /** `http://127.0.0.1:3978`, without a trailing slash. */
  readonly url: string;
  close(): Promise<void>;
}

/** The one port: adapters' routes, API, metrics and console. Throws `settings.invalid` when the port cannot be had. */
export async function openHttp(deps: HttpDeps): Promise<HttpServer> {
  const streams = openStreams((listener) => deps.subscribe(listener));
  const app = buildApp(deps, streams);
  const server = createServer((req, res) => {
    if (!serveMount(deps.mounts, req, res)) app(req, res);
  });
  try {
    await listen(server, deps, 'http.port');
  } catch (error) {
    streams.close();
    throw error;
  }
  return {
    url: addressOf(server, deps.host),
    close: () => {
      streams.close();
      return shut(server);
    },
  };
}

/** Whether a process is alive and ready, and its metrics, where it serves nothing else. Throws as `openHttp` does. */
export async function openProbes(deps: ProbeDeps): Promise<HttpServer> {
  const app = express();
  app.disable('x-powered-by');
  app.use(healthRoutes(deps));
  app.use(notFound);
  app.use(errorHandler(deps.log));
  const server = createServer(app);
  await listen(server, deps, 'http.probePort');
  return { url: addressOf(server, deps.host), close: () => shut(server) };
}

function buildApp(deps: HttpDeps, streams: Streams): Express {
  const framedBy = deps.framedBy ?? [];
  const guard = openGuard(deps.auth, deps.publicUrl, deps.host, framedBy.length > 0);
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(securityHeaders(framedBy));
  app.use(healthRoutes(deps));
  app.use('/api/v1', apiRoutes(deps, guard, streams));
  app.use(consoleRoutes(deps, guard));
  app.use(notFound);
  app.use(errorHandler(deps.log));
  return app;
}

/**
 * The console loads nothing from elsewhere and runs no inline script. Referrer `same-origin` rather than `no-referrer`:
 * the latter would also blank the Origin header of our own forms, by which a foreign page is told apart.
 */
function securityHeaders(framedBy: readonly string[]): RequestHandler {
  const headers = {
    'content-security-policy':
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
      `form-action 'self'; base-uri 'none'; frame-ancestors ${framedBy.length === 0 ? "'none'" : framedBy.join(' ')}`,
    'x-content-type-options': 'nosniff',
    // It knows no list: where there is one, the policy above speaks alone.
    ...(framedBy.length === 0 ? { 'x-frame-options': 'DENY' } : {}),
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  };
  return (_req, res, next) => {
    res.set(headers);
    next();
  };
}

function listen(server: Server, { host, port }: ProbeDeps, setting: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port, setting)));
    server.listen(port, host, () => resolve());
  });
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number, setting: string): Fault {
  const taken = error.code === 'EADDRINUSE';
  return new Fault(
    'settings.invalid',
    `http: cannot listen on ${host}:${port} (${taken ? 'another program does' : (error.code ?? error.message)}).`,
    {
      cause: error,
      advice: taken ? `Stop it, or set another ${setting}.` : `Check http.host and ${setting}.`,
    },
  );
}

function addressOf(server: Server, host: string): string {
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function shut(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const impatience = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(impatience);
}
