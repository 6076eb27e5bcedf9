import { emptyKeep } from './keep.js';
import { webcrypto } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import '../../src/sandbox/reflect.js';
import type { SandboxTls } from '../../src/sandbox/tls.js';
import { silentLog } from '../../src/lib/log.js';
import type { SourceDeps, TenantConnection } from '../../src/sources/source.js';

export interface DoubleRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface DoubleAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | object;
  readonly hang?: boolean;
}

/** An HTTPS server of its own authority that answers as a function says; tokens are given to whoever asks. */
export interface Double {
  readonly url: string;
  readonly ca: string;
  readonly requests: readonly DoubleRequest[];
  /** Requests that were not for a token: `GET /v1.0/…`. */
  asked(): readonly string[];
  answer(handler: (request: DoubleRequest) => DoubleAnswer): void;
  /** Replaces the token endpoint's good answer. */
  token(handler: (request: DoubleRequest) => DoubleAnswer): void;
  close(): Promise<void>;
}

let shared: Promise<SandboxTls> | undefined;

// jest loads a CommonJS package before any of our modules runs: what it needs of Reflect must be there first.
async function newTls(): Promise<SandboxTls> {
  const { makeTls } = await import('../../src/sandbox/tls.js');
  return makeTls(Date.now());
}

export async function startDouble(): Promise<Double> {
  const tls = await (shared ??= newTls());
  const requests: DoubleRequest[] = [];
  let tokens = 0;
  let handler = (_request: DoubleRequest): DoubleAnswer => ({ status: 404 });
  let tokenHandler = (_request: DoubleRequest): DoubleAnswer => {
    tokens += 1;
    return {
      body: { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: `token-${tokens}` },
    };
  };
  const server: Server = createServer({ key: tls.key, cert: tls.cert }, (req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const request = {
        method: req.method ?? '',
        path: req.url ?? '',
        headers: req.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      requests.push(request);
      const answer = request.path.includes('/oauth2/v2.0/token') ? tokenHandler(request) : handler(request);
      if (answer.hang === true) return;
      const { body = '' } = answer;
      const raw = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
      res.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      res.end(raw);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: tls.caPem,
    requests,
    asked: () =>
      requests
        .filter((request) => !request.path.includes('/oauth2/'))
        .map((request) => `${request.method} ${decodeURIComponent(request.path)}`),
    answer: (next) => {
      handler = next;
    },
    token: (next) => {
      tokenHandler = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A tenant whose hosts are all the double's. */
export function tenantOf(
  double: Pick<Double, 'url' | 'ca'>,
  over: Partial<TenantConnection> = {},
): TenantConnection {
  return {
    name: 'contoso',
    tenantId: '11111111-2222-3333-4444-555555555555',
    cloud: 'global',
    clientId: '99999999-8888-7777-6666-555555555555',
    credential: { secret: 'a-secret-value' },
    endpoints: { login: double.url, graph: double.url, manage: double.url, partner: double.url },
    customHosts: true,
    ca: double.ca,
    ...over,
  };
}

export const quietDeps: SourceDeps = {
  log: silentLog,
  random: () => 0,
  keep: emptyKeep,
  publicUrl: 'https://tocsin.example',
  privacy: { numbers: 'mask', users: 'show' },
};

/** A self-signed RSA certificate for client assertions, and its private key as PEM. */
export async function clientCertificate(): Promise<{ certificate: string; privateKey: string }> {
  const x509 = await import('@peculiar/x509');
  x509.cryptoProvider.set(webcrypto);
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '0a',
    name: 'CN=tocsin app',
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 86_400_000),
    keys,
    signingAlgorithm: algorithm,
  });
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    certificate: certificate.toString('pem'),
    privateKey: ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n'),
  };
}
