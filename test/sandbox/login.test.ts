import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfidentialClientApplication, type INetworkModule } from '@azure/msal-node';
import {
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  X509Certificate,
  type JsonWebKey,
} from 'node:crypto';
import { Agent, fetch } from 'undici';
import { clientCertificate } from '../support/graph-double.js';
import { openRig, type Rig } from './support.js';

const OTHER_TENANT = '11111111-2222-4333-8444-555555555555';
let rig: Rig;
let certificate: Awaited<ReturnType<typeof clientCertificate>>;

beforeAll(async () => {
  certificate = await clientCertificate();
  rig = await openRig({ certificates: [certificate.certificate] });
});
afterAll(() => rig.close());

describe('MSAL', () => {
  it('gets a token by secret that Graph accepts', async () => {
    const result = await msal({ clientSecret: rig.sandbox.clientSecret });
    expect(result?.expiresOn?.getTime()).toBeGreaterThan(Date.now() + 3_000_000);
    expect(await health(result?.accessToken)).toBe(200);
  });

  it('gets a token by certificate', async () => {
    const result = await msal({
      clientCertificate: {
        thumbprintSha256: sha256(certificate.certificate),
        privateKey: certificate.privateKey,
      },
    });
    expect(await health(result?.accessToken)).toBe(200);
  });

  it('is told of a wrong secret, an unknown app, an unknown tenant and a strange certificate', async () => {
    await expect(msal({ clientSecret: 'wrong' })).rejects.toMatchObject({
      errorCode: 'invalid_client',
      message: expect.stringContaining('AADSTS7000215'),
    });
    await expect(msal({ clientSecret: 'x' }, { clientId: OTHER_TENANT })).rejects.toMatchObject({
      errorCode: 'unauthorized_client',
      message: expect.stringContaining('AADSTS700016'),
    });
    await expect(msal({ clientSecret: 'x' }, { tenantId: OTHER_TENANT })).rejects.toThrow();
    const other = await clientCertificate();
    await expect(
      msal({
        clientCertificate: { thumbprintSha256: sha256(other.certificate), privateKey: other.privateKey },
      }),
    ).rejects.toMatchObject({ message: expect.stringContaining('AADSTS700027') });
  });
});

