import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { isFault } from '../../../src/lib/fault.js';
import { HOUR, MINUTE } from '../../../src/model/time.js';
import type { Source } from '../../../src/sources/source.js';
import { aStatus, memorySamples, openSource, statesOf } from './support.js';

const NOW = Date.parse('2026-11-03T10:20:00Z');
const STATUS = aStatus({
  integrations: ['11/03/2026 11:15:13', '11/03/2026 11:00:17', '11/03/2026 10:45:13'],
  cubes: ['11/03/2026 11:16:40', '11/03/2026 11:01:41', '11/03/2026 10:46:19'],
  failedCubes: ['11/01/2026 10:46:19'],
});

let servers: Server[] = [];
let sources: Source[] = [];
afterEach(async () => {
  for (const source of sources) await source.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  [servers, sources] = [[], []];
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A site whose body can be changed and whose clock says `date`. */
async function site(first: string, date: () => number = () => NOW) {
  const state = { body: first };
  const url = await serve((_, answer) => {
    answer.sendDate = false;
    answer.setHeader('date', new Date(date()).toUTCString());
    answer.end(state.body);
  });
  return { url, state };
}

function open(...args: Parameters<typeof openSource>): Source {
  const source = openSource(...args);
  sources.push(source);
  return source;
}

async function thrown(call: Promise<unknown>): Promise<readonly [string, string, string]> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return isFault(error) ? [error.code, error.message, error.advice] : ['', String(error), ''];
}

describe('a site', () => {
  it('is named by its source, or by its host', async () => {
    const { url } = await site(STATUS);
    const named = await open({ url }).poll(undefined, NOW);
    expect(named.observation.facts.map(({ subject }) => subject)).toEqual([
      'cqd:paris/integration',
      'cqd:paris/cube',
    ]);
    const source = open({ url }, { name: undefined });
    expect(source.key).toBe('contoso/cqd');
    const unnamed = await source.poll(undefined, NOW);
    expect(unnamed.observation.facts[0]?.subject).toBe('cqd:127.0.0.1/integration');
  });

  it('answers questions about itself alone, live and from what is known', async () => {
    const { url, state } = await site(STATUS);
    const source = open({ url });
    expect(await source.look({ about: 'cqd' }, NOW)).toHaveLength(2);
    expect(await source.look({ about: 'cqd', site: 'PARIS' }, NOW)).toHaveLength(2);
    expect(await source.look({ about: 'cqd', site: 'oslo' }, NOW)).toEqual([]);
    expect(await source.look({ about: 'services' }, NOW)).toEqual([]);
    const { observation } = await source.poll(undefined, NOW);
    state.body = '<html>';
    expect((await thrown(source.look({ about: 'cqd' }, NOW)))[0]).toBe('api.unreadable');
    expect(await source.recall({ about: 'cqd', site: 'paris' }, observation.facts, NOW)).toEqual(
      observation.facts,
    );
    expect(await source.recall({ about: 'cqd', site: 'oslo' }, observation.facts, NOW)).toEqual([]);
  });

  it('has no documented budget', async () => {
    const { url } = await site(STATUS);
    expect(open({ url }).budget(NOW)).toEqual({ left: Number.POSITIVE_INFINITY, freeAt: NOW });
  });

  it('is examined by one real call; one that is polled too rarely is told so', async () => {
    const { url } = await site(STATUS);
    expect(await open({ url }).check(NOW)).toEqual([
      {
        name: 'IntegrationLog/Status',
        ok: true,
        detail: 'archiving healthy, cube processing healthy; stamps read in Europe/Paris',
        advice: '',
      },
    ]);
    const lines = await open({ url }, { everyMs: HOUR }).check(NOW);
    expect(lines.map(({ name, ok }) => [name, ok])).toEqual([
      ['IntegrationLog/Status', true],
      ['every', false],
    ]);
  });
});

describe('a wrong time zone', () => {
  it('is said when the newest stamp lies ahead of the site’s own clock (trap 2)', async () => {
    const { url } = await site(STATUS);
    expect(await thrown(open({ url, timeZone: 'Europe/London' }).poll(undefined, NOW))).toEqual([
      'settings.invalid',
      "Read in Europe/London, the newest stamp of paris (11/03/2026 11:16:40) lies 57 min ahead of the site's own clock: the time zone is wrong.",
      'Set timeZone to the zone of the clocks that write the log: the SQL Server behind the portal.',
    ]);
  });

  it('is not suspected for a clock that is four minutes late', async () => {
    const { url } = await site(STATUS, () => NOW - 7 * MINUTE);
    expect(await statesOf(open({ url }), NOW)).toBe('integration healthy, cube healthy');
  });
});

describe('its history', () => {
  it('counts failures that the five places of the list have pushed out', async () => {
    const samples = memorySamples();
    const minutes = (from: number): string[] =>
      Array.from(
        { length: 5 },
        (_, i) => `11/03/2026 ${from - Math.floor(i / 4)}:${['45', '30', '15', '00'][i % 4] ?? ''}:58`,
      );
    const body = (failedCubes: readonly string[]): string =>
      aStatus({ integrations: ['11/03/2026 11:15:13'], cubes: ['11/03/2026 06:16:40'], failedCubes });
    const { url, state } = await site(body(minutes(8)));
    const source = open({ url }, { samples });
    await source.poll(undefined, NOW);
    state.body = body(minutes(10));
    const { observation } = await source.poll(undefined, NOW);
    expect(observation.facts[1]?.values).toMatchObject({
      failures: 10,
      failuresAtLeast: true,
      failuresText: 'at least 10',
      sinceLocal: '2026-11-03 07:45:58',
    });
  });

  it('keeps a dead job in the first pass of the hour that comes twice', async () => {
    const at = (iso: string): number => Date.parse(iso);
    const body = aStatus({ integrations: ['10/25/2026 02:45:17', '10/25/2026 02:30:17'] });
    let now = at('2026-10-25T00:50:00Z');
    const { url } = await site(body, () => now);
    const source = open({ url });
    await source.poll(undefined, now);
    now = at('2026-10-25T02:10:00Z');
    const { observation } = await source.poll(undefined, now);
    expect(observation.facts[0]?.values).toMatchObject({
      state: 'stale',
      lastSuccess: '2026-10-25T00:45:17.000Z',
      lastSuccessLocal: '2026-10-25 02:45:17+02:00',
    });
  });
});

describe('a site that offers NTLM and never goes on', () => {
  const auth = { kind: 'ntlm', username: 'svc', password: 'hunter2' };
  it.each([
    ['asks to begin again and again', 'NTLM'],
    ['sends what is no challenge', `NTLM ${Buffer.from('x'.repeat(80)).toString('base64')}`],
  ])('%s', async (_name, header) => {
    let asked = 0;
    const url = await serve((_, answer) => {
      asked += 1;
      answer.writeHead(401, { 'www-authenticate': header }).end('no');
    });
    const [code, message, advice] = await thrown(open({ url, auth }).poll(undefined, NOW));
    expect([code, message]).toEqual(['api.unauthorized', expect.stringContaining('NTLM handshake')]);
    expect(advice).toContain('Extended Protection');
    expect(message + advice).not.toContain('hunter2');
    expect(asked).toBeLessThanOrEqual(3);
  });

  it('offers Kerberos alone', async () => {
    const url = await serve(
      (_, answer) => void answer.writeHead(401, { 'www-authenticate': 'Negotiate' }).end(),
    );
    expect(await thrown(open({ url, auth }).poll(undefined, NOW))).toEqual([
      'api.unauthorized',
      expect.stringContaining('401'),
      expect.stringContaining('Kerberos alone'),
    ]);
  });

  it('sends more than any status has', async () => {
    const url = await serve((_, answer) => void answer.end('x'.repeat(300_000)));
    for (const settings of [{ url, auth }, { url }])
      expect((await thrown(open(settings).poll(undefined, NOW)))[0]).toBe('api.unreadable');
  });

  it('cannot be reached', async () => {
    const url = await serve(() => undefined);
    servers[0]?.close();
    await new Promise((resolve) => servers[0]?.once('close', resolve));
    expect((await thrown(open({ url, auth }).poll(undefined, NOW)))[0]).toBe('api.unreachable');
  });
});
