import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { teams } from '../../../adapters/teams/index.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Adapter } from '../../../src/notify/adapter.js';
import { AT, openInbox, type FakeInbox } from './fixtures.js';
import { APP_ID, SERVICE_URL, startSts, type Claims, type Sts } from './sts.js';

const TENANT = '7f8f0c11-8d55-4c57-9f0c-2f3e3a0f7c11';

const joined = {
  type: 'conversationUpdate',
  id: 'f:1',
  channelId: 'msteams',
  serviceUrl: SERVICE_URL,
  from: { id: '29:alex' },
  recipient: { id: `28:${APP_ID}` },
  conversation: { id: '19:abc@thread.tacv2', conversationType: 'channel', tenantId: TENANT },
};

describe('what comes in at /api/messages', () => {
  let sts: Sts;
  let inbox: FakeInbox;
  let adapter: Adapter;
  const printed = jest.spyOn(console, 'error').mockImplementation(() => undefined);

  beforeAll(async () => {
    [sts, inbox] = await Promise.all([startSts(), openInbox(() => undefined)]);
    const endpoints = { openIdMetadata: sts.metadata, emulatorOpenIdMetadata: sts.metadata };
    const settings = { appId: APP_ID, appPassword: 'p', tenantId: TENANT, endpoints };
    adapter = await teams.open(teams.settings?.parse(settings), {
      log: silentLog,
      now: () => AT,
      publicUrl: '',
    });
    await adapter.listen?.(inbox);
  });

  afterAll(async () => {
    await adapter.close();
    await inbox.close();
    await sts.close();
  });

  async function post(body: string, authorization?: string): Promise<{ status: number; text: string }> {
    const answer = await fetch(`${inbox.url}/api/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(authorization === undefined ? {} : { authorization }),
      },
      body,
    });
    return { status: answer.status, text: await answer.text() };
  }

  it('takes a good token and learns where the conversation is', async () => {
    expect(await post(JSON.stringify(joined), sts.token())).toEqual({ status: 202, text: '' });
    expect(inbox.stored.get('teams:conversation:19:abc@thread.tacv2')).toMatchObject({
      serviceUrl: SERVICE_URL,
      tenantId: TENANT,
    });
  });

  const now = Math.floor(Date.now() / 1_000);
  const bad: readonly [string, Claims, 'good' | 'other-key' | 'none' | 'hmac' | 'unknown-kid'][] = [
    ['of another audience', { aud: '00000000-0000-4000-8000-000000000000' }, 'good'],
    ['of another issuer', { iss: 'https://evil.example.com' }, 'good'],
    ['for another service', { serviceurl: 'https://evil.example.com' }, 'good'],
    ['that has expired', { nbf: now - 4_000, exp: now - 600 }, 'good'],
    ['not yet valid', { nbf: now + 3_000, exp: now + 4_000 }, 'good'],
    ['with a bad signature', {}, 'other-key'],
    ['with the algorithm none', {}, 'none'],
    ['signed with a guessed secret', {}, 'hmac'],
    ['of an unknown key', {}, 'unknown-kid'],
  ];
  for (const [name, claims, how] of bad) {
    it(`answers 401 to a token ${name}`, async () => {
      const answer = await post(JSON.stringify(joined), sts.token(claims, how));
      expect(answer.status).toBe(401);
      expect(JSON.parse(answer.text)).toEqual({
        error: { code: 'unauthorized', message: 'A valid Bot Framework token is required.' },
      });
    });
  }

  it.each([undefined, 'Bearer', 'Bearer garbage', 'Bearer a.b.c', 'Basic dXNlcjpwYXNz', 'Bearer ..'])(
    'answers 401 to the header %s',
    async (header) => {
      expect((await post(JSON.stringify(joined), header)).status).toBe(401);
      expect((await post('{}', header)).status).toBe(401);
    },
  );

  it.each(['', 'no json', '[]', '"text"', 'null'])('answers 400 to the body %j', async (body) => {
    expect((await post(body, sts.token())).status).toBe(400);
  });

  it('answers 413 above 1 MiB', async () => {
    const long = JSON.stringify({ ...joined, text: 'x'.repeat(1024 * 1024) });
    expect((await post(long, sts.token())).status).toBe(413);
  });

  it('ignores a tenant that is not ours', async () => {
    const foreign = {
      ...joined,
      conversation: { ...joined.conversation, tenantId: '00000000-0000-4000-8000-000000000009' },
    };
    expect((await post(JSON.stringify(foreign), sts.token())).status).toBe(403);
  });

  it('prints nothing', () => {
    expect(printed).not.toHaveBeenCalled();
  });
});

it('says 503 when the keys cannot be had', async () => {
  const inbox = await openInbox(() => undefined);
  const nowhere = 'http://127.0.0.1:1/openid';
  const endpoints = { openIdMetadata: nowhere, emulatorOpenIdMetadata: nowhere };
  const adapter = await teams.open(teams.settings?.parse({ appId: APP_ID, appPassword: 'p', endpoints }), {
    log: silentLog,
    now: () => AT,
    publicUrl: '',
  });
  await adapter.listen?.(inbox);
  const sts = await startSts();
  const answer = await fetch(`${inbox.url}/api/messages`, {
    method: 'POST',
    headers: { authorization: sts.token() },
    body: JSON.stringify(joined),
  });
  expect(answer.status).toBe(503);
  await Promise.all([adapter.close(), inbox.close(), sts.close()]);
});

describe('the settings', () => {
  it('need an app id and one credential, or insecureLocal', () => {
    const problems = (settings: object): string[] =>
      teams.settings
        ?.safeParse(settings)
        .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
    expect(problems({ insecureLocal: true })).toEqual([]);
    expect(problems({ appId: APP_ID, appPassword: 'p' })).toEqual([]);
    expect(problems({})).toHaveLength(2);
    expect(problems({ appId: APP_ID, appPassword: 'p', certificate: { file: 'bot.pem' } })).toHaveLength(1);
    expect(problems({ appId: 'bot', appPassword: 'p' })).toHaveLength(1);
    expect(problems({ insecureLocal: true, appID: 'x' })).toHaveLength(1);
    expect(problems({ insecureLocal: true, serviceUrl: 'http://example.com' })).toHaveLength(1);
  });
});
