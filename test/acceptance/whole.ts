import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPrivateKey } from 'node:crypto';
import '../../src/sandbox/reflect.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { T0 } from '../support/builders.js';
import { clientCertificate } from '../support/graph-double.js';
import { sharedClock, startClocked, type Clocked, type SharedClock } from '../support/clocked.js';
import { startConnector, type Connector } from '../support/connector.js';
import type { Secret } from '../support/leaks.js';
import { routeToAll, tempDir, writeSettings } from '../support/process.js';
import { freePort } from '../support/servers.js';
import { startSink, type Sink } from '../support/sink.js';
import { until } from '../support/until.js';
import { CHANNEL, startSlack, type SlackDouble } from './slack-double.js';

/** The whole program with every kind of source and channel, and a secret of its own in each place that takes one. */
export interface Whole {
  readonly sandbox: Sandbox;
  readonly slack: SlackDouble;
  readonly teams: Connector;
  readonly hook: Sink;
  readonly program: Clocked;
  readonly clock: SharedClock;
  /** The settings file, for a command line beside the running program. */
  readonly config: string;
  readonly dataDir: string;
  /** The settings as an object, to write another file with something in them wrong. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: readonly Secret[];
  /** A page of the console or the API, asked for with the console's token: its text. */
  read(path: string): Promise<string>;
  /** The API's JSON. */
  api(path: string): Promise<unknown>;
  command(text: string): Promise<Said>;
  close(): Promise<void>;
}

export interface Said {
  readonly ok: boolean;
  readonly text: string;
  /** The whole answer as it came. */
  readonly raw: string;
}

/** How much faster than life the program's clock runs: `every: 1s` is five polls a second. */
const SPEED = 5;

const FABRIKAM = 'a4d1c7be-1f25-4a86-93a4-0c6c3de2b9f1';
const FABRIKAM_APP = '7d0c1b9a-3e2f-4d5c-8b7a-6f5e4d3c2b1a';
const TEAMS_APP = '2b3c4d5e-6f70-4182-93a4-b5c6d7e8f901';
export const ACCOUNT = { domain: 'CONTOSO', username: 'svc-tocsin' };

/** One for each place that takes one; none of them may be read anywhere else. */
export const SECRETS = {
  contoso: 'Canary~client.secret-8Q4uZr1',
  passphrase: 'Canary passphrase of a key & more',
  cqd: 'Canary-cqd-pa55/word+',
  teams: 'Canary~teams.app-password.5Jw',
  botToken: 'xoxb-canary-9999-bot-token-KpV',
  signing: 'canary0signing0secret0slack0f00d',
  webhook: 'Canary-webhook-hmac-key-77',
  console: 'Canary-console-token-31337',
} as const;

