import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { openSession, sealSession, sessionKey } from '../../src/http/session.js';
import { openWorld, TOKEN, type World } from './world.js';

let world: World;
const PUBLIC = 'https://tocsin.contoso.com';

beforeEach(async () => {
  world = await openWorld({ auth: { kind: 'token', token: TOKEN }, publicUrl: PUBLIC });
});
afterEach(() => world.close());

type Headers = Record<string, string>;

async function call(method: 'GET' | 'POST', path: string, headers: Headers = {}, body?: string) {
  const answer = await request(`${world.url}${path}`, { method, headers, body: body ?? null });
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
}

const ask = (headers: Headers) =>
  call('POST', '/api/v1/command', { 'content-type': 'application/json', ...headers }, '{"command":"help"}');

const login = (token: string, headers: Headers = {}, more = '') =>
  call(
    'POST',
    '/login',
    { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    `token=${token}&name=alice${more}`,
  );

async function signedIn(): Promise<string> {
  const { headers } = await login(TOKEN);
  return String(headers['set-cookie']).split(';')[0] ?? '';
}

describe('with a token set', () => {
  it.each([
    '/api/v1/incidents',
    '/api/v1/incidents/INC-1042',
    '/api/v1/subjects',
    '/api/v1/deliveries',
    '/api/v1/rules',
    '/api/v1/schedules',
    '/api/v1/silences',
    '/api/v1/openapi.json',
    '/api/v1/stream',
    '/api/v1/nothing',
    '/console/fragment',
    '/console/fragment/incidents/INC-1042',
  ])('%s asks for it', async (path) => {
    const { status, headers, text } = await call('GET', path);
    expect(status).toBe(401);
    expect(headers['www-authenticate']).toBe('Bearer realm="tocsin"');
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'unauthorized' } });
  });

  it.each<[string, string, number]>([
    ['the token', `Bearer ${TOKEN}`, 200],
    ['another spelling of Bearer', `bearer ${TOKEN}`, 200],
    ['a wrong one', 'Bearer wrong', 401],
    ['the beginning of it', `Bearer ${TOKEN.slice(0, -1)}`, 401],
    ['an empty one', 'Bearer ', 401],
    ['Basic', `Basic ${Buffer.from(`x:${TOKEN}`).toString('base64')}`, 401],
  ])('takes %s: %s', async (_, authorization, status) => {
    expect((await call('GET', '/api/v1/rules', { authorization })).status).toBe(status);
    expect((await ask({ authorization })).status).toBe(status);
  });

  it.each(['/healthz', '/readyz', '/metrics', '/login', '/console/app.js', '/console/style.css'])(
    '%s is open',
    async (path) => {
      expect((await call('GET', path)).status).toBe(200);
    },
  );

  it('sends a person to the login and back', async () => {
    const away = await call('GET', '/incidents/INC-1042');
    expect([away.status, away.headers.location]).toEqual([303, '/login?next=%2Fincidents%2FINC-1042']);
    const back = await login(TOKEN, {}, '&next=%2Fincidents%2FINC-1042');
    expect([back.status, back.headers.location]).toEqual([303, '/incidents/INC-1042']);
  });

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)', ''])(
    'never sends on to %j',
    async (next) => {
      const { headers } = await login(TOKEN, {}, `&next=${encodeURIComponent(next)}`);
      expect(headers.location).toBe('/');
    },
  );

  it('refuses a wrong token at the login', async () => {
    const { status, headers, text } = await login('wrong');
    expect(status).toBe(401);
    expect(headers).not.toHaveProperty('set-cookie');
    expect(text).toContain('That is not the token.');
  });

  it('keeps the session in a cookie that is not the token and no script can read', async () => {
    const { headers } = await login(TOKEN);
    const cookie = String(headers['set-cookie']);
    expect(cookie).toMatch(/; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$/);
    expect(decodeURIComponent(cookie)).not.toContain(TOKEN);
    expect(Buffer.from(cookie.slice(15).split('.')[0] ?? '', 'base64url').toString()).not.toContain(TOKEN);
  });

  it('is not Secure where the public address is plain http', async () => {
    await world.close();
    world = await openWorld({ auth: { kind: 'token', token: TOKEN } });
    expect(String((await login(TOKEN)).headers['set-cookie'])).not.toContain('Secure');
  });

  it('lets the session read, and post from its own page only', async () => {
    const cookie = await signedIn();
    const own = new URL(world.url).origin;
    expect((await call('GET', '/', { cookie })).text).toContain('alice');
    expect((await call('GET', '/api/v1/rules', { cookie })).status).toBe(200);
    expect((await ask({ cookie, origin: own })).status).toBe(200);
    expect((await ask({ cookie, origin: PUBLIC })).status).toBe(200);
    for (const origin of ['https://evil.example', 'null', `${PUBLIC}.evil.example`, 'http://127.0.0.1:1'])
      expect((await ask({ cookie, origin })).status).toBe(403);
    expect((await ask({ cookie })).status).toBe(403);
    expect(world.asked.map(({ speaker }) => speaker.name)).toEqual(['alice', 'alice']);
  });

  it('ends the session at sign-out', async () => {
    const cookie = await signedIn();
    const { status, headers } = await call('POST', '/logout', { cookie, origin: PUBLIC });
    expect(status).toBe(303);
    expect(String(headers['set-cookie'])).toContain('tocsin_session=; Path=/; Expires=Thu, 01 Jan 1970');
  });

  it('takes no forged session', async () => {
    const [name = '', value = ''] = (await signedIn()).split('=');
    const [body = '', signature = ''] = value.split('.');
    const later = Buffer.from(JSON.stringify([9e15, 'root'])).toString('base64url');
    for (const forged of [`${later}.${signature}`, body, `${body}.`, '.', '', '%', `${body}.${signature}.x`])
      expect((await call('GET', '/api/v1/rules', { cookie: `${name}=${forged}` })).status).toBe(401);
  });
});

