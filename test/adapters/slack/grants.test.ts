import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { slack } from '../../../adapters/slack/index.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Adapter } from '../../../src/notify/adapter.js';
import { startSink, type Sink, type SinkRequest } from '../../support/sink.js';
import { critical, messageOf } from './cards.js';
import { event, openHouse, SECRET, type House } from './inbound.js';

let house: House;
let sink: Sink;
let adapter: Adapter;

beforeEach(async () => {
  [house, sink] = await Promise.all([openHouse(), startSink()]);
  sink.answer(ok({ channel: 'C1', ts: '1.1' }));
  const secrets = new Map<string, string>();
  const settings = {
    oauth: { clientId: '1.2', clientSecret: 'x', stateSecret: 'state-secret-of-tests' },
    signingSecret: SECRET,
    apiUrl: `${sink.url}/api/`,
  };
  adapter = await slack.open(settings, {
    log: silentLog,
    now: () => Date.now(),
    publicUrl: house.url,
    memory: house.inbox.memory,
    vault: {
      get: async (name) => secrets.get(name),
      put: async (name, secret) => void secrets.set(name, secret),
    },
  });
  await adapter.listen?.(house.inbox);
});

afterEach(async () => {
  await adapter.close();
  await Promise.all([house.close(), sink.close()]);
});

it('a token is renewed before it runs out, once, also when nobody but us speaks', async () => {
  await install({ ...granted('xoxe.xoxb-1'), refresh_token: 'xoxe-1', expires_in: 60 });
  sink.next(ok({ ...granted('xoxe.xoxb-2'), refresh_token: 'xoxe-2', expires_in: 43_200 }));
  const noc = adapter.channel('noc', { channel: 'C000001' });
  await Promise.all([noc.post(messageOf(critical, 'a')), noc.post(messageOf(critical, 'b'))]);
  await noc.post(messageOf(critical, 'c'));

  expect(sink.requests.map(spoken)).toEqual([
    'oauth.v2.access xoxe-1',
    'chat.postMessage Bearer xoxe.xoxb-2',
    'chat.postMessage Bearer xoxe.xoxb-2',
    'chat.postMessage Bearer xoxe.xoxb-2',
  ]);
});

it('a token that Slack does not renew is used as long as it lasts', async () => {
  await install({ ...granted('xoxe.xoxb-1'), refresh_token: 'xoxe-1', expires_in: 60 });
  sink.next(ok({ ok: false, error: 'invalid_refresh_token' }));
  await adapter.channel('noc', { channel: 'C000001' }).post(messageOf(critical, 'a'));
  expect(sink.requests.map(spoken).at(-1)).toBe('chat.postMessage Bearer xoxe.xoxb-1');
});

it('an organisation’s installation speaks for each of its workspaces, and says for which', async () => {
  await install({
    ...granted('xoxb-org'),
    team: null,
    enterprise: { id: 'E0ORG', name: 'Contoso Org' },
    is_enterprise_install: true,
  });
  await adapter.channel('noc', { channel: 'C000001', team: 'T0SEVEN' }).post(messageOf(critical, 'a'));
  expect(spoken(sink.requests[0])).toBe('chat.postMessage Bearer xoxb-org');
  expect(fields(sink.requests[0])).toMatchObject({ team_id: 'T0SEVEN' });

  const removal = JSON.parse(event({ type: 'app_uninstalled' }, 'Ev-org')) as object;
  const envelope = {
    ...removal,
    team_id: 'T0SEVEN',
    enterprise_id: 'E0ORG',
    event_time: Math.floor(Date.now() / 1_000) + 60,
    authorizations: [{ enterprise_id: 'E0ORG', team_id: null, is_enterprise_install: true }],
  };
  await house.send(JSON.stringify(envelope));
  // What is done after the acknowledgement is done before it closes.
  await adapter.close();
  const gone = adapter.channel('noc', { channel: 'C000001', team: 'T0SEVEN' }).post(messageOf(critical, 'b'));
  await expect(gone).rejects.toMatchObject({ code: 'channel.unauthorized' });
});

async function install(answer: object): Promise<void> {
  const begun = await fetch(`${house.url}/slack/install`);
  const state = /[?&](?:#38;)?state=([^"&]+)/.exec(await begun.text())?.[1] ?? '';
  const cookie = (begun.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  sink.next(ok(answer), ok({ bot_id: 'B1', url: 'https://contoso.slack.com/' }));
  const done = await fetch(`${house.url}/slack/oauth_redirect?code=1&state=${state}`, {
    headers: { cookie },
  });
  expect(done.status).toBe(200);
  sink.clear();
}

function granted(token: string): object {
  return {
    access_token: token,
    token_type: 'bot',
    scope: 'chat:write',
    bot_user_id: 'U0TOCSIN',
    app_id: 'A1',
    team: { id: 'T0ONE', name: 'Contoso' },
    enterprise: null,
    is_enterprise_install: false,
    authed_user: { id: 'U1' },
  };
}

function ok(body: object): { body: string } {
  return { body: JSON.stringify({ ok: true, ...body }) };
}

function fields(request: SinkRequest | undefined): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(request?.text));
}

function spoken(request: SinkRequest | undefined): string {
  const token = fields(request)['refresh_token'] ?? request?.headers.authorization ?? '';
  return `${(request?.path ?? '').replace('/api/', '')} ${token}`;
}
