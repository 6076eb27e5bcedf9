import { afterEach, describe, expect, it } from '@jest/globals';
import { openProbes, type HttpServer } from '../../src/http/server.js';
import { silentLog } from '../../src/lib/log.js';

let server: HttpServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function probes(queue = true) {
  server = await openProbes({
    host: '127.0.0.1',
    port: 0,
    ready: () => Promise.resolve({ store: true, queue }),
    metrics: () => Promise.resolve('tocsin_polls_total{tenant="contoso"} 3\n'),
    log: silentLog,
  });
  const { url } = server;
  return async (path: string, method = 'GET') => {
    const response = await fetch(`${url}${path}`, { method });
    return { status: response.status, text: await response.text() };
  };
}

describe('a process without a console', () => {
  it('tells that it is alive, that it is ready, and its metrics', async () => {
    const ask = await probes();

    expect(await ask('/healthz')).toEqual({ status: 200, text: '{"status":"alive"}' });
    expect(await ask('/readyz')).toMatchObject({ status: 200 });
    expect(await ask('/metrics')).toMatchObject({
      status: 200,
      text: expect.stringContaining('tocsin_polls_total'),
    });
  });

  it('is not ready without its queue', async () => {
    const ask = await probes(false);

    const { status, text } = await ask('/readyz');
    expect(status).toBe(503);
    expect(JSON.parse(text)).toEqual({ status: 'not-ready', store: true, queue: false });
  });

  it.each(['/', '/api/v1/incidents', '/login', '/api/messages'])('serves nothing else: %s', async (path) => {
    const ask = await probes();

    expect(await ask(path)).toMatchObject({ status: 404, text: expect.stringContaining('"error"') });
  });

  it('says which setting names a port that is taken', async () => {
    await probes();
    const port = Number(new URL(server?.url ?? '').port);

    await expect(
      openProbes({
        host: '127.0.0.1',
        port,
        ready: () => Promise.resolve({ store: true, queue: true }),
        metrics: () => Promise.resolve(''),
        log: silentLog,
      }),
    ).rejects.toMatchObject({ code: 'settings.invalid', advice: 'Stop it, or set another http.probePort.' });
  });
});
