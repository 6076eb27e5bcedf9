import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { teams } from '../../../adapters/teams/index.js';
import { silentLog } from '../../../src/lib/log.js';
import type { Adapter, Channel } from '../../../src/notify/adapter.js';
import { makeTls } from '../../../src/sandbox/tls.js';
import { clientCertificate } from '../../support/graph-double.js';
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
let busy = false;
/** Our double in the place of Microsoft's sign-in. */
let reach: object = {};
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
      if (busy) return void res.writeHead(503, { 'retry-after': '60' }).end('Service unavailable');
      res.writeHead(refuse ? 401 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => sts.listen(0, '127.0.0.1', resolve));
  const login = `https://localhost:${(sts.address() as AddressInfo).port}`;
  reach = { endpoints: { login }, ca };
  const settings = { appId: APP_ID, appPassword: 'hush', tenantId: TENANT, ...reach };
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

it('takes a sign-in that is overloaded for no refusal', async () => {
  busy = true;
  const fault: unknown = await post().catch((error: unknown) => error);
  busy = false;
  expect(fault).toMatchObject({ code: 'channel.unreachable', retry: true, retryAfterMs: 60_000 });
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

it('signs for itself with a certificate, and sends no secret', async () => {
  const { certificate, privateKey } = await clientCertificate();
  const file = join(await mkdtemp(join(tmpdir(), 'tocsin-bot-')), 'bot.pem');
  await writeFile(file, `${certificate}\n${privateKey}`);
  const settings = { appId: APP_ID, certificate: { file }, tenantId: TENANT, ...reach };
  const signing = await teams.open(teams.settings?.parse(settings), {
    log: silentLog,
    now: () => AT,
    publicUrl: '',
  });
  const noc = signing.channel('noc', { conversation: CONVERSATION, serviceUrl: connector.url });
  await noc.post(messageOf(incident()));
  const form = asked.at(-1)?.form;
  expect(form?.get('client_secret')).toBeNull();
  expect(form?.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
  const [head = ''] = (form?.get('client_assertion') ?? '').split('.');
  expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toMatchObject({ alg: 'PS256', typ: 'JWT' });
  await signing.close();
});

describe('as a managed identity of Azure', () => {
  const azure = { IDENTITY_ENDPOINT: '', IDENTITY_HEADER: 'of-this-machine' };
  let identity: Sink;
  let managed: Adapter;

  beforeAll(async () => {
    identity = await startSink();
    // What App Service and Container Apps give a process (Microsoft Learn, "Connect to Azure services in app code").
    Object.assign(process.env, azure, { IDENTITY_ENDPOINT: `${identity.url}/msi/token` });
    const settings = { appId: APP_ID, managedIdentity: true, tenantId: TENANT };
    managed = await teams.open(teams.settings?.parse(settings), {
      log: silentLog,
      now: () => AT,
      publicUrl: '',
    });
  });
  afterAll(async () => {
    for (const name of Object.keys(azure)) Reflect.deleteProperty(process.env, name);
    await managed.close();
    await identity.close();
  });

  it('asks Azure for its token and knows no secret', async () => {
    const body = { access_token: 'of-azure', expires_on: String(Math.floor(Date.now() / 1_000) + 3_600) };
    identity.answer({ status: 200, body: JSON.stringify({ ...body, token_type: 'Bearer' }) });
    connector.answer({ status: 201, body: JSON.stringify({ id: `${CONVERSATION};messageid=1` }) });
    const noc = managed.channel('noc', { conversation: CONVERSATION, serviceUrl: connector.url });
    await noc.post(messageOf(incident()));
    await noc.post(messageOf(incident()));
    expect(identity.requests).toHaveLength(1);
    const asked = new URL(identity.requests[0]?.path ?? '', identity.url).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      resource: 'https://api.botframework.com',
      client_id: APP_ID,
    });
    expect(identity.requests[0]?.headers['x-identity-header']).toBe('of-this-machine');
    expect(connector.requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer of-azure',
      'Bearer of-azure',
    ]);
  });

  it('needs its tenant, and nothing beside', () => {
    const problems = (settings: object): number =>
      teams.settings?.safeParse({ appId: APP_ID, ...settings }).error?.issues.length ?? 0;
    expect(problems({ managedIdentity: true, tenantId: TENANT })).toBe(0);
    expect(problems({ managedIdentity: true })).toBe(1);
    expect(problems({ managedIdentity: true, appPassword: 'hush', tenantId: TENANT })).toBe(1);
  });
});
