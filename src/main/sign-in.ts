import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { timingSafeEqual } from 'node:crypto';
import { Fault, isFault } from '../lib/fault.js';
import { openHttp } from '../lib/http.js';
import { silentLog } from '../lib/log.js';
import { MINUTE } from '../model/time.js';
import type { Settings } from '../settings/index.js';
import { refreshName } from '../sources/partner-insights/auth.js';
import { redeem, signInPage } from '../sources/partner-insights/oauth.js';
import type { TenantConnection } from '../sources/source.js';
import { openKeep } from '../store/keep.js';
import { openDatabase } from '../store/open.js';
import { openStore } from '../store/sql.js';
import { leaveSecret } from './handover.js';
import { vaultKey } from './vault-key.js';

export interface SignInOptions {
  readonly tenant: string;
  /** Of the address on this machine that the sign-in comes back to; 0 takes a free one. */
  readonly port: number;
  /** What the person is told. */
  readonly say: (text: string) => void;
  /** How long the person may take; a quarter of an hour when left out. */
  readonly patienceMs?: number;
  /** Opens the record; as the program itself does when left out. */
  readonly openRecord?: typeof openDatabase;
}

export type SignInSettings = Pick<Settings, 'dataDir' | 'database' | 'tenants'>;

const PATIENCE = 15 * MINUTE;

/**
 * A person signs in with a second factor, in a browser on this machine, and the refresh token that comes of it is kept
 * encrypted (the secure application model). Throws the fault that stood in the way.
 */
export async function signInTo(settings: SignInSettings, options: SignInOptions): Promise<void> {
  const tenant = tenantNamed(options.tenant, settings);
  const key = vaultKey(settings.dataDir, process.env);
  const token = await signIn(tenant, options);
  await keepToken(token, tenant, settings, key, options.openRecord ?? openDatabase);
  options.say(`\nSigned in. Tocsin reads Partner Center for tenant ${tenant.name} from its next poll on.\n`);
}

function tenantNamed(name: string, { tenants }: SignInSettings): TenantConnection {
  const found = tenants.find(({ connection }) => connection.name.toLowerCase() === name.toLowerCase());
  const known = tenants.map(({ connection }) => connection.name).join(', ');
  if (found === undefined)
    throw new Fault('command.usage', `There is no tenant ${name} in the settings.`, {
      advice: `Known: ${known}.`,
    });
  if (!found.sources.some(({ kind }) => kind === 'partner-insights'))
    throw new Fault(
      'command.usage',
      `Tenant ${found.connection.name} has no source of kind partner-insights.`,
      {
        advice: 'Add { kind: partner-insights } under its sources first.',
      },
    );
  return found.connection;
}

async function signIn(
  tenant: TenantConnection,
  { port, say, patienceMs = PATIENCE }: SignInOptions,
): Promise<string> {
  const landing = await openLanding(port);
  const http = openHttp({
    ...(tenant.ca === undefined ? {} : { ca: tenant.ca }),
    userAgent: 'Tocsin',
    log: silentLog,
  });
  try {
    const page = signInPage(tenant, landing.address);
    say(
      `Open this address in a browser on this machine, and sign in as somebody with the role\nExecutive Report Viewer, with a second factor:\n\n${page.url}\n\nWaiting …\n`,
    );
    const code = await landing.code(page.state, patienceMs);
    const grant = await redeem(tenant, http, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: landing.address,
      code_verifier: page.verifier,
    });
    if (grant.refreshToken !== undefined) return grant.refreshToken;
    throw new Fault('api.unauthorized', 'The sign-in brought no refresh token.', {
      advice: 'Allow the scope offline_access for the app, and try again.',
    });
  } finally {
    landing.close();
    await http.close();
  }
}

interface Landing {
  /** `http://localhost:<port>`: for this host the registered address need not name the port. */
  readonly address: string;
  code(state: string, patienceMs: number): Promise<string>;
  close(): void;
}

/** Where the browser comes back to. It listens on this machine alone and takes one answer with the right state. */
async function openLanding(port: number): Promise<Landing> {
  let state: string | undefined;
  let settle:
    { readonly resolve: (code: string) => void; readonly reject: (error: Error) => void } | undefined;
  const server = createServer((req, res) => {
    const query = new URL(req.url ?? '/', 'http://localhost').searchParams;
    const [code, error] = [query.get('code'), query.get('error')];
    if (req.method !== 'GET' || (code === null && error === null)) {
      show(res, 404, 'There is nothing here.');
    } else if (state === undefined || !equal(query.get('state') ?? '', state)) {
      show(res, 400, 'This answer belongs to another sign-in. Close this page and use the newest address.');
    } else if (code === null) {
      settle?.reject(refused(query));
      show(res, 400, 'The sign-in was refused. The terminal says why.');
    } else {
      settle?.resolve(code);
      show(res, 200, 'You are signed in. You may close this page.');
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    address: `http://localhost:${(server.address() as AddressInfo).port}`,
    async code(wanted, patienceMs) {
      state = wanted;
      let timer: NodeJS.Timeout | undefined;
      try {
        return await new Promise<string>((resolve, reject) => {
          settle = { resolve, reject };
          timer = setTimeout(() => reject(new Fault('api.sign-in', 'Nobody signed in in time.')), patienceMs);
        });
      } finally {
        clearTimeout(timer);
      }
    },
    close() {
      server.close();
      // The answer's own connection ends by itself; a browser's spare ones must not keep the command waiting.
      server.closeIdleConnections();
    },
  };
}

function refused(query: URLSearchParams): Fault {
  const name = /AADSTS\d+/.exec(query.get('error_description') ?? '')?.[0];
  const error = (query.get('error') ?? '').replace(/[^\w.-]/g, '').slice(0, 60);
  return new Fault('api.sign-in', `The sign-in was refused (${[error, name].filter(Boolean).join(', ')}).`, {
    advice: 'Check the account, the consent for the app and its redirect address http://localhost.',
  });
}

function show(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'",
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    connection: 'close',
  });
  res.end(`<!doctype html><title>Tocsin</title><p>${text}</p>\n`);
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Into the vault; where a running Tocsin holds the embedded record, into its hands. */
async function keepToken(
  token: string,
  tenant: TenantConnection,
  settings: SignInSettings,
  key: Uint8Array,
  open: typeof openDatabase,
): Promise<void> {
  const name = refreshName(tenant.name);
  try {
    const database = await open({
      dataDir: settings.dataDir,
      ...(settings.database === undefined ? {} : { url: settings.database }),
    });
    try {
      await openStore(database);
      await openKeep(database, key).vault.put(name, token);
    } finally {
      await database.close();
    }
  } catch (error) {
    if (!isFault(error, 'store.locked')) throw error;
    leaveSecret(settings.dataDir, name, token, key);
  }
}
