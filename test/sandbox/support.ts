import '../../src/sandbox/reflect.js';
import { Agent, fetch, type Response } from 'undici';
import type { Clock } from '../../src/lib/clock.js';
import { openSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/sandbox.js';

/** A clock that stands still until it is moved. */
export function handClock(start: number): Clock & { move(ms: number): void } {
  let now = start;
  return {
    now: () => now,
    real: (ms) => ms,
    move: (ms) => {
      now += ms;
    },
  };
}

export interface Rig {
  readonly sandbox: Sandbox;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  form(url: string, fields: Record<string, string>): Promise<Response>;
  token(): Promise<string>;
  close(): Promise<void>;
}

export async function openRig(options: SandboxOptions = {}): Promise<Rig> {
  const sandbox = await openSandbox(options);
  const dispatcher = new Agent({ connect: { ca: sandbox.caPem } });
  const form: Rig['form'] = (url, fields) =>
    fetch(url, { method: 'POST', body: new URLSearchParams(fields), dispatcher });
  let cached: Promise<string> | undefined;
  const token = (): Promise<string> => (cached ??= newToken(sandbox, form));
  return {
    sandbox,
    form,
    token,
    get: async (path, headers) => {
      const url = path.startsWith('https:') ? path : `${sandbox.endpoints.graph}/v1.0${path}`;
      const authorization = `Bearer ${await token()}`;
      return fetch(url, { headers: { authorization, ...headers }, dispatcher });
    },
    close: async () => {
      await dispatcher.destroy();
      await sandbox.close();
    },
  };
}

async function newToken(sandbox: Sandbox, form: Rig['form']): Promise<string> {
  const { endpoints, tenantId, clientId, clientSecret } = sandbox;
  const answer = await form(`${endpoints.login}/${tenantId}/oauth2/v2.0/token`, {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: `${endpoints.graph}/.default`,
  });
  const body = (await answer.json()) as { access_token: string };
  return body.access_token;
}

export interface GraphErrorBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly innerError: Readonly<Record<string, string>>;
  };
}

export interface Listing {
  readonly value: readonly Readonly<Record<string, unknown>>[];
  readonly '@odata.nextLink'?: string;
  readonly '@odata.count'?: number;
}

export const ANNOUNCEMENTS = '/admin/serviceAnnouncement';
