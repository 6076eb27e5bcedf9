import {
  constants,
  createHash,
  generateKeyPair,
  sign,
  verify,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';

export type Claims = Readonly<Record<string, unknown>>;

export interface Jwt {
  readonly header: Claims;
  readonly claims: Claims;
  /** What was signed. */
  readonly signed: string;
  readonly signature: Buffer;
}

/** The token service's own key pair. */
export interface Signer {
  readonly jwk: JsonWebKey;
  sign(claims: Claims): string;
  /** The claims of a token this signer signed; undefined for any other string. */
  read(token: string): Claims | undefined;
}

let keys: ReturnType<typeof makeKeys> | undefined;

/** One pair a process: making it costs more than all the rest of a sandbox, and tokens name the host they are for anyway. */
export async function openSigner(): Promise<Signer> {
  const { publicKey, privateKey } = await (keys ??= makeKeys());
  const publicJwk = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify(publicJwk)).digest('base64url').slice(0, 27);
  const header = encode({ typ: 'JWT', alg: 'RS256', x5t: kid, kid });
  return {
    jwk: { ...publicJwk, use: 'sig', alg: 'RS256', kid, x5t: kid },
    sign: (claims) => {
      const signed = `${header}.${encode(claims)}`;
      return `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
    },
    read: (token) => {
      const jwt = parseJwt(token);
      return jwt !== undefined && signedBy(jwt, publicKey) ? jwt.claims : undefined;
    },
  };
}

function makeKeys(): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  return promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
}

export function parseJwt(token: string): Jwt | undefined {
  const [header, claims, signature, ...rest] = token.split('.');
  if (header === undefined || claims === undefined || signature === undefined || rest.length > 0)
    return undefined;
  const parsedHeader = decode(header);
  const parsedClaims = decode(claims);
  if (parsedHeader === undefined || parsedClaims === undefined) return undefined;
  return {
    header: parsedHeader,
    claims: parsedClaims,
    signed: `${header}.${claims}`,
    signature: Buffer.from(signature, 'base64url'),
  };
}

/** RS256, PS256 and ES256; any other algorithm, `none` too, is refused. */
export function signedBy(jwt: Jwt, key: KeyObject): boolean {
  const data = Buffer.from(jwt.signed);
  switch (jwt.header['alg']) {
    case 'RS256':
      return key.asymmetricKeyType === 'rsa' && verify('sha256', data, key, jwt.signature);
    case 'PS256':
      return (
        key.asymmetricKeyType === 'rsa' &&
        verify(
          'sha256',
          data,
          { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
          jwt.signature,
        )
      );
    case 'ES256':
      return (
        key.asymmetricKeyType === 'ec' &&
        verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, jwt.signature)
      );
    default:
      return false;
  }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(part: string): Claims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Claims) : undefined;
  } catch {
    return undefined;
  }
}
