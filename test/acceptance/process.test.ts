import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { openEmbedded } from '../../src/store/pglite.js';
import {
  doorOf,
  isAlive,
  routeToAll,
  runTocsin,
  sandboxTenant,
  spawnProgram,
  spawnTocsin,
  startTocsin,
  tempDir,
  writeSettings,
  type SpawnOptions,
  type Started,
  type Tocsin,
} from '../support/process.js';
import { putRecord } from '../support/record.js';
import { freePort } from '../support/servers.js';
import { startSink, type Sink } from '../support/sink.js';
import { until } from '../support/until.js';
import type { IncidentView } from './truth.js';

// Each case starts processes.
jest.setTimeout(120_000);

const TOKEN = 'a-token-for-the-console';
const ENV = { TENANT_SECRET: '', CONSOLE_TOKEN: TOKEN };
const FABRIKAM = 'a4d1c7be-1f25-4a86-93a4-0c6c3de2b9f1';
const SOON = 60_000;

let sandbox: Sandbox;
let hook: Sink;
let second: Sink;
let folder: string;
let port: number;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = tempDir();
  sandbox = await openSandbox({ caDir: folder, throttle: false });
  sandbox.directory.addTenant({ tenantId: FABRIKAM, domain: 'fabrikam.example' });
  sandbox.health.setService('Exchange', { name: 'Exchange Online' });
  sandbox.health.putIssue({ id: 'EX100001', title: 'Mail is late', service: 'Exchange Online' });
  [hook, second, port] = await Promise.all([startSink('the webhook'), startSink('the webhook'), freePort()]);
  env = { ...ENV, TENANT_SECRET: sandbox.clientSecret };
});

afterAll(async () => {
  await Promise.all([hook.close(), second.close(), sandbox.close()]);
});

/** Good settings without a word to say about them. */
function settings(over: Readonly<Record<string, unknown>> = {}): object {
  return {
    dataDir: './data',
    http: { port },
    tenants: [sandboxTenant(sandbox, { clientSecret: 'env:TENANT_SECRET' })],
    channels: [{ name: 'hook', kind: 'webhook', url: `${hook.url}/alerts` }],
    route: routeToAll('hook'),
    console: { auth: { kind: 'token', token: 'env:CONSOLE_TOKEN' } },
    ...over,
  };
}

describe('tocsin start refuses', () => {
  const refusal = async (over: Readonly<Record<string, unknown>>, name: string) => {
    const file = writeSettings(folder, settings({ dataDir: `./${name}`, ...over }), `${name}.yaml`);
    const { code, stdout, stderr } = await runTocsin(['start', '--config', file], { env });
    return { code, stdout, lines: stderr.split('\n').filter((line) => line !== '') };
  };

  it('five mistakes with five lines', async () => {
    const mistakes = {
      http: { port: 70_000 },
      tenants: [sandboxTenant(sandbox, { clientSecret: 'env:NOT_SET_ANYWHERE' })],
      channels: [{ name: 'hook', kind: 'webhook', url: 'http://hooks.example/in' }],
      route: { channel: 'hok' },
      colour: 'red',
    };
    const { code, lines, stdout } = await refusal(mistakes, 'mistakes');
    expect([...lines].sort()).toEqual([
      expect.stringMatching(/^channels\[0\]\.url: must be an https address/),
      expect.stringMatching(/^colour: /),
      expect.stringMatching(/^http\.port: must be 65535 or less/),
      expect.stringMatching(/^route\.channel: there is no channel "hok"; did you mean hook\?/),
      expect.stringMatching(/^tenants\[0\]\.clientSecret: .*NOT_SET_ANYWHERE/),
    ]);
    expect({ code, stdout }).toEqual({ code: 78, stdout: '' });
    const checked = await runTocsin(['check', '--config', join(folder, 'mistakes.yaml')], { env });
    expect(checked.stderr.trim().split('\n')).toEqual(lines);
    expect(checked.code).toBe(78);
  });

  it.each([
    [
      'a database that does not answer',
      { database: 'postgres://127.0.0.1:1/x' },
      /database at 127\.0\.0\.1:1/,
    ],
    ['a Redis that does not answer', { redis: 'redis://127.0.0.1:1' }, /Redis at 127\.0\.0\.1:1/],
  ])('%s', async (_what, over, words) => {
    const name = Object.keys(over).join();
    await putRecord(join(folder, name));
    const { code, lines } = await refusal(over, name);
    expect(lines).toEqual([expect.stringMatching(words)]);
    expect(code).toBe(69);
  });

  it('a database of a newer version', async () => {
    await putRecord(join(folder, 'newer'));
    const database = await openEmbedded(join(folder, 'newer'), { thread: false });
    await database.query("insert into tocsin.migrations (version, name) values (9999, 'from the future')");
    await database.close();
    const { code, lines } = await refusal({}, 'newer');
    expect(lines).toEqual([
      expect.stringMatching(/^tocsin: The database is at version 9999; .*newer Tocsin/),
    ]);
    expect(code).toBe(78);
  });

  it('a settings file that is not there', async () => {
    const { code, stderr } = await runTocsin(['start', '--config', join(folder, 'nowhere.yaml')]);
    expect(stderr).toMatch(/^[^\n]*nowhere\.yaml: there is no such file[^\n]*\n$/);
    expect(code).toBe(78);
  });
});