describe('the token endpoint', () => {
  it.each([
    ['unknown tenant', { tenant: OTHER_TENANT }, 400, 'invalid_request', 90002],
    ['unknown app', { client_id: OTHER_TENANT }, 400, 'unauthorized_client', 700016],
    ['wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client', 7000215],
    ['no grant type', { grant_type: '' }, 400, 'unsupported_grant_type', 70003],
    ['a scope without /.default', { scope: 'User.Read' }, 400, 'invalid_scope', 1002012],
    ['an unknown resource', { scope: 'https://other.example/.default' }, 400, 'invalid_resource', 500011],
  ])('refuses %s', async (_name, changed, status, error, code) => {
    const { tenant = rig.sandbox.tenantId, ...fields }: Record<string, string> = changed;
    const answer = await tokenRequest(tenant, fields);
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({
      error,
      error_codes: [code],
      error_description: expect.stringMatching(`^AADSTS${code}: .* Trace ID: .* Timestamp: `),
      trace_id: expect.any(String),
      correlation_id: expect.any(String),
    });
  });

  it('refuses an assertion whose signature is by another key', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const now = Math.floor(Date.now() / 1000);
    const { clientId, endpoints, tenantId } = rig.sandbox;
    const parts = [
      {
        alg: 'RS256',
        typ: 'JWT',
        'x5t#S256': Buffer.from(sha256(certificate.certificate), 'hex').toString('base64url'),
      },
      {
        iss: clientId,
        sub: clientId,
        aud: `${endpoints.login}/${tenantId}/oauth2/v2.0/token`,
        exp: now + 60,
      },
    ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
    const signed = parts.join('.');
    const signature = sign('sha256', Buffer.from(signed), privateKey).toString('base64url');
    const answer = await tokenRequest(tenantId, {
      client_secret: '',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: `${signed}.${signature}`,
    });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: 'invalid_client', error_codes: [700027] });
  });

  it('answers the older version with texts for numbers', async () => {
    const { endpoints, tenantId, clientId, clientSecret } = rig.sandbox;
    const answer = await rig.form(`${endpoints.login}/${tenantId}/oauth2/token`, {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      resource: endpoints.manage,
    });
    expect(await answer.json()).toMatchObject({
      expires_in: '3599',
      expires_on: expect.stringMatching(/^\d{10}$/),
      not_before: expect.stringMatching(/^\d{10}$/),
      resource: endpoints.manage,
    });
  });

  it('signs tokens with the key that it publishes', async () => {
    const token = await rig.token();
    const [head = '', claims = '', signature = ''] = token.split('.');
    const { endpoints, tenantId } = rig.sandbox;
    const discovery = await rig.get(`${endpoints.login}/${tenantId}/v2.0/.well-known/openid-configuration`);
    const { jwks_uri } = (await discovery.json()) as { jwks_uri: string };
    const { keys } = (await (await rig.get(jwks_uri)).json()) as { keys: JsonWebKey[] };
    const key = createPublicKey({ key: keys[0] ?? {}, format: 'jwk' });
    expect(verify('sha256', Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, 'base64url'))).toBe(
      true,
    );
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      aud: endpoints.graph,
      tid: tenantId,
      appid: rig.sandbox.clientId,
      roles: expect.arrayContaining(['ServiceHealth.Read.All']),
    });
  });

  it('discovers its own instance and no other', async () => {
    const ask = (endpoint: string): Promise<{ status: number }> =>
      rig.get(
        `${rig.sandbox.endpoints.login}/common/discovery/instance?api-version=1.1&authorization_endpoint=${encodeURIComponent(endpoint)}`,
      );
    expect((await ask(`${rig.sandbox.endpoints.login}/common/oauth2/v2.0/authorize`)).status).toBe(200);
    expect((await ask('https://evil.example/common/oauth2/v2.0/authorize')).status).toBe(400);
  });

  it('does not know an unknown tenant', async () => {
    const answer = await rig.get(
      `${rig.sandbox.endpoints.login}/${OTHER_TENANT}/v2.0/.well-known/openid-configuration`,
    );
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'invalid_tenant', error_codes: [90002] });
  });
});

type Credential =
  { clientSecret: string } | { clientCertificate: { thumbprintSha256: string; privateKey: string } };

function msal(
  credential: Credential,
  { clientId = rig.sandbox.clientId, tenantId = rig.sandbox.tenantId } = {},
): ReturnType<ConfidentialClientApplication['acquireTokenByClientCredential']> {
  const { endpoints } = rig.sandbox;
  const app = new ConfidentialClientApplication({
    auth: {
      clientId,
      authority: `${endpoints.login}/${tenantId}`,
      knownAuthorities: [new URL(endpoints.login).host],
      ...credential,
    },
    system: { networkClient: networkClient(rig.sandbox.caPem) },
  });
  return app.acquireTokenByClientCredential({ scopes: [`${endpoints.graph}/.default`] });
}

function networkClient(ca: string): INetworkModule {
  const dispatcher = new Agent({ connect: { ca }, keepAliveTimeout: 10 });
  const send =
    (method: string): INetworkModule['sendGetRequestAsync'] =>
    async (url, options) => {
      const headers = options?.headers ?? {};
      const answer = await fetch(url, { method, dispatcher, headers, body: options?.body ?? null });
      return {
        headers: Object.fromEntries(answer.headers),
        body: (await answer.json()) as never,
        status: answer.status,
      };
    };
  return { sendGetRequestAsync: send('GET'), sendPostRequestAsync: send('POST') };
}

async function health(token = ''): Promise<number> {
  const answer = await rig.get('/admin/serviceAnnouncement/healthOverviews', {
    authorization: `Bearer ${token}`,
  });
  await answer.text();
  return answer.status;
}

function tokenRequest(tenant: string, fields: Record<string, string>): ReturnType<Rig['form']> {
  const { endpoints, clientId, clientSecret } = rig.sandbox;
  return rig.form(`${endpoints.login}/${tenant}/oauth2/v2.0/token`, {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: `${endpoints.graph}/.default`,
    ...fields,
  });
}

function sha256(pem: string): string {
  return new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
}
