import { createHash, createPrivateKey, randomBytes, randomUUID, sign, X509Certificate } from 'node:crypto';
import { CERTIFICATE_ADVICE } from '../../lib/client-certificate.js';
import { Fault, isFault } from '../../lib/fault.js';
import { readJson, statusFault, type Http } from '../../lib/http.js';
import { line } from '../text.js';
import type { TenantConnection } from '../source.js';

/** What the token service gives for a code or a refresh token. */
export interface Grant {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  /** Replaces the one that was redeemed, which may be dead from now on. */
  readonly refreshToken: string | undefined;
}

const LIFE = 3_600;

/** The scopes of the secure application model: Partner Center as the person, and a refresh token. */
export function scopeOf(tenant: TenantConnection): string {
  return `${new URL(tenant.endpoints.partner).origin}/.default offline_access`;
}

/**
 * Redeems at the tenant's token endpoint. Throws `api.sign-in` for what only a person can mend (a dead refresh token, a
 * missing second factor), `api.unauthorized` for what is wrong with the app.
 */
export async function redeem(
  tenant: TenantConnection,
  http: Http,
  fields: Readonly<Record<string, string>>,
): Promise<Grant> {
  const url = `${baseOf(tenant)}/oauth2/v2.0/token`;
  const answer = await http.request({
    method: 'POST',
    url,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      client_id: tenant.clientId,
      ...credentialOf(tenant, url),
      scope: scopeOf(tenant),
      ...fields,
    }).toString(),
    anyStatus: true,
  });
  const body = objectOf(answer.status >= 500 ? undefined : readJson(answer, url));
  if (answer.status >= 500 || answer.status === 429)
    throw statusFault('POST', new URL(url), answer, {}, Date.now());
  const { access_token, expires_in, refresh_token } = body;
  if (answer.status !== 200 || typeof access_token !== 'string' || access_token === '')
    throw refusal(tenant, answer.status, body);
  // The older endpoint writes its numbers as text: adding to that would join them.
  const seconds = Number(expires_in);
  return {
    accessToken: access_token,
    expiresIn: Number.isFinite(seconds) && seconds > 0 ? seconds : LIFE,
    refreshToken: typeof refresh_token === 'string' && refresh_token !== '' ? refresh_token : undefined,
  };
}

/** The command that mends a lost sign-in. */
export function signInAdvice(tenant: TenantConnection): string {
  return `Sign in again as a person with a second factor: tocsin login partner-center --tenant ${tenant.name}`;
}

/** The page where a person signs in, and what the answer must be redeemed with. */
export function signInPage(
  tenant: TenantConnection,
  redirectUri: string,
): {
  readonly url: string;
  readonly state: string;
  readonly verifier: string;
} {
  const verifier = randomBytes(48).toString('base64url');
  const state = randomBytes(24).toString('base64url');
  const url = new URL(`${baseOf(tenant)}/oauth2/v2.0/authorize`);
  url.search = new URLSearchParams({
    client_id: tenant.clientId,
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: redirectUri,
    scope: scopeOf(tenant),
    state,
    prompt: 'login',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  return { url: url.href, state, verifier };
}

function baseOf(tenant: TenantConnection): string {
  return `${new URL(tenant.endpoints.login).origin}/${encodeURIComponent(tenant.tenantId)}`;
}

function credentialOf(tenant: TenantConnection, audience: string): Readonly<Record<string, string>> {
  if ('secret' in tenant.credential) return { client_secret: tenant.credential.secret };
  const { certificatePem, passphrase } = tenant.credential;
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertionOf(tenant, audience, certificatePem, passphrase),
  };
}

/** Microsoft Learn, "certificate credentials": a JWT that the app's certificate has signed, good for ten minutes. */
function assertionOf(
  tenant: TenantConnection,
  audience: string,
  pem: string,
  passphrase: string | undefined,
): string {
  try {
    const key = createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) });
    const thumbprint = createHash('sha256').update(new X509Certificate(pem).raw).digest('base64url');
    const now = Math.floor(Date.now() / 1_000);
    const signed = [
      { alg: 'RS256', typ: 'JWT', 'x5t#S256': thumbprint },
      {
        aud: audience,
        iss: tenant.clientId,
        sub: tenant.clientId,
        jti: randomUUID(),
        nbf: now - 60,
        exp: now + 600,
      },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
  } catch (cause) {
    if (isFault(cause)) throw cause;
    throw new Fault(
      'api.unauthorized',
      `The certificate file of tenant ${tenant.name} cannot be used to sign.`,
      {
        cause,
        advice: CERTIFICATE_ADVICE,
      },
    );
  }
}

/** Refresh tokens and codes that are spent, expired or withdrawn, and sign-ins that lack a second factor (AADSTS codes). */
const NEEDS_A_PERSON = new Set([
  'invalid_grant',
  'interaction_required',
  'login_required',
  'consent_required',
]);

function refusal(tenant: TenantConnection, status: number, body: Readonly<Record<string, unknown>>): Fault {
  const error = line(body['error'], 60);
  const number = /AADSTS\d+/.exec(line(body['error_description'], 500))?.[0];
  const requestId = line(body['trace_id'], 80);
  const host = new URL(tenant.endpoints.login).host;
  const name = [error, number].filter((part) => part !== undefined && part !== '').join(', ');
  const details = { status, ...(requestId === '' ? {} : { requestId }) };
  if (NEEDS_A_PERSON.has(error))
    return new Fault(
      'api.sign-in',
      `The sign-in to Partner Center of tenant ${tenant.name} is no longer good (${name}).`,
      { ...details, advice: signInAdvice(tenant) },
    );
  return new Fault(
    'api.unauthorized',
    `${host} gave no token for tenant ${tenant.name} (${name || status}).`,
    details,
  );
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
