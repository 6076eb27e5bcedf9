import { Router } from 'express';
import { within } from '../lib/within.js';
import type { ProbeDeps } from './deps.js';

const READY_TIMEOUT_MS = 5_000;

/**
 * For machines that watch us: no token is asked, as load balancers and Prometheus expect, and nothing secret is told.
 * Names of tenants and channels are labels of `/metrics`: keep it from strangers at the proxy where that matters.
 */
export function healthRoutes(deps: ProbeDeps): Router {
  const routes = Router();
  routes.get('/healthz', (_req, res) => {
    res.json({ status: 'alive' });
  });
  routes.get('/readyz', async (_req, res) => {
    const { store, queue, detail } = await readiness(deps);
    const ready = store && queue;
    res.status(ready ? 200 : 503).json({
      status: ready ? 'ready' : 'not-ready',
      store,
      queue,
      ...(detail === undefined ? {} : { detail }),
    });
  });
  routes.get('/metrics', async (_req, res) => {
    res.type('text/plain; version=0.0.4; charset=utf-8').send(await deps.metrics());
  });
  return routes;
}

/** A store that hangs is not ready either. */
async function readiness(deps: ProbeDeps): ReturnType<ProbeDeps['ready']> {
  try {
    return await within(deps.ready(), READY_TIMEOUT_MS, () => ({
      store: false,
      queue: false,
      detail: 'no answer within 5 s',
    }));
  } catch (error) {
    deps.log.warn({ err: error }, 'readiness could not be told');
    return { store: false, queue: false, detail: 'the check itself failed; the log has it' };
  }
}
