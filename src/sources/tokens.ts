import { AuthError, ConfidentialClientApplication, LogLevel, type NodeAuthOptions } from '@azure/msal-node';
import { CERTIFICATE_ADVICE, readClientCertificate } from '../lib/client-certificate.js';
import { Fault, isFault } from '../lib/fault.js';
import type { Http } from '../lib/http.js';
import type { Log } from '../lib/log.js';
import { metadataOf, openTokenNetwork } from '../lib/msal.js';
import { messageOf } from '../lib/thrown.js';
import type { TenantConnection } from './source.js';

/** App-only tokens of one tenant, cached until shortly before they expire. */
export interface Tokens {
  /**
   * For one resource: `https://graph.microsoft.com`. `renew` asks for a new one although the old one has time left: the
   * API refused it. Throws `api.unauthorized` with what is wrong with the app, or `api.unreachable`.
   */
  token(resource: string, renew?: boolean): Promise<string>;
}

export function openTokens(tenant: TenantConnection, http: Http, log: Log): Tokens {
  const app = lazy(() => openApp(tenant, http, log));
  const running = new Map<string, Promise<string>>();

  return {
    token(resource, renew = false) {
      const key = `${resource} ${String(renew)}`;
      const shared = running.get(key);
      if (shared !== undefined) return shared;
      const asked = acquire(app(), resource, renew, tenant).finally(() => running.delete(key));
      running.set(key, asked);
      return asked;
    },
  };
}

interface App {
  readonly client: ConfidentialClientApplication;
  /** The library wraps what its network module throws; the fault itself says more. */
  takeFault(): Fault | undefined;
}

function openApp(tenant: TenantConnection, http: Http, log: Log): App {
  // Asking twice for a token changes nothing.
  const network = openTokenNetwork(http, { repeatable: true });
  const client = new ConfidentialClientApplication({
    auth: authOptions(tenant),
    system: {
      networkClient: network.module,
      // The HTTP client has its own, and counts them.
      disableInternalRetries: true,
      loggerOptions: {
        piiLoggingEnabled: false,
        logLevel: LogLevel.Warning,
        loggerCallback: (_level, message, containsPii) => {
          if (!containsPii) log.debug({ message }, 'token library');
        },
      },
    },
  });
  return { client, takeFault: () => network.takeFault() };
}

function authOptions(tenant: TenantConnection): NodeAuthOptions {
  const login = new URL(tenant.endpoints.login);
  const authority = `${login.origin}/${encodeURIComponent(tenant.tenantId)}`;
  return {
    clientId: tenant.clientId,
    authority,
    knownAuthorities: [login.host],
    ...(tenant.customHosts ? { authorityMetadata: metadataOf(authority) } : {}),
    ...credentialOf(tenant),
  };
}

function credentialOf(tenant: TenantConnection): Pick<NodeAuthOptions, 'clientSecret' | 'clientCertificate'> {
  if ('secret' in tenant.credential) return { clientSecret: tenant.credential.secret };
  const { certificatePem, passphrase } = tenant.credential;
  try {
    return { clientCertificate: readClientCertificate(certificatePem, passphrase) };
  } catch (cause) {
    throw new Fault(
      'api.unauthorized',
      `The certificate file of tenant ${tenant.name} ${messageOf(cause)}.`,
      { cause, advice: CERTIFICATE_ADVICE },
    );
  }
}

async function acquire(
  app: App,
  resource: string,
  renew: boolean,
  tenant: TenantConnection,
): Promise<string> {
  try {
    const result = await app.client.acquireTokenByClientCredential({
      scopes: [`${resource}/.default`],
      skipCache: renew,
    });
    if (result !== null && result.accessToken !== '') return result.accessToken;
    throw new Fault('api.unauthorized', `No token came for tenant ${tenant.name}.`);
  } catch (error) {
    throw app.takeFault() ?? tokenFault(error, tenant);
  } finally {
    app.takeFault();
  }
}

/** What Entra's error numbers mean for the person who set the app up (Microsoft Learn, "AADSTS error codes"). */
const ADVICE: Readonly<Record<string, string>> = {
  '7000215': 'The client secret is wrong: use the secret’s value, not its id.',
  '7000222': 'The client secret has expired: create a new one in the app registration and set it.',
  '7000216': 'The app needs a client secret or a certificate.',
  '700016':
    'The app (clientId) is unknown in this tenant: check clientId, tenantId and cloud, or give admin consent there.',
  '700027':
    'The certificate is not registered with the app, or has expired: upload it in the app registration.',
  '700030':
    'The certificate is not registered with the app, or has expired: upload it in the app registration.',
  '90002': 'The tenant is unknown: check tenantId and cloud.',
  '900023': 'tenantId is neither a GUID nor a domain: correct it.',
  '50059': 'The tenant is unknown: check tenantId and cloud.',
  '500011': 'The API is unknown in this tenant: check the cloud and the endpoints, or give admin consent.',
  '65001': 'Admin consent is missing: give it in the tenant’s enterprise applications.',
  '650051': 'Admin consent is missing: give it in the tenant’s enterprise applications.',
  '7000112': 'The app is disabled in this tenant: enable it under enterprise applications.',
  '53003': 'A conditional access policy blocks the app: exclude its workload identity.',
};

function tokenFault(error: unknown, tenant: TenantConnection): unknown {
  if (isFault(error) || !(error instanceof AuthError)) return error;
  const text = `${error.errorCode} ${error.errorMessage}`;
  const number = /AADSTS(\d+)/.exec(text)?.[1];
  const status = 'status' in error && typeof error.status === 'number' ? error.status : 0;
  const requestId = /Trace ID: ([0-9a-f-]{36})/i.exec(text)?.[1];
  const advice = number === undefined ? undefined : ADVICE[number];
  const name = number === undefined ? error.errorCode : `AADSTS${number}`;
  const passing = status >= 500 || status === 429 || /temporarily_unavailable|server_error/.test(text);
  return new Fault(
    passing ? 'api.failed' : 'api.unauthorized',
    `${new URL(tenant.endpoints.login).host} gave no token for tenant ${tenant.name} (${name}).`,
    {
      status,
      ...(requestId === undefined ? {} : { requestId }),
      ...(advice === undefined ? {} : { advice }),
    },
  );
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
