import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { teams } from '../../../adapters/teams/index.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Adapter, Channel } from '../../../src/notify/adapter.js';
import { makeTls } from '../../../src/sandbox/tls.js';
import { startSink, type Sink } from '../../support/sink.js';
import { AT, incident, messageOf } from './fixtures.js';

const CONVERSATION = '19:abc@thread.tacv2';
const TENANT = '7f8f0c11-8d55-4c57-9f0c-2f3e3a0f7c11';
const APP_ID = '9b2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f';

let sts: Server;
let connector: Sink;
let adapter: Adapter;
let channel: Channel;
let refuse = false;
const asked: { readonly path: string; readonly form: URLSearchParams }[] = [];

beforeAll(async () => {
  const { key, cert, caPem: ca } = await makeTls(Date.now());
  connector = await startSink();
  sts = createServer({ key, cert }, (req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => (body += chunk.toString()));
    req.on('end', () => {
      asked.push({ path: req.url ?? '', form: new URLSearchParams(body) });
      const answer = refuse
        ? { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret provided.' }
        : { token_type: 'Bearer', expires_in: 3_599, access_token: `token-${asked.length}` };
      res.writeHead(refuse ? 401 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => sts.listen(0, '127.0.0.1', resolve));
  const login = `https://localhost:${(sts.address() as AddressInfo).port}`;
  const settings = { appId: APP_ID, appPassword: 'hush', tenantId: TENANT, endpoints: { login }, ca };
  adapter = await teams.open(teams.settings?.parse(settings), {
    log: silentLog,
    now: () => AT,
    publicUrl: '',
  });
  channel = adapter.channel('noc', { conversation: CONVERSATION, serviceUrl: connector.url });
});

beforeEach(() => {
  connector.clear();
  asked.length = 0;
});

afterAll(async () => {
  await adapter.close();
  await connector.close();
  sts.closeAllConnections();
  await new Promise<void>((resolve) => sts.close(() => resolve()));
});

const post = (): Promise<unknown> => channel.post(messageOf(incident()));

it('says that the credentials were refused, and not what they are', async () => {
  refuse = true;
  const fault: unknown = await post().catch((error: unknown) => error);
  refuse = false;
  expect(fault).toMatchObject({
    code: 'channel.unauthorized',
    message: expect.stringContaining('AADSTS7000215'),
  });
  expect(String(fault)).not.toContain('hush');
  expect(connector.requests).toEqual([]);
});

it('asks its tenant once for a token and shows it to the connector', async () => {
  connector.answer({ status: 201, body: JSON.stringify({ id: `${CONVERSATION};messageid=1` }) });
  await post();
  await post();
  expect(asked).toHaveLength(1);
  expect(asked[0]?.path).toContain(`/${TENANT}/oauth2/v2.0/token`);
  expect(asked[0]?.form.get('scope')).toContain('https://api.botframework.com/.default');
  expect(connector.requests.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer token-1',
    'Bearer token-1',
  ]);
});

it('asks anew after the connector has refused one', async () => {
  connector.next({ status: 401 });
  await expect(post()).rejects.toMatchObject({ code: 'channel.unauthorized' });
  await post();
  expect(asked).toHaveLength(1);
});
