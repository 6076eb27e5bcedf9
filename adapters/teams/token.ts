import { readFileSync } from 'node:fs';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import {
  AuthError,
  ConfidentialClientApplication,
  ManagedIdentityApplication,
  type AuthenticationResult,
  type INetworkModule,
  type NetworkRequestOptions,
  type NetworkResponse,
  type NodeAuthOptions,
} from '@azure/msal-node';
import { Fault } from '../../src/lib/fault.js';
import { openHttp, type Http } from '../../src/lib/http.js';
import type { Log } from '../../src/lib/log.js';
import { CLOUDS, type BotCloud, type TeamsSettings } from './settings.js';

/** The bot's own token for the connector service. */
export interface BotToken {
  /** Throws `channel.unauthorized` when the bot's credentials are refused, `channel.unreachable` when nobody answers. */
  get(): Promise<string>;
  /** The connector refused the last one: the next is asked for anew. */
  forget(): void;
  close(): Promise<void>;
}

export function openBotToken(settings: TeamsSettings, cloud: BotCloud, log: Log): BotToken {
  const http = openHttp({
    userAgent: 'Tocsin',
    log,
    ...(settings.ca === undefined ? {} : { ca: settings.ca }),
  });
  let ask: Acquire | undefined;
  let stale = false;
  let lost: Fault | undefined;
  const keep = (fault: Fault): void => void (lost = fault);

  return {
    async get() {
      ask ??= openAcquire(settings, cloud, networkOf(http, keep));
      const skipCache = stale;
      lost = undefined;
      try {
        const result = await ask(skipCache);
        if (result === null || result.accessToken === '') throw refused(cloud, 'no token came');
        if (skipCache) stale = false;
        return result.accessToken;
      } catch (error) {
        throw tokenFault(error, lost, cloud);
      }
    },
    forget() {
      stale = true;
    },
    close: () => http.close(),
  };
}

type Acquire = (skipCache: boolean) => Promise<AuthenticationResult | null>;

function openAcquire(settings: TeamsSettings, cloud: BotCloud, networkClient: INetworkModule): Acquire {
  const system = { networkClient, disableInternalRetries: true };
  if (settings.managedIdentity) {
    // Azure keeps its secret: whatever runs this process vouches for it (App Service, Container Apps, a virtual machine, Arc).
    const userAssignedClientId = settings.appId ?? '';
    const identity = new ManagedIdentityApplication({
      managedIdentityIdParams: { userAssignedClientId },
      system,
    });
    return (forceRefresh) => identity.acquireToken({ resource: cloud.scope, forceRefresh });
  }
  const app = new ConfidentialClientApplication({ auth: authOptions(settings, cloud), system });
  const scopes = [`${cloud.scope}/.default`];
  return (skipCache) => app.acquireTokenByClientCredential({ scopes, skipCache });
}

function networkOf(http: Http, keep: (fault: Fault) => void): INetworkModule {
  const ask = (method: 'GET' | 'POST') =>
    async function <T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
      return call<T>(http, method, url, options).catch((error: unknown) => {
        // The library wraps what its network throws; the fault itself says more.
        if (error instanceof Fault) keep(error);
        throw error;
      });
    };
  return { sendGetRequestAsync: ask('GET'), sendPostRequestAsync: ask('POST') };
}

function authOptions(settings: TeamsSettings, cloud: BotCloud): NodeAuthOptions {
  const authority = `${cloud.login}/${encodeURIComponent(settings.tenantId ?? homeTenant(settings))}`;
  return {
    clientId: settings.appId ?? '',
    authority,
    knownAuthorities: [new URL(cloud.login).host],
    ...(cloud.login === CLOUDS[settings.cloud].login ? {} : { authorityMetadata: metadataOf(authority) }),
    ...credentialOf(settings),
  };
}

/** The tenant in which Microsoft keeps multi-tenant bots. */
function homeTenant({ cloud }: TeamsSettings): string {
  if (cloud === 'gcchigh' || cloud === 'dod') return 'MicrosoftServices.onmicrosoft.us';
  return cloud === 'china' ? 'microsoftservices.partner.onmschina.cn' : 'botframework.com';
}

/** A host that Microsoft does not list has no discovery to rely on: its endpoints lie where the protocol puts them. */
function metadataOf(authority: string): string {
  return JSON.stringify({
    issuer: `${authority}/v2.0`,
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    jwks_uri: `${authority}/discovery/v2.0/keys`,
  });
}

function credentialOf(settings: TeamsSettings): Pick<NodeAuthOptions, 'clientSecret' | 'clientCertificate'> {
  if (settings.certificate === undefined) return { clientSecret: settings.appPassword ?? '' };
  const { file, passphrase } = settings.certificate;
  try {
    const pem = readFileSync(file, 'utf8');
    const x5c = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(pem)?.[0] ?? '';
    const key = createPrivateKey({ key: pem, ...(passphrase === undefined ? {} : { passphrase }) });
    return {
      clientCertificate: {
        thumbprintSha256: new X509Certificate(x5c).fingerprint256.replaceAll(':', ''),
        privateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
        x5c,
      },
    };
  } catch (cause) {
    throw new Fault('channel.unauthorized', `The certificate of the Teams bot (${file}) cannot be read.`, {
      cause,
      advice:
        'Give one PEM file with the certificate and its private key, and the passphrase if the key has one.',
    });
  }
}

async function call<T>(
  http: Http,
  method: 'GET' | 'POST',
  url: string,
  options: NetworkRequestOptions = {},
): Promise<NetworkResponse<T>> {
  const answer = await http.request({
    method,
    url,
    ...(options.headers === undefined ? {} : { headers: options.headers }),
    ...(options.body === undefined ? {} : { body: options.body }),
    anyStatus: true,
    timeoutMs: 15_000,
  });
  const body = JSON.parse(answer.body.toString('utf8')) as T;
  return { status: answer.status, headers: { ...answer.headers }, body };
}

function tokenFault(error: unknown, lost: Fault | undefined, cloud: BotCloud): unknown {
  if (lost !== undefined) {
    return new Fault('channel.unreachable', lost.message, { cause: error, advice: lost.advice });
  }
  if (error instanceof Fault || !(error instanceof AuthError)) return error;
  const number = /AADSTS\d+/.exec(`${error.errorCode} ${error.errorMessage}`)?.[0];
  return refused(cloud, number ?? error.errorCode, error);
}

function refused(cloud: BotCloud, why: string, cause?: unknown): Fault {
  return new Fault(
    'channel.unauthorized',
    `${new URL(cloud.login).host} gave the Teams bot no token (${why}).`,
    {
      cause,
      advice: 'Check appId, appPassword, certificate or managedIdentity, tenantId and cloud under teams.',
    },
  );
}
