import { createHash, randomBytes } from 'node:crypto';
import { AuthError, ConfidentialClientApplication } from '@azure/msal-node';
import { Fault, isFault } from './fault.js';
import { openHttp } from './http.js';
import type { Log } from './log.js';
import { metadataOf, openTokenNetwork } from './msal.js';

/** An app of Microsoft Entra that people sign in with. */
export interface EntraApp {
  /** Origin of the sign-in service: `https://login.microsoftonline.com`. */
  readonly login: string;
  /** False for an address that Microsoft does not list. */
  readonly listed: boolean;
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** PEM of a private certificate authority. */
  readonly ca?: string;
}

/** What the answer to a sign-in is held against: kept by the browser that began it, sealed. */
export interface SignInTicket {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Who signed in, as Entra vouches for it. */
export interface EntraPerson {
  /** The object id: it never changes and is never given to somebody else. */
  readonly id: string;
  readonly name: string;
  /** The name to sign in with, given by the tenant's admins; undefined for a guest, whose name another tenant gave. */
  readonly address: string | undefined;
}

/** Authorization code flow with PKCE (Microsoft Learn, Microsoft identity platform and OAuth 2.0 authorization code flow). */
export interface EntraSignIn {
  /** The page where a person signs in. */
  page(redirectUri: string): Promise<{ readonly url: string; readonly ticket: SignInTicket }>;
  /** Throws `api.unauthorized` when the code or what came for it is not good, `api.unreachable` when nobody answers. */
  redeem(
    code: string,
    redirectUri: string,
    ticket: Pick<SignInTicket, 'nonce' | 'verifier'>,
  ): Promise<EntraPerson>;
  close(): Promise<void>;
}

const SCOPES = ['openid', 'profile'];

export function openEntraSignIn(entra: EntraApp, log: Log): EntraSignIn {
  const http = openHttp({ userAgent: 'Tocsin', log, ...(entra.ca === undefined ? {} : { ca: entra.ca }) });
  // A code is good once.
  const network = openTokenNetwork(http, { repeatable: false });
  // One each time: the library would keep the tokens of everybody who ever signed in.
  const app = (): ConfidentialClientApplication => {
    const authority = `${entra.login}/${encodeURIComponent(entra.tenantId)}`;
    return new ConfidentialClientApplication({
      auth: {
        clientId: entra.clientId,
        clientSecret: entra.clientSecret,
        authority,
        knownAuthorities: [new URL(entra.login).host],
        ...(entra.listed ? {} : { authorityMetadata: metadataOf(authority) }),
      },
      system: { networkClient: network.module, disableInternalRetries: true },
    });
  };
  return {
    async page(redirectUri) {
      const ticket = { state: random(), nonce: random(), verifier: random() };
      const url = await app().getAuthCodeUrl({
        scopes: SCOPES,
        redirectUri,
        state: ticket.state,
        nonce: ticket.nonce,
        responseMode: 'query',
        codeChallenge: createHash('sha256').update(ticket.verifier).digest('base64url'),
        codeChallengeMethod: 'S256',
      });
      return { url, ticket };
    },
    async redeem(code, redirectUri, { nonce, verifier }) {
      try {
        const { idTokenClaims } = await app().acquireTokenByCode({
          code,
          scopes: SCOPES,
          redirectUri,
          codeVerifier: verifier,
          nonce,
        });
        return personOf(idTokenClaims as Claims, entra, nonce);
      } catch (error) {
        throw signInFault(network.takeFault() ?? error);
      } finally {
        network.takeFault();
      }
    },
    close: () => http.close(),
  };
}

type Claims = Readonly<Record<string, unknown>>;

/**
 * The token came over TLS from the sign-in service itself, so its signature may go unchecked (OpenID Connect Core 3.1.3.7); for
 * whom it is, from which tenant and for which sign-in must not.
 */
function personOf(claims: Claims, { clientId, tenantId }: EntraApp, nonce: string): EntraPerson {
  const { aud, tid, oid, name, preferred_username: address, exp } = claims;
  const fits =
    aud === clientId &&
    claims['nonce'] === nonce &&
    typeof exp === 'number' &&
    exp * 1_000 > Date.now() &&
    // The tenant may be given by one of its domains; then its own address has vouched for it.
    (!isGuid(tenantId) || (typeof tid === 'string' && tid.toLowerCase() === tenantId.toLowerCase()));
  if (!fits || typeof oid !== 'string' || oid === '')
    throw new Fault('api.unauthorized', 'What Microsoft answered is not for this sign-in.');
  const isOwn = typeof address === 'string' && address.includes('@') && !address.includes('#EXT#');
  return {
    id: oid,
    name: typeof name === 'string' && name !== '' ? name : isOwn ? address : oid,
    address: isOwn && claims['idp'] === undefined ? address : undefined,
  };
}

function signInFault(error: unknown): unknown {
  if (isFault(error) || !(error instanceof AuthError)) return error;
  const number = /AADSTS\d+/.exec(`${error.errorCode} ${error.errorMessage}`)?.[0];
  return new Fault('api.unauthorized', `Microsoft refused the sign-in (${number ?? error.errorCode}).`);
}

function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

function random(): string {
  return randomBytes(32).toString('base64url');
}
