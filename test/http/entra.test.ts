import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Agent, fetch as fetchWith } from 'undici';
import { openEntraSignIn, type EntraSignIn } from '../../src/lib/entra.js';
import { silentLog } from '../../src/lib/log.js';
import { openSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { sealSession, seal, sessionKey } from '../../src/http/session.js';
import { tempDir } from '../support/process.js';
import { freePort } from '../support/servers.js';
import { openWorld, TOKEN, type World } from './world.js';

let sandbox: Sandbox;
let signIn: EntraSignIn;
let world: World;
let browser: Browser;
let agent: Agent;

beforeAll(async () => {
  sandbox = await openSandbox({ caDir: tempDir() });
  agent = new Agent({ connect: { ca: sandbox.caPem } });
  signIn = signInWith(sandbox.clientSecret);
  const port = await freePort();
  const auth = { kind: 'entra', signIn, secret: sandbox.clientSecret, token: TOKEN } as const;
  world = await openWorld({ auth, port, publicUrl: `http://127.0.0.1:${port}` });
});
beforeEach(() => {
  browser = openBrowser();
  world.asked.length = 0;
});
afterAll(async () => {
  await Promise.all([world.close(), signIn.close(), agent.close()]);
  await sandbox.close();
});

function signInWith(clientSecret: string): EntraSignIn {
  const { tenantId, clientId, caPem, endpoints } = sandbox;
  const app = { login: endpoints.login, listed: false, tenantId, clientId, clientSecret, ca: caPem };
  return openEntraSignIn(app, silentLog);
}

interface Page {
  readonly status: number;
  readonly location: string;
  readonly text: string;
}

interface Browser {
  readonly cookies: Map<string, string>;
  open(
    address: string,
    init?: { method?: string; body?: string; headers?: Record<string, string> },
  ): Promise<Page>;
  /** From the console's door over Microsoft's page to the answer, which is not yet taken. */
  toAnswer(next?: string, hint?: string): Promise<URL>;
}

/** One that keeps cookies and follows nothing by itself. */
function openBrowser(): Browser {
  const cookies = new Map<string, string>();
  const own: Browser = {
    cookies,
    async open(address, init = {}) {
      const url = new URL(address, world.url);
      const ours = url.origin === new URL(world.url).origin;
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await fetchWith(url, {
        ...init,
        redirect: 'manual',
        dispatcher: agent,
        headers: { ...(ours ? { cookie } : {}), ...init.headers },
      });
      for (const set of answer.headers.getSetCookie()) {
        const [name = '', value = ''] = (set.split(';')[0] ?? '').split('=');
        if (value === '') cookies.delete(name);
        else cookies.set(name, value);
      }
      return {
        status: answer.status,
        location: answer.headers.get('location') ?? '',
        text: await answer.text(),
      };
    },
    async toAnswer(next = '/', hint) {
      const door = await own.open(`/login/entra?next=${encodeURIComponent(next)}`);
      const page = new URL(door.location);
      if (hint !== undefined) page.searchParams.set('login_hint', hint);
      return new URL((await own.open(page.href)).location);
    },
  };
  return own;
}

const command = (text: string, more: object = {}) => ({
  method: 'POST',
  body: JSON.stringify({ command: text, ...more }),
  headers: { 'content-type': 'application/json', origin: world.url },
});

describe('signing in to the console with Microsoft', () => {
  it('asks at the door, leads to Microsoft and back to where one wanted to go', async () => {
    const away = await browser.open('/incidents/INC-1042');
    expect(away).toMatchObject({ status: 303, location: '/login?next=%2Fincidents%2FINC-1042' });
    const door = await browser.open(away.location);
    expect(door.text).toContain('href="/login/entra?next=%2Fincidents%2FINC-1042"');
    expect(door.text).not.toContain('name="token"');
    const answer = await browser.toAnswer('/incidents/INC-1042');
    expect(answer.origin).toBe(world.url);
    expect(await browser.open(answer.href)).toMatchObject({ status: 303, location: '/incidents/INC-1042' });
    expect((await browser.open('/')).status).toBe(200);
  });

  it('asks Microsoft for a code with a proof of its own, and for nothing but who it is', async () => {
    const { searchParams } = new URL((await browser.open('/login/entra')).location);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      client_id: sandbox.clientId,
      response_type: 'code',
      response_mode: 'query',
      redirect_uri: `${world.url}/login/entra/callback`,
      code_challenge_method: 'S256',
    });
    expect(searchParams.get('scope')?.split(' ').sort()).toEqual(['offline_access', 'openid', 'profile']);
    expect(searchParams.get('nonce')).not.toBe(searchParams.get('state'));
  });

  it('knows who acts by the object id and the address, whatever the page says', async () => {
    await browser.open((await browser.toAnswer('/', 'ada@contoso.example')).href);
    await browser.open('/api/v1/command', command('whoami', { as: 'Grace', via: 'cli' }));
    const [{ speaker } = { speaker: undefined }] = world.asked;
    expect(speaker).toMatchObject({ platform: 'console', name: 'ada' });
    expect(speaker?.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await speaker?.emails?.()).toEqual(['ada@contoso.example']);
  });

  it('does not vouch for the address of a guest', async () => {
    await browser.open((await browser.toAnswer('/', 'eve_fabrikam.example#EXT#@contoso.example')).href);
    await browser.open('/api/v1/command', command('whoami'));
    expect(await world.asked[0]?.speaker.emails?.()).toEqual([]);
  });

  it('lets programs in with the token, and nobody by typing it at the door', async () => {
    const authorization = `Bearer ${TOKEN}`;
    expect((await browser.open('/api/v1/rules', { headers: { authorization } })).status).toBe(200);
    expect((await browser.open('/api/v1/rules', { headers: { authorization: 'Bearer wrong' } })).status).toBe(
      401,
    );
    const form = { 'content-type': 'application/x-www-form-urlencoded', origin: world.url };
    const typed = await browser.open('/login', { method: 'POST', body: `token=${TOKEN}`, headers: form });
    expect(typed.status).toBe(404);
  });
});

