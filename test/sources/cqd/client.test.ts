import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { isFault, type Fault } from '../../../src/lib/fault.js';
import { openSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import type { Source } from '../../../src/sources/source.js';
import { openSource, statesOf } from './support.js';

const NOW = Date.parse('2026-11-03T10:20:00Z');
const ACCOUNT = { domain: 'CONTOSO', username: 'svc-tocsin', password: 'Pässw0rd!æ漢' };

let sandbox: Sandbox;
let sources: Source[] = [];

beforeAll(async () => {
  sandbox = await openSandbox({ clock: { now: () => NOW, real: (ms) => ms } });
});
afterAll(() => sandbox.close());
beforeEach(() => {
  const { control } = sandbox.cqd;
  control.auth({ kind: 'none' });
  control.body(undefined);
  control.fault(undefined);
});
afterEach(async () => {
  for (const source of sources) await source.close();
  sources = [];
});

function open(settings: Readonly<Record<string, unknown>> = {}): Source {
  const source = openSource({ url: sandbox.cqd.url, ...settings });
  sources.push(source);
  return source;
}

async function faultOf(source: Source): Promise<Fault> {
  const error = await source.poll(undefined, NOW).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isFault(error)) throw new Error(`no fault but ${String(error)}`);
  return error;
}

const HEALTHY = 'integration healthy, cube healthy';

describe('signing in', () => {
  it('needs nothing where nothing is asked, over http and over https with the site’s own authority', async () => {
    expect(await statesOf(open(), NOW)).toBe(HEALTHY);
    expect(await statesOf(open({ url: sandbox.cqd.httpsUrl, ca: sandbox.caPem }), NOW)).toBe(HEALTHY);
    const untrusted = await faultOf(open({ url: sandbox.cqd.httpsUrl }));
    expect([untrusted.code, untrusted.message]).toEqual([
      'api.unreachable',
      expect.stringContaining('is not trusted'),
    ]);
  });

  it.each([
    ['basic', { kind: 'basic', username: 'svc', password: 'p:w' }],
    ['bearer', { kind: 'bearer', token: 'tok-123' }],
  ] as const)('%s', async (_name, auth) => {
    sandbox.cqd.control.auth(auth);
    const site = { url: sandbox.cqd.httpsUrl, ca: sandbox.caPem };
    expect(await statesOf(open({ ...site, auth }), NOW)).toBe(HEALTHY);
    const refused = await faultOf(open(site));
    expect([refused.code, refused.status, refused.advice]).toEqual([
      'api.unauthorized',
      401,
      'The site asks for a sign-in: give the source an auth.',
    ]);
  });

  it('proves an NTLMv2 password in three legs of one connection, and then reuses it', async () => {
    const { control } = sandbox.cqd;
    control.auth({ kind: 'ntlm', accounts: [ACCOUNT] });
    const [connections, requests] = [control.connections, control.requests.length];
    const source = open({ auth: { kind: 'ntlm', ...ACCOUNT } });
    expect(await statesOf(source, NOW)).toBe(HEALTHY);
    expect(control.ntlm).toEqual({ handshakes: 1, refused: 0, reused: 0 });
    expect([control.connections - connections, control.requests.length - requests]).toEqual([1, 3]);
    expect(await statesOf(source, NOW)).toBe(HEALTHY);
    expect(control.ntlm).toEqual({ handshakes: 1, refused: 0, reused: 1 });
    expect([control.connections - connections, control.requests.length - requests]).toEqual([1, 4]);
  });

  it('lets no request of its own come between the legs of another', async () => {
    const { control } = sandbox.cqd;
    control.auth({ kind: 'ntlm', accounts: [ACCOUNT] });
    const connections = control.connections;
    const source = open({ url: sandbox.cqd.httpsUrl, ca: sandbox.caPem, auth: { kind: 'ntlm', ...ACCOUNT } });
    const answers = await Promise.all(Array.from({ length: 8 }, () => statesOf(source, NOW)));
    expect(new Set(answers)).toEqual(new Set([HEALTHY]));
    expect(control.ntlm).toEqual({ handshakes: 1, refused: 0, reused: 7 });
    expect(control.connections - connections).toBe(1);
  });

  it.each([
    ['a wrong password', { ...ACCOUNT, password: 'wrong' }],
    ['a wrong domain', { ...ACCOUNT, domain: 'FABRIKAM' }],
    ['an unknown account', { ...ACCOUNT, username: 'nobody' }],
  ])('takes %s for a matter of configuration, asked once', async (_name, account) => {
    const { control } = sandbox.cqd;
    control.auth({ kind: 'ntlm', accounts: [ACCOUNT] });
    const requests = control.requests.length;
    const fault = await faultOf(open({ auth: { kind: 'ntlm', ...account } }));
    expect([fault.code, fault.status, fault.advice]).toEqual([
      'api.unauthorized',
      401,
      expect.stringContaining('Check domain, username and password'),
    ]);
    expect(control.ntlm).toMatchObject({ handshakes: 0, refused: 1 });
    expect(control.requests.length - requests).toBe(3);
    expect(JSON.stringify(fault) + String(fault.stack)).not.toContain(account.password);
  });

  it('says what kind of sign-in the site wants', async () => {
    sandbox.cqd.control.auth({ kind: 'ntlm', accounts: [ACCOUNT] });
    expect((await faultOf(open())).advice).toContain('auth: { kind: ntlm');
  });
});

