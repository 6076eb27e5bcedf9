import { createPrivateKey, createPublicKey, verify, X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Fault } from '../../src/lib/fault.js';
import { openHttp, type Http } from '../../src/lib/http.js';
import { silentLog } from '../../src/lib/log.js';
import { openTokens } from '../../src/sources/tokens.js';
import type { TenantConnection } from '../../src/sources/source.js';
import {
  clientCertificate,
  startDouble,
  tenantOf,
  type Double,
  type DoubleAnswer,
} from '../support/graph-double.js';

let double: Double;
let http: Http;

beforeEach(async () => {
  double = await startDouble();
  http = openHttp({ ca: double.ca, userAgent: 'Tocsin', log: silentLog, backoffMs: 1 });
});

afterEach(async () => {
  await http.close();
  await double.close();
});

const GRAPH = 'https://graph.example';

function tokens(over: Partial<TenantConnection> = {}) {
  return openTokens(tenantOf(double, over), http, silentLog);
}

async function refused(answer: DoubleAnswer): Promise<Fault> {
  double.token(() => answer);
  const error: unknown = await tokens()
    .token(GRAPH)
    .catch((caught: unknown) => caught);
  if (!(error instanceof Fault)) throw new Error(`no fault: ${String(error)}`);
  return error;
}

function aadsts(number: string, status = 401, error = 'invalid_client'): DoubleAnswer {
  const description = `AADSTS${number}: Words. Trace ID: 0a0a0a0a-1b1b-2c2c-3d3d-4e4e4e4e4e4e Correlation ID: x Timestamp: y`;
  return { status, body: { error, error_description: description, error_codes: [Number(number)] } };
}

describe('a token', () => {
  it('is asked for once with the secret, the tenant and the scope of the cloud, and then kept', async () => {
    const shop = tokens();
    expect(await shop.token(GRAPH)).toBe('token-1');
    expect(await shop.token(GRAPH)).toBe('token-1');
    expect(double.requests).toHaveLength(1);
    const [request] = double.requests;
    expect(request?.path.split('?')[0]).toBe('/11111111-2222-3333-4444-555555555555/oauth2/v2.0/token');
    const form = new URLSearchParams(request?.body);
    expect([form.get('grant_type'), form.get('scope'), form.get('client_secret')]).toEqual([
      'client_credentials',
      'https://graph.example/.default',
      'a-secret-value',
    ]);
  });

  it('is asked for once by many at the same time', async () => {
    const shop = tokens();
    expect(new Set(await Promise.all([1, 2, 3, 4].map(() => shop.token(GRAPH))))).toEqual(
      new Set(['token-1']),
    );
    expect(double.requests).toHaveLength(1);
  });

  it('is renewed when the API has refused it', async () => {
    const shop = tokens();
    await shop.token(GRAPH);
    expect(await shop.token(GRAPH, true)).toBe('token-2');
    expect(await shop.token(GRAPH)).toBe('token-2');
  });

  it('is another one for another resource', async () => {
    const shop = tokens();
    await shop.token(GRAPH);
    expect(await shop.token('https://manage.example')).toBe('token-2');
  });
});

describe('a certificate', () => {
  it('signs the request, with its key or with an encrypted one', async () => {
    const { certificate, privateKey } = await clientCertificate();
    const encrypted = createPrivateKey(privateKey)
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open' })
      .toString();
    await tokens({ credential: { certificatePem: privateKey + certificate } }).token(GRAPH);
    await tokens({
      credential: { certificatePem: `${certificate}\n${encrypted}`, passphrase: 'open' },
    }).token(GRAPH);
    for (const request of double.requests) {
      const assertion = new URLSearchParams(request.body).get('client_assertion') ?? '';
      const [header = '', payload = '', signature = ''] = assertion.split('.');
      const head = JSON.parse(Buffer.from(header, 'base64url').toString()) as {
        alg: string;
        'x5t#S256': string;
      };
      expect(head['x5t#S256']).toBe(
        Buffer.from(new X509Certificate(certificate).fingerprint256.replaceAll(':', ''), 'hex').toString(
          'base64url',
        ),
      );
      const key = {
        key: createPublicKey(certificate),
        ...(head.alg === 'PS256' ? { padding: 6, saltLength: 32 } : {}),
      };
      expect(
        verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url')),
      ).toBe(true);
    }
    expect(double.requests).toHaveLength(2);
  });

  it.each([
    ['lacks the private key', 'certificate', undefined],
    ['lacks the certificate', 'key', undefined],
    ['cannot be read', 'encrypted', 'wrong'],
  ])('that %s is told as such', async (words, which, passphrase) => {
    const { certificate, privateKey } = await clientCertificate();
    const encrypted = createPrivateKey(privateKey)
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open' })
      .toString();
    const pem =
      which === 'certificate' ? certificate : which === 'key' ? privateKey : certificate + encrypted;
    const credential = { certificatePem: pem, ...(passphrase === undefined ? {} : { passphrase }) };
    const asked = async () => tokens({ credential }).token(GRAPH);
    await expect(asked()).rejects.toMatchObject({
      code: 'api.unauthorized',
      message: expect.stringContaining(words),
    });
  });
});

describe('what Entra refuses', () => {
  it.each([
    ['7000215', /secret’s value/],
    ['7000222', /expired/],
    ['700016', /clientId/],
    ['90002', /tenantId/],
    ['500011', /admin consent/],
    ['65001', /consent/],
    ['700027', /certificate/],
  ])('AADSTS%s comes with advice', async (number, advice) => {
    const fault = await refused(aadsts(number, number === '90002' ? 400 : 401));
    expect(fault.code).toBe('api.unauthorized');
    expect(fault.message).toContain(`AADSTS${number}`);
    expect(fault.advice).toMatch(advice);
    expect(fault.requestId).toBe('0a0a0a0a-1b1b-2c2c-3d3d-4e4e4e4e4e4e');
    expect(JSON.stringify([fault.message, fault.advice, String(fault.cause)])).not.toContain(
      'a-secret-value',
    );
  });

  it('an unknown number keeps the general advice', async () => {
    const fault = await refused(aadsts('123456'));
    expect(fault.advice).toMatch(/tenantId, clientId/);
  });

  it.each<[string, DoubleAnswer, string]>([
    ['overload', { status: 503, body: {} }, 'api.failed'],
    ['throttling', { status: 429, headers: { 'retry-after': '90' }, body: {} }, 'api.throttled'],
    ['a web page', { body: '<html></html>' }, 'api.unreadable'],
  ])('%s is not taken for a wrong secret', async (_what, answer, code) => {
    expect((await refused(answer)).code).toBe(code);
  });

  it('a host that is not there is unreachable', async () => {
    const shop = tokens();
    await double.close();
    await expect(shop.token(GRAPH)).rejects.toMatchObject({ code: 'api.unreachable' });
  });
});
