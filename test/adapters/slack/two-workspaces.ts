import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CHANNEL, startEmulator, type Emulator } from './emulator.js';

export const FIRST = 'T000000001';
export const SECOND = 'T000000002';

/** Slack as one address with two workspaces behind it: two emulators, of which each knows one. */
export interface TwoWorkspaces {
  readonly apiUrl: string;
  /** What the browser of an admin does on Slack's page: returns where it is sent then. */
  authorize(page: string, team: string): Promise<string>;
  /** The thread under a message of the channel. */
  replies(team: string, ts: string): Promise<unknown>;
  close(): Promise<void>;
}

export async function startTwoWorkspaces(redirectUri: string): Promise<TwoWorkspaces> {
  const behind = await Promise.all(
    ['Contoso', 'Fabrikam'].map((name) => startEmulator({ name, redirectUris: [redirectUri] })),
  );
  const [first, second] = behind as [Emulator, Emulator];
  const owners = new Map<string, Emulator>();
  const ask = async (to: Emulator, path: string, headers: Record<string, string>, body: string) => {
    const answer = await fetch(`${to.apiUrl.replace(/\/api\/$/, '')}${path}`, {
      method: 'POST',
      headers,
      body,
    });
    const text = await answer.text();
    return to === second ? text.replaceAll(FIRST, SECOND) : text;
  };
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const { authorization = '', 'content-type': type = '' } = req.headers;
      const headers = { 'content-type': type, ...(authorization === '' ? {} : { authorization }) };
      const body = Buffer.concat(chunks).toString();
      const path = req.url ?? '';
      const answered = async (): Promise<string> => {
        if (!path.endsWith('/oauth.v2.access'))
          return ask(owners.get(authorization) ?? first, path, headers, body);
        // Only the workspace that gave the code knows it.
        for (const to of behind) {
          const text = await ask(to, path, headers, body);
          const { access_token: token } = JSON.parse(text) as { access_token?: string };
          if (token === undefined) continue;
          owners.set(`Bearer ${token}`, to);
          return text;
        }
        return JSON.stringify({ ok: false, error: 'invalid_code' });
      };
      answered().then(
        (text) => res.writeHead(200, { 'content-type': 'application/json' }).end(text),
        () => res.destroy(),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    async authorize(page, team) {
      const to = team === FIRST ? first : second;
      const address = new URL(`${new URL(page).pathname}${new URL(page).search}`, to.apiUrl);
      const shown = await (await fetch(address)).text();
      const inputs = [...shown.matchAll(/<input[^>]*name="([^"]*)"[^>]*value="([^"]*)"/g)].slice(0, 6);
      const body = new URLSearchParams(
        inputs.map(([, name = '', value = '']): [string, string] => [name, value.replaceAll('&amp;', '&')]),
      );
      const callback = new URL('/oauth/v2/authorize/callback', to.apiUrl);
      const answer = await fetch(callback, { method: 'POST', body, redirect: 'manual' });
      return answer.headers.get('location') ?? '';
    },
    replies: (team, ts) =>
      (team === FIRST ? first : second).call('conversations.replies', { channel: CHANNEL, ts }),
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.all(behind.map((one) => one.close()));
    },
  };
}
