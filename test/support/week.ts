import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer } from '../../src/commands/command.js';
import { drainChannel } from '../../src/engine/announce.js';
import { openDesk } from '../../src/engine/desk.js';
import { openEars, type Ears } from '../../src/engine/inbox.js';
import { joinTenant } from '../../src/engine/join.js';
import { pollOnce } from '../../src/engine/poll.js';
import { observeChannel } from '../../src/engine/self.js';
import { silentLog } from '../../src/lib/log.js';
import { matches } from '../../src/lib/matchers.js';
import { backtesterOf } from '../../src/main/backtester.js';
import { configureText } from '../../src/main/configure.js';
import { openParts } from '../../src/main/parts.js';
import { rosterOf } from '../../src/main/roster.js';
import type { AdapterMemory } from '../../src/notify/adapter.js';
import type { SourceKind } from '../../src/model/source.js';
import { openSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { playWeek } from '../../src/sandbox/week/index.js';
import { openKeep } from '../../src/store/keep.js';
import { openStore } from '../../src/store/sql.js';
import type { Store } from '../../src/store/store.js';
import { T0 } from './builders.js';
import { memoryDatabase } from './record.js';

/** The scripted week of the sandbox on a clock that is moved by hand: real sources, record, engine and commands. */
export interface PlayedWeek {
  readonly sandbox: Sandbox;
  readonly store: Store;
  now(): number;
  /** The clock stands this long after the week's start; every source of these kinds is polled, and channels are told. */
  at(ms: number, ...kinds: readonly SourceKind[]): Promise<void>;
  ask(command: string): Promise<Answer>;
  /** For an adapter that people speak through. */
  readonly ears: Ears;
  close(): Promise<void>;
}

export async function openWeek(more: object = {}): Promise<PlayedWeek> {
  const home = await mkdtemp(join(tmpdir(), 'tocsin-week-'));
  let now = T0;
  const clock = { now: () => now, real: (ms: number) => ms };
  const sandbox = await openSandbox({ clock, caDir: home });
  playWeek(sandbox, clock);
  const { settings, rules, problems } = await configureText(
    JSON.stringify(settingsOf(sandbox, home, more)),
    'week',
  );
  if (settings === undefined) throw new Error(problems.join('\n'));
  const database = await memoryDatabase();
  const store = await openStore(database);
  const memory: AdapterMemory = { get: (key) => store.get(key), put: (key, value) => store.put(key, value) };
  const keep = openKeep(database, Buffer.alloc(32, 7));
  const parts = await openParts(settings, rules, { log: silentLog, now: () => now, memory, keep });
  const shared = {
    store,
    clock,
    log: silentLog,
    matches,
    rules: () => rules,
    root: () => settings.route,
    kick: async () => undefined,
  };
  const desk = openDesk({
    ...shared,
    backtest: backtesterOf(() => parts, store, clock),
    tenants: () => settings.tenants.map(({ connection }) => connection),
    sources: () => parts.sources,
    channels: () => parts.channels,
    schedules: () => settings.schedules,
    roster: async (since) => rosterOf(settings, await store.overrides(since)),
  });
  const ears = openEars({
    store,
    desk,
    log: silentLog,
    url: settings.http.publicUrl,
    people: () => [],
    metrics: { commanded: () => undefined },
  });
  const announce = {
    ...shared,
    owner: 'week',
    url: settings.http.publicUrl,
    inhibitions: () => settings.inhibit,
    muteTimes: () => settings.muteTimes,
    random: () => 0.5,
    measure: { delivered: () => undefined, polled: () => undefined },
    onHealth: async (health: Parameters<typeof observeChannel>[0]) => {
      await observeChannel(health, shared);
    },
  };
  return {
    sandbox,
    store,
    now: () => now,
    async at(ms, ...kinds) {
      now = T0 + ms;
      for (const source of parts.sources) if (kinds.includes(source.kind)) await pollOnce(source, announce);
      await joinTenant('contoso', now, { store, sources: () => parts.sources, log: silentLog });
      for (const channel of parts.channels) await drainChannel(channel, announce);
    },
    ears,
    ask: (command) => ears.answer(command, { platform: 'cli', id: 'cli', name: 'cli' }),
    async close() {
      await parts.close();
      await sandbox.close();
      await store.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function settingsOf(sandbox: Sandbox, home: string, more: object): object {
  const { cqd } = sandbox;
  const every = '5m';
  return {
    dataDir: home,
    http: { host: '127.0.0.1', port: 3978 },
    tenants: [
      {
        name: 'contoso',
        tenantId: sandbox.tenantId,
        clientId: sandbox.clientId,
        clientSecret: sandbox.clientSecret,
        endpoints: sandbox.endpoints,
        ca: `file:${sandbox.caFile ?? ''}`,
        sources: [
          { kind: 'service-health', every },
          { kind: 'message-center', every },
          { kind: 'direct-routing', every },
          { kind: 'cqd', name: 'paris', url: cqd.url, timeZone: cqd.timeZone, every },
          {
            kind: 'partner-insights',
            every,
            auth: { kind: 'refresh-token', token: sandbox.refreshToken() },
          },
        ],
      },
    ],
    channels: [{ name: 'noc', kind: 'webhook', url: sandbox.hook.url }],
    route: { channel: 'noc', groupWait: '0s' },
    rules: ['builtin'],
    console: { auth: { kind: 'none' } },
    ...more,
  };
}