describe('one running instance', () => {
  let tocsin: Tocsin;
  let config: string;

  beforeAll(async () => {
    config = writeSettings(folder, settings());
    tocsin = await startTocsin(config, port, { env, token: TOKEN });
  });

  const tool = (args: readonly string[]) => runTocsin([...args, '--config', config], { env });
  const metric = async (name: string): Promise<string | undefined> => {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const text = await (await fetch(`${tocsin.url}/metrics`, { headers })).text();
    return text.split('\n').find((line) => line.startsWith(`${name} `));
  };

  it('keeps others out of its folder', async () => {
    const file = writeSettings(folder, settings({ http: { port: await freePort() } }), 'other.yaml');
    const { code, stderr } = await runTocsin(['start', '--config', file], { env });
    expect(stderr).toMatch(
      new RegExp(`^tocsin: [^\\n]*data is in use by process ${tocsin.pid}\\.[^\\n]*\\n$`),
    );
    expect(code).toBe(69);
  });

  it('answers ask and doctor', async () => {
    await until(async () => (await incidentsOf(tocsin)).length > 0);
    const [status, nonsense, doctor, why, nobody] = await Promise.all([
      tool(['ask', 'status', '--json']),
      tool(['ask', 'stats']),
      tool(['doctor']),
      tool(['explain', 'EX100001']),
      tool(['explain', 'EX999999', '--tenant', 'contoso']),
    ]);
    expect(JSON.parse(status.stdout)).toMatchObject({
      ok: true,
      card: { title: expect.any(String) as unknown },
    });
    expect(status.stdout).toContain('EX100001');
    expect(status).toMatchObject({ code: 0, stderr: '' });
    expect(why).toMatchObject({ code: 0, stderr: '' });
    expect(why.stdout).toMatch(/Why issue:EX100001 alarms: service-issue[^]*active yes ✓/);
    expect(nobody).toMatchObject({ code: 1, stderr: '' });
    expect(nobody.stdout).toMatch(/Nothing on record is called “EX999999”/);
    expect(nonsense.code).toBe(1);
    expect(nonsense.stdout).toMatch(/status/);
    expect(doctor.stdout).toMatch(/healthOverviews/);
    expect(doctor).toMatchObject({ code: 0, stderr: '' });
  });

  it(
    'refuses bad settings, says so and goes on; uses good ones without a restart',
    async () => {
      expect(await metric('tocsin_reload_success')).toBe('tocsin_reload_success 1');
      writeSettings(folder, settings({ route: { channel: 'nobody' } }));
      process.kill(tocsin.pid, 'SIGHUP');
      await until(async () => (await metric('tocsin_reload_success')) === 'tocsin_reload_success 0');
      expect(tocsin.stderr()).toMatch(/route\.channel: there is no channel \\"nobody\\"/);
      expect(tocsin.stderr()).toMatch(/not used/);
      sandbox.health.putIssue({ id: 'EX100002', title: 'Search is slow', service: 'Exchange Online' });
      await until(() =>
        bodiesOf(hook).some(({ status, text }) => status === 'firing' && text.includes('EX100002')),
      );

      const fabrikam = sandboxTenant(sandbox, {
        name: 'fabrikam',
        tenantId: FABRIKAM,
        clientSecret: 'env:TENANT_SECRET',
      });
      writeSettings(
        folder,
        settings({
          tenants: [sandboxTenant(sandbox, { clientSecret: 'env:TENANT_SECRET' }), fabrikam],
          channels: [
            { name: 'hook', kind: 'webhook', url: `${hook.url}/alerts` },
            { name: 'second', kind: 'webhook', url: `${second.url}/alerts` },
          ],
          route: routeToAll('hook', 'second'),
        }),
      );
      process.kill(tocsin.pid, 'SIGHUP');
      await until(() => bodiesOf(second).some(({ text }) => text.includes('fabrikam')));
      expect(await metric('tocsin_reload_success')).toBe('tocsin_reload_success 1');
      sandbox.health.putIssue({ id: 'EX100003', title: 'Calendars are empty', service: 'Exchange Online' });
      await until(() =>
        ['contoso', 'fabrikam'].every((tenant) =>
          bodiesOf(second).some(({ text }) => text.includes('EX100003') && text.includes(tenant)),
        ),
      );
    },
    SOON,
  );

  it('stops at SIGTERM within seconds and leaves nothing behind', async () => {
    const begun = performance.now();
    expect(await tocsin.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(performance.now() - begun).toBeLessThan(8_000);
    expect(isAlive(tocsin.pid)).toBe(false);
    expect(existsSync(join(folder, 'data', 'tocsin.lock'))).toBe(false);
    await expect(fetch(`${tocsin.url}/healthz`)).rejects.toThrow();
  });

  it(
    'is not needed for check, ask and doctor',
    async () => {
      const check = await tool(['check']);
      expect(check).toMatchObject({ code: 0, stderr: '' });
      const incidents = await tool(['ask', 'incidents', '--json']);
      expect(incidents).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(incidents.stdout)).toMatchObject({ ok: true });
      expect(incidents.stdout).toContain('EX100003');
      const why = await tool(['explain', 'service:Exchange', '--json']);
      expect(why).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(why.stdout)).toMatchObject({ ok: true, card: { topic: 'explain:service:Exchange' } });
      expect(await tool(['doctor'])).toMatchObject({ code: 0, stderr: '' });
      const denied = sandbox.faults.add({
        match: /serviceAnnouncement/,
        kind: { kind: 'status', status: 403 },
      });
      const doctor = await tool(['doctor']);
      denied.remove();
      expect(doctor.stdout).toMatch(/ServiceHealth\.Read\.All/);
      expect(doctor).toMatchObject({ code: 69, stderr: '' });
    },
    SOON,
  );
});