/** Opens everything; resolves once the first polls of every source are through. */
export async function openWhole(): Promise<Whole> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const one of closers.splice(0).reverse()) await one();
  };
  const kept = async <C extends { close(): Promise<unknown> }>(opening: Promise<C>): Promise<C> => {
    const opened = await opening;
    closers.push(() => opened.close());
    return opened;
  };
  try {
    const home = tempDir();
    const clock = sharedClock(T0, SPEED);
    const port = await freePort();
    const { openSandbox } = await import('../../src/sandbox/sandbox.js');
    const [sandbox, slack, teams, hook, certificate] = await Promise.all([
      kept(openSandbox({ clock, caDir: home, clientSecret: SECRETS.contoso })),
      kept(startSlack()),
      kept(startConnector()),
      kept(startSink('the webhook')),
      clientCertificate(),
    ]);
    furnish(sandbox, certificate.certificate);
    const refresh = sandbox.refreshToken();
    const settings = settingsOf({ home, port, sandbox, slack, teams, hook, certificate, refresh });
    const config = writeSettings(home, settings);
    const program = await kept(startClocked(settings, clock));
    const door = doorTo(program.url);
    await until(async () => {
      const { subjects } = (await door.api('subjects?limit=1000')) as {
        subjects: readonly { kind: string }[];
      };
      return new Set(subjects.map(({ kind }) => kind)).size >= 3;
    });
    const secrets = [
      ...Object.entries(SECRETS).map(([name, value]) => ({ name: `the secret of ${name}`, value })),
      { name: 'the refresh token', value: refresh },
    ];
    const dataDir = join(home, 'data');
    return {
      sandbox,
      slack,
      teams,
      hook,
      program,
      clock,
      config,
      dataDir,
      settings,
      secrets,
      ...door,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A tenant with a certificate, the bot's app, two services, a post and a dashboard that asks for a password. */
function furnish(sandbox: Sandbox, certificate: string): void {
  sandbox.directory.addTenant({ tenantId: FABRIKAM, domain: 'fabrikam.example' });
  sandbox.directory.addApp({
    clientId: FABRIKAM_APP,
    certificates: [certificate],
    roles: ['ServiceHealth.Read'],
  });
  sandbox.directory.addApp({ clientId: TEAMS_APP, clientSecret: SECRETS.teams, roles: [] });
  sandbox.health.setService('Exchange', { name: 'Exchange Online' });
  sandbox.health.setService('microsoftteams', { name: 'Microsoft Teams' });
  sandbox.messages.putMessage({
    id: 'MC900001',
    title: 'Something that was there before',
    services: ['Exchange Online'],
    html: '<p>Nothing to do.</p>',
  });
  sandbox.cqd.control.auth({ kind: 'ntlm', accounts: [{ ...ACCOUNT, password: SECRETS.cqd }] });
}

interface Parts {
  readonly home: string;
  readonly port: number;
  readonly sandbox: Sandbox;
  readonly slack: SlackDouble;
  readonly teams: Connector;
  readonly hook: Sink;
  readonly certificate: { readonly certificate: string; readonly privateKey: string };
  readonly refresh: string;
}

function settingsOf({ home, port, sandbox, slack, teams, hook, certificate, refresh }: Parts) {
  const folder = join(home, 'secrets');
  mkdirSync(folder);
  const secret = (name: string, value: string): string => {
    writeFileSync(join(folder, name), value);
    return `file:${join(folder, name)}`;
  };
  const key = createPrivateKey(certificate.privateKey).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: SECRETS.passphrase,
  });
  writeFileSync(join(folder, 'app.pem'), `${certificate.certificate}\n${key.toString()}`);
  const ca = `file:${sandbox.caFile ?? ''}`;
  const { endpoints, cqd } = sandbox;
  return {
    dataDir: join(home, 'data'),
    http: { port, publicUrl: `https://127.0.0.1:${port}` },
    log: { level: 'debug' },
    tenants: [
      {
        name: 'contoso',
        tenantId: sandbox.tenantId,
        clientId: sandbox.clientId,
        clientSecret: secret('contoso', SECRETS.contoso),
        endpoints,
        ca,
        sources: [
          { kind: 'service-health', every: '2s' },
          { kind: 'message-center', every: '2s' },
          { kind: 'direct-routing', every: '2s' },
          {
            kind: 'cqd',
            name: 'paris',
            url: cqd.url,
            timeZone: cqd.timeZone,
            every: '2s',
            auth: { kind: 'ntlm', ...ACCOUNT, password: secret('cqd', SECRETS.cqd) },
          },
          {
            kind: 'partner-insights',
            every: '2s',
            auth: { kind: 'refresh-token', token: secret('refresh', refresh) },
          },
        ],
      },
      {
        name: 'fabrikam',
        tenantId: FABRIKAM,
        clientId: FABRIKAM_APP,
        certificate: {
          file: join(folder, 'app.pem'),
          passphrase: secret('passphrase', SECRETS.passphrase),
        },
        endpoints,
        ca,
        sources: [
          { kind: 'service-health', every: '2s', api: 'office365' },
          { kind: 'message-center', every: '2s', api: 'office365' },
        ],
      },
    ],
    slack: {
      botToken: secret('bot', SECRETS.botToken),
      signingSecret: secret('signing', SECRETS.signing),
      apiUrl: slack.apiUrl,
    },
    teams: {
      appId: TEAMS_APP,
      appPassword: secret('teams', SECRETS.teams),
      tenantId: sandbox.tenantId,
      ca,
      endpoints: { login: endpoints.login, scope: endpoints.graph },
    },
    channels: [
      { name: 'noc-slack', kind: 'slack', channel: CHANNEL },
      { name: 'noc-teams', kind: 'teams', conversation: teams.conversation, serviceUrl: teams.url },
      { name: 'hook', kind: 'webhook', url: `${hook.url}/alerts`, secret: secret('hook', SECRETS.webhook) },
    ],
    route: routeToAll('noc-slack', 'noc-teams', 'hook'),
    rules: ['builtin', rulesFile(home)],
    console: { auth: { kind: 'token', token: secret('console', SECRETS.console) } },
  };
}

/** A rule of the user's own on the facts of calls. */
function rulesFile(home: string): string {
  const rule = {
    name: 'trunk-fails-now',
    source: 'direct-routing',
    subject: 'trunk:',
    when: 'now.failed >= 3',
    severity: 'critical',
    summary: '{{trunk}}: {{failed}} calls failed, {{verdict}}',
    description: '{{nextStep}}',
  };
  const file = join(home, 'rules.yaml');
  writeFileSync(file, JSON.stringify([rule]));
  return file;
}

function doorTo(url: string): Pick<Whole, 'read' | 'api' | 'command'> {
  const headers = { authorization: `Bearer ${SECRETS.console}`, 'content-type': 'application/json' };
  const read = async (path: string): Promise<string> => (await fetch(`${url}${path}`, { headers })).text();
  return {
    read,
    api: async (path) => JSON.parse(await read(`/api/v1/${path}`)) as unknown,
    async command(text) {
      const body = JSON.stringify({ command: text });
      const answer = await fetch(`${url}/api/v1/command`, { method: 'POST', headers, body });
      const raw = await answer.text();
      const { ok, text: words } = JSON.parse(raw) as { ok?: boolean; text?: string };
      return { ok: ok === true, text: words ?? '', raw };
    },
  };
}
