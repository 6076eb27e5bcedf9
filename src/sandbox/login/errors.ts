import { randomUUID } from 'node:crypto';
import { json, type Answer, type SandboxRequest } from '../http/answer.js';

/** A refusal of the token service: `AADSTS<code>` with the OAuth word and status that belong to it. */
export interface Refusal {
  readonly status: number;
  readonly error: string;
  readonly code: number;
  readonly text: string;
}

export const refusals = {
  unknownTenant: (tenant: string, error: 'invalid_tenant' | 'invalid_request'): Refusal => ({
    status: 400,
    error,
    code: 90002,
    text: `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
  }),
  unknownApp: (clientId: string, tenant: string): Refusal => ({
    status: 400,
    error: 'unauthorized_client',
    code: 700016,
    text: `Application with identifier '${clientId}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
  }),
  wrongSecret: (clientId: string): Refusal => ({
    status: 401,
    error: 'invalid_client',
    code: 7000215,
    text: `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`,
  }),
  noCredential: (): Refusal => ({
    status: 401,
    error: 'invalid_client',
    code: 7000216,
    text: "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
  }),
  unknownCertificate: (thumbprint: string): Refusal => ({
    status: 401,
    error: 'invalid_client',
    code: 700027,
    text: `The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., Thumbprint of key used by client: '${thumbprint}']`,
  }),
  badSignature: (): Refusal => ({
    status: 401,
    error: 'invalid_client',
    code: 700027,
    text: 'Client assertion failed signature validation. [Reason - The key used is expired or the signature does not match.]',
  }),
  badAssertion: (what: string): Refusal => ({
    status: 401,
    error: 'invalid_client',
    code: 50027,
    text: `JWT token is invalid or malformed. ${what}`,
  }),
  assertionAudience: (): Refusal => ({
    status: 401,
    error: 'invalid_client',
    code: 700023,
    text: 'Client assertion audience claim does not match Realm issuer.',
  }),
  assertionTime: (): Refusal => ({
    status: 401,
    error: 'invalid_client',
    code: 700024,
    text: 'Client assertion is not within its valid time range.',
  }),
  missing: (parameter: string): Refusal => ({
    status: 400,
    error: 'invalid_request',
    code: 900144,
    text: `The request body must contain the following parameter: '${parameter}'.`,
  }),
  grantType: (grant: string): Refusal => ({
    status: 400,
    error: 'unsupported_grant_type',
    code: 70003,
    text: `The app requested an unsupported grant type '${grant}'.`,
  }),
  scope: (scope: string): Refusal => ({
    status: 400,
    error: 'invalid_scope',
    code: 1002012,
    text: `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
  }),
  unknownResource: (resource: string, tenant: string): Refusal => ({
    status: 400,
    error: 'invalid_resource',
    code: 500011,
    text: `The resource principal named ${resource} was not found in the tenant named ${tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.`,
  }),
  redirect: (address: string): Refusal => ({
    status: 400,
    error: 'invalid_request',
    code: 50011,
    text: `The redirect URI '${address}' specified in the request does not match the redirect URIs configured for the application.`,
  }),
  deadRefreshToken: (): Refusal => ({
    status: 400,
    error: 'invalid_grant',
    code: 700082,
    text: 'The refresh token has expired due to inactivity, was revoked or has been used already.',
  }),
  deadCode: (): Refusal => ({
    status: 400,
    error: 'invalid_grant',
    code: 70008,
    text: 'The provided authorization code has expired, was redeemed already, or does not belong to this request.',
  }),
  unknownInstance: (): Refusal => ({
    status: 400,
    error: 'invalid_instance',
    code: 50049,
    text: 'Unknown or invalid instance.',
  }),
} as const;

/** The body every refusal has (Microsoft Learn, Microsoft Entra authentication and authorization error codes). */
export function refuse(request: SandboxRequest, refusal: Refusal): Answer {
  const timestamp = `${new Date(request.at).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const correlation = String(request.headers['client-request-id'] ?? randomUUID());
  return json(
    refusal.status,
    {
      error: refusal.error,
      error_description: `AADSTS${refusal.code}: ${refusal.text} Trace ID: ${request.requestId} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
      error_codes: [refusal.code],
      timestamp,
      trace_id: request.requestId,
      correlation_id: correlation,
      error_uri: `${request.origin}/error?code=${refusal.code}`,
    },
    { 'cache-control': 'no-store, no-cache', 'x-ms-request-id': request.requestId },
  );
}
