import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';
import { Fault } from './fault.js';
import { readJson, statusFault, type Http } from './http.js';

/** The token library over our own HTTP client: its limits, its certificates, its log that knows no secret. */
export interface TokenNetwork {
  readonly module: INetworkModule;
  /** The library wraps what its network throws; the fault itself says more. Given once. */
  takeFault(): Fault | undefined;
}

export interface TokenNetworkOptions {
  /** Of one request, in milliseconds. */
  readonly timeoutMs?: number;
  /** False for a code, which is good once: the request is then not sent a second time. */
  readonly repeatable: boolean;
}

/** 429 and 5xx are thrown as faults (`api.throttled`, `api.unreachable`); every other answer is the library's to read. */
export function openTokenNetwork(http: Http, { timeoutMs, repeatable }: TokenNetworkOptions): TokenNetwork {
  let fault: Fault | undefined;

  async function call<T>(
    method: 'GET' | 'POST',
    url: string,
    { headers, body }: NetworkRequestOptions = {},
  ): Promise<NetworkResponse<T>> {
    const answer = await http.request({
      method,
      url,
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      anyStatus: true,
      repeatable: repeatable || method === 'GET',
    });
    if (answer.status === 429 || answer.status >= 500)
      throw statusFault(method, new URL(url), answer, {}, Date.now());
    return { status: answer.status, headers: { ...answer.headers }, body: readJson(answer, url) as T };
  }

  const ask = (method: 'GET' | 'POST') =>
    async function <T>(url: string, options?: NetworkRequestOptions): Promise<NetworkResponse<T>> {
      try {
        return await call<T>(method, url, options);
      } catch (error) {
        if (error instanceof Fault) fault = error;
        throw error;
      }
    };

  return {
    module: { sendGetRequestAsync: ask('GET'), sendPostRequestAsync: ask('POST') },
    takeFault() {
      const taken = fault;
      fault = undefined;
      return taken;
    },
  };
}

/** A host that Microsoft does not list has no discovery to rely on: its endpoints lie where the protocol puts them. */
export function metadataOf(authority: string): string {
  return JSON.stringify({
    issuer: `${authority}/v2.0`,
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    end_session_endpoint: `${authority}/oauth2/v2.0/logout`,
    jwks_uri: `${authority}/discovery/v2.0/keys`,
  });
}