describe('an answer that is not for this sign-in', () => {
  it.each<[string, (answer: URL) => void]>([
    ['of another browser', () => browser.cookies.clear()],
    ['with another state', (answer) => answer.searchParams.set('state', 'x')],
    ['with a forged beginning', () => browser.cookies.set('tocsin_sign_in', seal({}, sessionKey('guess')))],
    [
      'with a session in place of its beginning',
      () => {
        const session = { name: 'ada', expires: Date.now() + 60_000 };
        browser.cookies.set('tocsin_sign_in', sealSession(session, sessionKey(sandbox.clientSecret)));
      },
    ],
  ])('%s is refused', async (_how, change) => {
    const answer = await browser.toAnswer();
    change(answer);
    const page = await browser.open(answer.href);
    expect(page).toMatchObject({ status: 400 });
    expect(page.text).toContain('belongs to another sign-in');
    expect((await browser.open('/')).status).toBe(303);
  });

  it('is taken once', async () => {
    const answer = await browser.toAnswer();
    const begun = browser.cookies.get('tocsin_sign_in') ?? '';
    expect((await browser.open(answer.href)).status).toBe(303);
    browser.cookies.clear();
    browser.cookies.set('tocsin_sign_in', begun);
    const again = await browser.open(answer.href);
    expect(again).toMatchObject({ status: 401 });
    expect(again.text).toMatch(/Microsoft refused the sign-in \((AADSTS\d+|invalid_grant)\)/);
  });

  it('with a code of somebody else’s browser is refused: its proof is missing', async () => {
    const other = openBrowser();
    const theirs = (await other.toAnswer()).searchParams.get('code') ?? '';
    const answer = await browser.toAnswer();
    answer.searchParams.set('code', theirs);
    expect((await browser.open(answer.href)).status).toBe(401);
  });

  it('with a refusal says so, and repeats nothing of what the address says', async () => {
    const answer = await browser.toAnswer();
    answer.searchParams.delete('code');
    answer.searchParams.set('error', 'access_denied');
    const cancelled = new URL(answer);
    answer.searchParams.set('error_description', 'AADSTS50105: <b>call 555</b>');
    const page = await browser.open(answer.href);
    expect(page.text).toContain('Microsoft refused the sign-in (AADSTS50105).');
    expect(page.text).not.toContain('555');
    const again = await browser.toAnswer();
    cancelled.searchParams.set('state', again.searchParams.get('state') ?? '');
    expect((await browser.open(cancelled.href)).text).toContain('The sign-in was cancelled.');
  });
});

describe('when Microsoft does not do its part', () => {
  it('an app whose secret is wrong says so at the door', async () => {
    const wrong = signInWith('this-is-not-the-secret');
    const { ticket, url } = await wrong.page(`${world.url}/login/entra/callback`);
    const code = new URL((await browser.open(url)).location).searchParams.get('code') ?? '';
    await expect(wrong.redeem(code, `${world.url}/login/entra/callback`, ticket)).rejects.toMatchObject({
      code: 'api.unauthorized',
      message: 'Microsoft refused the sign-in (AADSTS7000215).',
    });
    await wrong.close();
  });

  it('a failing token service is no refusal', async () => {
    const answer = await browser.toAnswer();
    const fault = sandbox.faults.add({ match: /oauth2/, kind: { kind: 'unavailable' } });
    const page = await browser.open(answer.href);
    fault.remove();
    expect(page.status).toBe(502);
    expect(page.text).not.toContain(sandbox.clientSecret);
  });
});
