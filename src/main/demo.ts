import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fastClock } from '../lib/clock.js';
import { openLog } from '../lib/log.js';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.js';
import { playWeek } from '../sandbox/week/index.js';
import { configureText } from './configure.js';
import { openProgram } from './program.js';
import { stopWished, untilStopped } from './signals.js';

export interface DemoOptions {
  readonly port: number;
  /** How many times faster than life. */
  readonly speed: number;
  readonly keep: boolean;
}

const DATA = 'data-demo';

/** The whole product on a sandbox tenant: the same settings, engine and console as `start`, on a clock that runs fast. */
export async function runDemo({ port, speed, keep }: DemoOptions): Promise<number> {
  if (!keep) await rm(DATA, { recursive: true, force: true });
  await mkdir(DATA, { recursive: true });
  const clock = fastClock(Date.now(), speed);
  const log = openLog('warn');
  const sandbox = await openSandbox({ clock, caDir: join(DATA, 'sandbox') });
  try {
    playWeek(sandbox, clock);
    const { settings, rules, problems } = await configureText(settingsOf(sandbox, port), 'demo');
    if (settings === undefined) throw new Error(problems.join('\n'));
    const program = await openProgram({ settings, rules, role: 'all', clock, log });
    try {
      // Who reads the greeting may press Ctrl-C at once.
      const wished = stopWished(log);
      process.stdout.write(greeting(program.url ?? '', speed));
      // The week begins once Tocsin has seen how things stand: what opens then is news, however slow the machine.
      const begin = setInterval(() => {
        if (sandbox.requests.filter((request) => request.path.endsWith('/issues')).length > 1) clock.go();
      }, 100);
      try {
        return await untilStopped(program, wished, log);
      } finally {
        clearInterval(begin);
      }
    } finally {
      await program.close();
      process.stdout.write('Stopped.\n');
    }
  } finally {
    await sandbox.close();
  }
}

function settingsOf(sandbox: Sandbox, port: number): string {
  const { cqd } = sandbox;
  return JSON.stringify({
    dataDir: DATA,
    http: { host: '127.0.0.1', port },
    tenants: [
      {
        name: 'contoso',
        tenantId: sandbox.tenantId,
        clientId: sandbox.clientId,
        clientSecret: sandbox.clientSecret,
        endpoints: sandbox.endpoints,
        ca: `file:${sandbox.caFile ?? ''}`,
        // Five minutes of the demo's time are one second at the usual speed.
        sources: [
          { kind: 'service-health', every: '5m' },
          {
            kind: 'partner-insights',
            every: '10m',
            auth: { kind: 'refresh-token', token: sandbox.refreshToken() },
          },
          { kind: 'message-center', every: '15m' },
          { kind: 'direct-routing', every: '10m' },
          { kind: 'cqd', name: 'paris', url: cqd.url, timeZone: cqd.timeZone, every: '5m' },
        ],
      },
    ],
    channels: [{ name: 'sandbox-hook', kind: 'webhook', url: sandbox.hook.url }],
    people: ['alice', 'bob'].map((name) => ({
      name,
      email: `${name}@contoso.com`,
      notify: [{ via: 'sandbox-hook' }],
    })),
    schedules: [
      {
        name: 'voice',
        layers: [{ rotate: 'daily', handover: '09:00', people: ['alice', 'bob'] }],
      },
    ],
    route: { channel: 'sandbox-hook' },
    rules: ['builtin'],
    console: { auth: { kind: 'none' } },
  });
}

function greeting(url: string, speed: number): string {
  return [
    '',
    `  Tocsin demo: a sandbox tenant plays a scripted week, ${speed} times as fast as life.`,
    '',
    `  Console   ${url}`,
    '  Ask       type `status`, `calls`, `incidents` or `help` into the box there',
    ...(url.endsWith(':3978') ? ['            or in another terminal: npx tocsin ask calls'] : []),
    '  Stop      Ctrl-C',
    '',
    '  The first incident opens within half a minute.',
    '',
  ].join('\n');
}
