import { createHmac, createSign, generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Claims {
  readonly iss?: string;
  readonly aud?: string;
  readonly serviceurl?: string;
  readonly nbf?: number;
  readonly exp?: number;
}

/** A double of what signs the platform's requests: OpenID metadata and keys over plain HTTP on a free loopback port. */
export interface Sts {
  /** The metadata's address. */
  readonly metadata: string;
  /** `Bearer <JWT>`, by default a good one. */
  token(claims?: Claims, how?: 'good' | 'other-key' | 'none' | 'hmac' | 'unknown-kid'): string;
  close(): Promise<void>;
}

export const APP_ID = '1c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f';
export const ISSUER = 'https://api.botframework.com';
export const SERVICE_URL = 'https://smba.example.com/teams';

export async function startSts(): Promise<Sts> {
  const [key, other] = [rsa(), rsa()];
  const jwk = {
    ...key.publicKey.export({ format: 'jwk' }),
    kid: 'k1',
    use: 'sig',
    alg: 'RS256',
    endorsements: ['msteams'],
  };
  const server = createServer((req, res) => {
    const { port } = server.address() as AddressInfo;
    const base = `http://127.0.0.1:${port}`;
    const body = req.url === '/keys' ? { keys: [jwk] } : { issuer: ISSUER, jwks_uri: `${base}/keys` };
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    metadata: `http://127.0.0.1:${port}/openid`,
    token(claims = {}, how = 'good') {
      const now = Math.floor(Date.now() / 1_000);
      const alg = {
        good: 'RS256',
        'other-key': 'RS256',
        none: 'none',
        hmac: 'HS256',
        'unknown-kid': 'RS256',
      }[how];
      const header = { typ: 'JWT', alg, kid: how === 'unknown-kid' ? 'k9' : 'k1' };
      const payload = {
        iss: ISSUER,
        aud: APP_ID,
        serviceurl: SERVICE_URL,
        nbf: now - 60,
        exp: now + 600,
        ...claims,
      };
      const head = `${base64(header)}.${base64(payload)}`;
      const signature = {
        good: () => createSign('RSA-SHA256').update(head).sign(key.privateKey, 'base64url'),
        'unknown-kid': () => createSign('RSA-SHA256').update(head).sign(key.privateKey, 'base64url'),
        'other-key': () => createSign('RSA-SHA256').update(head).sign(other.privateKey, 'base64url'),
        none: () => '',
        hmac: () => createHmac('sha256', 'guessed').update(head).digest('base64url'),
      }[how]();
      return `Bearer ${head}.${signature}`;
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

function rsa(): KeyPairKeyObjectResult {
  return generateKeyPairSync('rsa', { modulusLength: 2_048 });
}

function base64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