describe('an answer that is none', () => {
  it('is a log that is switched off when it is empty, and no outage', async () => {
    sandbox.cqd.control.fault('empty');
    expect(await statesOf(open(), NOW)).toBe('integration disabled, cube disabled');
    const [line] = await open().check(NOW);
    expect([line?.ok, line?.advice]).toEqual([false, expect.stringContaining('QoEDataLib.DebugMode')]);
  });

  it('is a sign-in or error page', async () => {
    sandbox.cqd.control.fault('html');
    const fault = await faultOf(open());
    expect([fault.code, fault.message]).toEqual([
      'api.unreadable',
      expect.stringMatching(/answered with a web page, “Sign in to the network”\.$/),
    ]);
    expect(fault.advice).toContain('check that url is the root of the server');
  });

  it('is kept to 4 KB without the secrets in it', async () => {
    const secret = 's3cret-token';
    sandbox.cqd.control.body(
      `{ "echo": "${secret}", Authorization: NTLM TlRMTVNTUAADAAAA, ${'x'.repeat(9_000)}`,
    );
    const fault = await faultOf(open({ auth: { kind: 'bearer', token: secret } }));
    expect([fault.code, fault.message]).toEqual([
      'api.unreadable',
      expect.stringMatching(/answered with broken JSON\.$/),
    ]);
    expect(fault.detail).toMatch(/^\{ "echo": "…", Authorization: NTLM …, xxx/);
    expect(Buffer.byteLength(fault.detail ?? '')).toBeLessThanOrEqual(4_096);
  });

  it.each([
    [{ kind: 'status', status: 403 }, 'api.denied', 'URL Authorization'],
    [{ kind: 'status', status: 404 }, 'api.not-found', 'root of the server'],
    [
      { kind: 'status', status: 302, headers: { location: '/login' } },
      'api.rejected',
      'sign-in or error page',
    ],
    [{ kind: 'status', status: 500 }, 'api.failed', 'event log'],
    ['garbage', 'api.unreadable', 'beginning of the answer'],
  ] as const)('is %j', async (kind, code, advice) => {
    sandbox.cqd.control.fault(kind);
    const fault = await faultOf(open());
    expect([fault.code, fault.advice]).toEqual([code, expect.stringContaining(advice)]);
  });

  it.each(['none', 'ntlm'] as const)('may never come (%s)', async (kind) => {
    const auth = kind === 'none' ? { kind } : ({ kind, accounts: [ACCOUNT] } as const);
    sandbox.cqd.control.auth(auth);
    sandbox.cqd.control.fault('hang');
    const given = kind === 'none' ? { kind } : { kind, ...ACCOUNT };
    const fault = await faultOf(open({ auth: given, timeout: '1s' }));
    expect([fault.code, fault.message]).toEqual([
      'api.unreachable',
      expect.stringContaining('did not answer within 1 s'),
    ]);
  });

  it('breaks, and is asked for again', async () => {
    const { control } = sandbox.cqd;
    control.auth({ kind: 'ntlm', accounts: [ACCOUNT] });
    control.fault('reset', 1);
    expect(await statesOf(open({ auth: { kind: 'ntlm', ...ACCOUNT } }), NOW)).toBe(HEALTHY);
  });
});
