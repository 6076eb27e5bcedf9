import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { callbackMounts, type Callee } from '../../src/http/callbacks.js';
import { serveMount } from '../../src/http/mounts.js';
import { silentLog } from '../../src/lib/log.js';

const PATH = '/callbacks/partner-insights/';
const TOKEN = 'W8zq2Yb0-a-token-nobody-guesses_41';
const ID = 'd9548477-16d4-492a-bf9c-0cf91a9f69bf';
const OTHERS = '906931dc-4f2f-4195-bbb2-d7295c7550d3';

let servers: Server[] = [];
afterEach(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  servers = [];
});

async function rig(over: Partial<Callee> = {}) {
  let now = 1_000_000;
  let asked = 0;
  const polls: string[] = [];
  const counts: Record<string, number> = {};
  const callee: Callee = {
    key: 'contoso/partner-insights',
    tenant: 'contoso',
    token: async () => TOKEN,
    knows: async (id) => {
      asked += 1;
      return id === ID;
    },
    ...over,
  };
  const other: Callee = {
    ...callee,
    key: 'fabrikam/partner-insights',
    tenant: 'fabrikam',
    token: async () => `${TOKEN}x`,
    knows: async (id) => id === OTHERS,
  };
  const mounts = callbackMounts({
    path: PATH,
    callees: () => [callee, other],
    poll: async (key, delay) => void polls.push(`${key} ${delay}`),
    measure: {
      called: ({ tenant, outcome }) =>
        void (counts[`${tenant} ${outcome}`] = (counts[`${tenant} ${outcome}`] ?? 0) + 1),
    },
    clock: { now: () => now },
    log: silentLog,
  });
  const server = createServer((req, res) => {
    if (!serveMount(mounts, req, res)) res.writeHead(599).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`;
  return {
    polls,
    counts,
    lookups: () => asked,
    move: (ms: number) => void (now += ms),
    post: async (rest: string, init: RequestInit = {}) =>
      (await fetch(base + rest, { method: 'POST', ...init })).status,
    get: async (rest: string) => (await fetch(base + rest)).status,
  };
}

describe('a callback', () => {
  it('in either form has its source polled at once', async () => {
    const { polls, post, get, move } = await rig();
    expect(await post(`${TOKEN}/${ID}`, { body: '{"anything":"is ignored"}' })).toBe(202);
    move(20_000);
    expect(await get(`${TOKEN}?reportId=${ID.toUpperCase()}`)).toBe(202);
    // Upper case is another spelling of the same id for those who know it: here nobody does.
    expect(polls).toEqual(['contoso/partner-insights 0']);
  });

  it.each([
    ['a wrong token', `x${TOKEN.slice(1)}/${ID}`],
    ['the beginning of the token', `${TOKEN.slice(0, -1)}/${ID}`],
    ['no token', `/${ID}`],
    ['no token and no id', ''],
    ['more than an id', `${TOKEN}/${ID}/more`],
  ])('with %s finds nothing', async (_what, rest) => {
    const { post, get, polls, counts, lookups } = await rig();
    expect([await post(rest), await get(rest)]).toEqual([404, 404]);
    expect([polls, lookups(), counts]).toEqual([[], 0, { ' refused': 2 }]);
  });

  it('with an id that is not ours, or none, is taken and changes nothing', async () => {
    const { post, polls, counts } = await rig();
    expect(await post(`${TOKEN}/${OTHERS}`)).toBe(202);
    expect(await post(`${TOKEN}/..%2F..%2Fetc`)).toBe(202);
    expect(await post(TOKEN)).toBe(202);
    expect([polls, counts]).toEqual([[], { 'contoso unknown': 3 }]);
  });

  it('that is repeated waits with the others for one more poll', async () => {
    const { post, polls, move } = await rig();
    await post(`${TOKEN}/${ID}`);
    move(4_000);
    await post(`${TOKEN}/${ID}`);
    await post(`${TOKEN}/${ID}`);
    move(6_000);
    await post(`${TOKEN}/${ID}`);
    expect(polls).toEqual([
      'contoso/partner-insights 0',
      'contoso/partner-insights 6000',
      'contoso/partner-insights 6000',
      'contoso/partner-insights 0',
    ]);
  });

  it('ten thousand times over changes nothing but a counter', async () => {
    const { post, polls, counts, lookups } = await rig();
    for (let round = 0; round < 200; round += 1)
      await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          post(i % 2 === 0 ? `${TOKEN}/${OTHERS}` : `forged-${round}-${i}/${ID}`),
        ),
      );
    expect(polls).toEqual([]);
    expect(lookups()).toBeLessThanOrEqual(20);
    expect((counts['contoso unknown'] ?? 0) + (counts['contoso late'] ?? 0)).toBe(5_000);
    expect(counts[' refused']).toBe(5_000);
  }, 60_000);

  it('while the vault cannot be read is not heard, and says nothing of it', async () => {
    const { post, polls } = await rig({ token: () => Promise.reject(new Error('locked')) });
    expect(await post(`${TOKEN}/${ID}`)).toBe(404);
    expect(polls).toEqual([]);
  });
});
