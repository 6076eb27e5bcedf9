import { readFileSync } from 'node:fs';
import {
  AuthError,
  ConfidentialClientApplication,
  ManagedIdentityApplication,
  type AuthenticationResult,
  type INetworkModule,
  type NodeAuthOptions,
} from '@azure/msal-node';
import { CERTIFICATE_ADVICE, readClientCertificate } from '../../src/lib/client-certificate.js';
import { Fault } from '../../src/lib/fault.js';
import { openHttp } from '../../src/lib/http.js';
import type { Log } from '../../src/lib/log.js';
import { metadataOf, openTokenNetwork } from '../../src/lib/msal.js';
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
  // Asking twice for a token changes nothing.
  const network = openTokenNetwork(http, { timeoutMs: 15_000, repeatable: true });
  let ask: Acquire | undefined;
  let stale = false;

  return {
    async get() {
      ask ??= openAcquire(settings, cloud, network.module);
      const skipCache = stale;
      try {
        const result = await ask(skipCache);
        if (result === null || result.accessToken === '') throw refused(cloud, 'no token came');
        if (skipCache) stale = false;
        return result.accessToken;
      } catch (error) {
        throw tokenFault(error, network.takeFault(), cloud);
      } finally {
        network.takeFault();
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

function credentialOf(settings: TeamsSettings): Pick<NodeAuthOptions, 'clientSecret' | 'clientCertificate'> {
  if (settings.certificate === undefined) return { clientSecret: settings.appPassword ?? '' };
  const { file, passphrase } = settings.certificate;
  try {
    return { clientCertificate: readClientCertificate(readFileSync(file, 'utf8'), passphrase) };
  } catch (cause) {
    throw new Fault('channel.unauthorized', `The certificate of the Teams bot (${file}) cannot be read.`, {
      cause,
      advice: CERTIFICATE_ADVICE,
    });
  }
}

function tokenFault(error: unknown, lost: Fault | undefined, cloud: BotCloud): unknown {
  if (lost !== undefined) {
    return new Fault('channel.unreachable', lost.message, {
      cause: error,
      advice: lost.advice,
      ...(lost.retryAfterMs === undefined ? {} : { retryAfterMs: lost.retryAfterMs }),
    });
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