describe('a session', () => {
  const key = sessionKey(TOKEN);
  const sealed = sealSession({ name: 'zoë', expires: 1_000 }, key);

  it.each([
    [999, { name: 'zoë', expires: 1_000 }],
    [1_000, undefined],
  ])('at %d is %j', (now, expected) => {
    expect(openSession(sealed, key, now)).toEqual(expected);
  });

  it('ends with the token that it was made with', () => {
    expect(openSession(sealed, sessionKey('another token'), 0)).toBeUndefined();
  });
});

describe('with no token, on a loopback host', () => {
  beforeEach(async () => {
    await world.close();
    world = await openWorld();
  });

  it('lets everybody on this machine in', async () => {
    expect((await call('GET', '/')).status).toBe(200);
    expect((await ask({})).status).toBe(200);
    expect((await ask({ origin: new URL(world.url).origin })).status).toBe(200);
  });

  it('lets no foreign page post through the browser', async () => {
    expect((await ask({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await ask({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(world.asked).toEqual([]);
  });

  it('answers to no foreign name, so that a rebound DNS name reads nothing', async () => {
    for (const path of ['/', '/api/v1/incidents', '/console/fragment', '/incidents/INC-1042'])
      expect((await call('GET', path, { host: 'evil.example:3978' })).status).toBe(403);
    for (const host of ['localhost:3978', '127.0.0.1', '[::1]:3978'])
      expect((await call('GET', '/api/v1/incidents', { host })).status).toBe(200);
    expect((await call('GET', '/healthz', { host: 'evil.example' })).status).toBe(200);
  });
});

describe('within Teams', () => {
  const teams = ['https://teams.microsoft.com', 'https://*.cloud.microsoft'];

  it('the console may be shown there and nowhere else, and its session goes with it', async () => {
    const framed = await openWorld({
      auth: { kind: 'token', token: TOKEN },
      publicUrl: PUBLIC,
      framedBy: teams,
    });
    try {
      const page = await request(`${framed.url}/login`);
      await page.body.dump();
      expect(page.headers['content-security-policy']).toMatch(
        /frame-ancestors https:\/\/teams\.microsoft\.com https:\/\/\*\.cloud\.microsoft$/,
      );
      expect(page.headers).not.toHaveProperty('x-frame-options');
      const answer = await request(`${framed.url}/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin: PUBLIC },
        body: `token=${TOKEN}&name=alice`,
      });
      await answer.body.dump();
      expect(answer.headers['set-cookie']).toMatch(/HttpOnly; Secure; Partitioned; SameSite=None$/);
      const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
      const foreign = await request(`${framed.url}/api/v1/command`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie, origin: 'https://evil.example' },
        body: '{"command":"resolve INC-1"}',
      });
      await foreign.body.dump();
      expect(foreign.statusCode).toBe(403);
      expect(framed.asked).toEqual([]);
    } finally {
      await framed.close();
    }
  });

  it('without Teams the console is shown in no frame', async () => {
    const { headers } = await call('GET', '/login');
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['x-frame-options']).toBe('DENY');
  });
});