describe('tocsin demo', () => {
  const greeted = (demo: Started, at: number) =>
    until(() => demo.stdout().includes(`http://127.0.0.1:${at}`), SOON);

  it('shows its address, and stops at Ctrl-C', async () => {
    const at = await freePort();
    const demo = spawnTocsin(['demo', '--port', String(at)], { cwd: tempDir() });
    await greeted(demo, at);
    expect(await demo.kill('SIGINT')).toEqual({ code: 0, signal: null });
    expect(demo.stdout()).toMatch(/Stopped\.\n$/);
    expect(demo.stderr()).toBe('');
  });

  it('started by npm it shows its first incident, and stops as a whole when Ctrl-C goes to all of them', async () => {
    const at = await freePort();
    const cwd = tempDir();
    // The script as it stands, without compiling under the feet of the other tests.
    const script = scriptOf('demo').replace('npm run -s build', 'true');
    writeSettings(cwd, { private: true, scripts: { demo: script } }, 'package.json');
    const options: SpawnOptions = { cwd, group: true };
    const npm = spawnProgram('npm', ['run', '--silent', 'demo', '--', '--port', String(at)], options);
    await greeted(npm, at);
    const door = doorOf(`http://127.0.0.1:${at}`);
    await until(
      async () => (await incidentsOf(door)).some(({ baseline, alerts }) => !baseline && alerts.length > 0),
      SOON,
    );
    expect((await npm.kill('SIGINT')).code).toBe(0);
    expect(npm.stdout()).toMatch(/Stopped\.\n$/);
    await until(() => !isAlive(-npm.pid));
  });
});

function scriptOf(name: string): string {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  return (scripts[name] ?? '').replace('dist/src/cli.js', join(root, 'dist/src/cli.js'));
}

async function incidentsOf(door: Pick<Tocsin, 'get'>): Promise<readonly IncidentView[]> {
  return ((await door.get('/api/v1/incidents?limit=1000')) as { incidents: IncidentView[] }).incidents;
}

function bodiesOf(sink: Sink): readonly { status: string; text: string }[] {
  return sink.requests.map(({ body, text }) => ({ status: (body as { status: string }).status, text }));
}
