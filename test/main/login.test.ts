import '../../src/sandbox/reflect.js';
import { afterEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, fetch as fetchWith } from 'undici';
import { silentLog } from '../../src/lib/log.js';
import { takeSecrets } from '../../src/main/handover.js';
import { signInTo, type SignInSettings } from '../../src/main/sign-in.js';
import { vaultKey } from '../../src/main/vault-key.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { openDatabase } from '../../src/store/open.js';
import { openStore } from '../../src/store/sql.js';
import { openVault } from '../../src/store/vault.js';
import { putRecord } from '../support/record.js';
import { until } from '../support/until.js';
import { tenantOf } from '../support/tenant-of.js';

const openRecord: typeof openDatabase = (where) => openDatabase({ ...where, thread: false });
const NAME = 'partner-insights/refresh/contoso';

let closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

async function rig() {
  const { openSandbox } = await import('../../src/sandbox/sandbox.js');
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-login-'));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  const sandbox = await openSandbox();
  closing.push(() => sandbox.close());
  const dataDir = join(folder, 'data');
  await putRecord(dataDir);
  const settings: SignInSettings = {
    dataDir,
    tenants: [
      {
        connection: tenantOf(sandbox),
        sources: [{ kind: 'partner-insights', everyMs: 600_000, settings: {} }],
      },
    ],
  };
  return { sandbox, settings, dataDir };
}

/** Does what a browser does with the address that is printed. */
function openBrowser(sandbox: Sandbox) {
  const said: string[] = [];
  const dispatcher = new Agent({ connect: { ca: sandbox.caPem } });
  closing.push(() => dispatcher.destroy());
  return {
    said,
    say: (text: string) => void said.push(text),
    /** The page to which the sign-in leads back. */
    async signIn(): Promise<URL> {
      const address = await until(() => /https:\S+/.exec(said.join(''))?.[0]);
      const answer = await fetchWith(address, { dispatcher, redirect: 'manual' });
      return new URL(answer.headers.get('location') ?? '');
    },
  };
}

async function land(url: URL): Promise<number> {
  return (await fetch(url.href.replace('localhost', '127.0.0.1'))).status;
}

describe('tocsin login partner-center', () => {
  it('keeps the refresh token that a sign-in with PKCE yields', async () => {
    const { sandbox, settings, dataDir } = await rig();
    const browser = openBrowser(sandbox);
    const done = signInTo(settings, { tenant: 'Contoso', port: 0, openRecord, say: browser.say });
    const back = await browser.signIn();
    expect(browser.said.join('')).toContain('code_challenge_method=S256');
    const forged = new URL(back);
    forged.searchParams.set('state', 'another');
    expect(await land(forged)).toBe(400);
    expect(await land(back)).toBe(200);
    await done;
    expect(browser.said.at(-1)).toContain('Signed in');

    const database = await openRecord({ dataDir });
    await openStore(database);
    closing.push(() => database.close());
    const token = await openVault(database, vaultKey(dataDir, {})).get(NAME);
    expect(token).toMatch(/^1\.A/);
    expect(browser.said.join('')).not.toContain(token);
  });

  it('hands the token to the Tocsin that holds the record', async () => {
    const { sandbox, settings, dataDir } = await rig();
    const database = await openRecord({ dataDir });
    closing.push(() => database.close());
    await openStore(database);
    const key = vaultKey(dataDir, {});
    const vault = openVault(database, key);
    const browser = openBrowser(sandbox);
    const done = signInTo(settings, { tenant: 'contoso', port: 0, openRecord, say: browser.say });
    expect(await land(await browser.signIn())).toBe(200);
    await done;
    const [file = ''] = await readdir(join(dataDir, 'handover'));
    expect(await readFile(join(dataDir, 'handover', file), 'utf8')).not.toContain('1.A');

    const taken: string[] = [];
    const stop = await takeSecrets({
      dataDir,
      vault,
      key,
      taken: async (name) => void taken.push(name),
      log: silentLog,
    });
    stop();
    expect(taken).toEqual([NAME]);
    expect(await vault.get(NAME)).toMatch(/^1\.A/);
    expect(await readdir(join(dataDir, 'handover'))).toEqual([]);
  });

  it('says what stands in the way', async () => {
    const { settings } = await rig();
    const say = (): void => undefined;
    await expect(signInTo(settings, { tenant: 'nobody', port: 0, openRecord, say })).rejects.toThrow(
      /no tenant nobody/,
    );
    await expect(
      signInTo(settings, { tenant: 'contoso', port: 0, openRecord, say, patienceMs: 20 }),
    ).rejects.toMatchObject({ code: 'api.sign-in' });
  });
});
