import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { serveMount } from '../../src/http/mounts.js';
import { PAGES } from '../../src/main/pages.js';

let server: Server;
let url = '';
beforeAll(async () => {
  server = createServer((req, res) => void serveMount(PAGES, req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

it.each([
  ['/runbooks/trunk-failing', '# trunk-failing'],
  ['/privacy?from=teams', '#'],
  ['/terms', '#'],
])('%s is a page to read', async (path, begins) => {
  const answer = await fetch(`${url}${path}`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
  expect((await answer.text()).startsWith(begins)).toBe(true);
});

it.each(['/runbooks/no-such-rule', '/runbooks/%2e%2e%2fprivacy', '/runbooks/'])(
  '%s is none, in the shape of every error',
  async (path) => {
    const answer = await fetch(`${url}${path}`);
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { error: { code: 'not-found', message: 'There is no such page.' } },
    ]);
  },
);
