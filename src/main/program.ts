import { hostname } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { askerOf } from '../engine/asker.js';
import { openDesk } from '../engine/desk.js';
import { openEars, type Ears } from '../engine/inbox.js';
import { openMetrics } from '../engine/metrics.js';
import { openQueues } from '../engine/queues.js';
import { startEngine } from '../engine/engine.js';
import { callbackMounts } from '../http/callbacks.js';
import { openCharts } from '../http/charts.js';
import { openFeeds } from '../http/feeds.js';
import { openHttp } from '../http/server.js';
import type { HttpAuth } from '../http/deps.js';
import { openEntraSignIn } from '../lib/entra.js';
import { consoleView, recordData, type RecordDeps } from '../http/record.js';
import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { Json } from '../model/json.js';
import { matches } from '../lib/matchers.js';
import { heardBy, scopesOf } from '../notify/scope.js';
import type { Rule } from '../rules/compile.js';
import type { Settings } from '../settings/index.js';
import { openKeep } from '../store/keep.js';
import { vaultKey } from './vault-key.js';
import { openDatabase } from '../store/open.js';
import { openStore } from '../store/sql.js';
import { takeSecrets } from './handover.js';
import { framesOf } from './frames.js';
import { PAGES } from './pages.js';
import type { Roster } from '../oncall/on-call.js';
import { openHeartbeat } from './heartbeat.js';
import { openParts } from './parts.js';
import { rosterOf } from './roster.js';
import { backtesterOf, backtestText } from './backtester.js';
import { openCalendars } from './calendars.js';
import { calleesOf } from './callees.js';
import { CALLBACK_PATH } from '../sources/partner-insights/callback.js';

export type ProcessRole = 'all' | 'poll' | 'work' | 'web';

export interface Program {
  /** Where the console answers; undefined for a process without one. */
  readonly url: string | undefined;
  readonly ears: Ears;
  /** New settings as a whole: what cannot change while running is said and left. */
  reload(settings: Settings, rules: readonly Rule[]): Promise<void>;
  /** New settings were read and are not used. */
  refused(): void;
  /** Resolves when the program can no longer run (its database died). */
  readonly lost: Promise<Error>;
  close(): Promise<void>;
}

export interface ProgramOptions {
  readonly settings: Settings;
  readonly rules: readonly Rule[];
  readonly role: ProcessRole;
  readonly clock: Clock;
  readonly log: Log;
}

/** Composes the running program out of checked settings. Throws the store's and queue's faults. */
export async function openProgram({ settings, rules, role, clock, log }: ProgramOptions): Promise<Program> {
  const database = await openDatabase({
    dataDir: settings.dataDir,
    ...(settings.database === undefined ? {} : { url: settings.database }),
  });
  const closers: (() => Promise<unknown>)[] = [() => database.close()];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.reverse())
      await close().catch((error: unknown) => log.warn({ err: error }, 'closing'));
    closers.length = 0;
  };
  try {
    const store = await openStore(database);
    // Whoever held a lease of an embedded record died with its process.
    if (database.kind === 'embedded') await store.releaseAll();
    const queues = await openQueues({
      database,
      log,
      ...(settings.redis === undefined ? {} : { redisUrl: settings.redis }),
    });
    closers.push(() => queues.close());
    const memory = {
      get: (key: string) => store.get(key),
      put: (key: string, value: Json) => store.put(key, value),
    };
    const key = vaultKey(settings.dataDir, process.env);
    const keep = openKeep(database, key);
    let parts = await openParts(settings, rules, { log, now: () => clock.now(), memory, keep });
    closers.push(() => parts.close());
    const calendars = await openCalendars({
      schedules: () => parts.settings.schedules,
      people: () => parts.settings.people,
      memory,
      now: () => clock.now(),
      log,
    });
    closers.push(() => calendars.close());

    const metrics = openMetrics(store, () => queues.depths());
    const listeners = new Set<(event: { topic: string }) => void>();
    const changed = (topic: string): void => {
      for (const listener of listeners) listener({ topic });
    };
    const reachable = (): ReadonlySet<string> =>
      new Set([...parts.channels, ...parts.personal].map(({ name }) => name));
    const roster = (since = clock.now()): Promise<Roster> =>
      rosterOf(parts.settings, store, since, calendars.events());
    const heartbeat = openHeartbeat({
      heartbeat: () => parts.settings.heartbeat,
      store,
      clock,
      log,
      sources: () => parts.sources,
    });
    closers.push(() => heartbeat.close());
    const engine = await startEngine({
      store,
      queues,
      clock,
      log,
      matches,
      random: Math.random,
      measure: metrics,
      owner: `${hostname()}:${process.pid}`,
      url: settings.http.publicUrl,
      rules: () => parts.rules,
      root: () => parts.settings.route,
      tenants: () => tenantNames(parts.settings),
      inhibitions: () => parts.settings.inhibit,
      muteTimes: () => parts.settings.muteTimes,
      life: () => parts.settings.incidents,
      groups: () => parts.groups,
      sources: () => parts.sources,
      channels: () => [...parts.channels, ...parts.personal],
      people: () => parts.settings.people,
      schedules: () => parts.settings.schedules,
      escalations: () => parts.settings.escalations,
      reachable,
      roster,
      fallbackOf: (name) => parts.settings.channels.find((channel) => channel.name === name)?.fallback,
      channelNames: () => parts.settings.channels.map(({ name }) => name),
      historyMs: () => parts.settings.retention.historyMs,
      callsMs: () => parts.settings.retention.callsMs,
      changed,
      calendars: () => calendars.health(),
      beat: (stuck) => heartbeat.beat(stuck),
      does: { poll: role === 'all' || role === 'poll', work: role === 'all' || role === 'work' },
    });
    closers.push(() => engine.close());

    const stopTaking = await takeSecrets({
      dataDir: settings.dataDir,
      vault: keep.vault,
      key,
      taken: async () => {
        for (const source of parts.sources)
          if (source.kind === 'partner-insights') await engine.pollNow(source.key);
      },
      log,
    });
    closers.push(async () => stopTaking());

    const kick = async (channels: readonly string[], incidents: readonly number[]): Promise<void> => {
      changed('incidents');
      await engine.kick(channels);
      await engine.escalate(incidents);
    };
    const feeds = openFeeds({
      memory,
      url: settings.http.publicUrl,
      now: () => clock.now(),
      schedules: () => parts.settings.schedules,
      roster,
      log,
    });
    const backtest = backtesterOf(() => parts, store, clock);
    const desk = openDesk({
      backtest,
      documents: keep.documents,
      people: () => parts.settings.people,
      store,
      clock,
      tenants: () => parts.settings.tenants.map((tenant) => tenant.connection),
      sources: () => parts.sources,
      channels: () => parts.channels,
      rules: () => parts.rules,
      life: () => parts.settings.incidents,
      schedules: () => parts.settings.schedules,
      roster,
      feed: (name) => feeds.addressOf(name),
      heartbeat: () => parts.settings.heartbeat !== undefined,
      kick,
      paging: {
        store,
        clock,
        matches,
        root: () => parts.settings.route,
        people: () => parts.settings.people,
        schedules: () => parts.settings.schedules,
        roster,
        reachable,
        kick,
      },
    });
    const charts = openCharts({ memory, url: settings.http.publicUrl, now: () => clock.now(), log });
    const ears = openEars({
      store,
      illustrate: charts.illustrate,
      channelIs: engine.channelIs,
      desk,
      log,
      url: settings.http.publicUrl,
      people: () => parts.settings.people,
      audience: (channel) =>
        heardBy(
          channel,
          scopesOf(parts.settings.route, tenantNames(parts.settings), matches),
          parts.settings.channels,
        ),
      metrics,
    });
    const hears = role === 'all' || role === 'web';
    if (hears) await parts.listen(ears);

    const record: RecordDeps = {
      store,
      documents: keep.documents,
      now: () => clock.now(),
      url: settings.http.publicUrl,
      rules: () => parts.rules.map((rule) => rule.definition),
      desk,
      backtest: (request) => backtestText(request, backtest, settings.http.publicUrl),
    };
    const callbacks = callbackMounts({
      path: CALLBACK_PATH,
      callees: () => calleesOf(parts.sources, keep.vault, store),
      poll: (source, delayMs) => engine.pollNow(source, clock.real(delayMs)),
      measure: metrics,
      clock,
      log,
    });
    const auth = authOf(settings, log);
    if (auth.kind === 'entra') closers.push(() => auth.signIn.close());
    const http = hears
      ? await openHttp({
          host: settings.http.host,
          port: settings.http.port,
          publicUrl: settings.http.publicUrl,
          auth,
          framedBy: framesOf(settings),
          now: () => clock.now(),
          ask: async (text, speaker) => {
            const { card, replaces, ok, file } = await ears.answer(text, speaker);
            return { card, replaces, ok, ...(file === undefined ? {} : { file }) };
          },
          role: async (speaker) => (await askerOf(speaker, parts.settings.people)).role,
          data: recordData(record),
          cards: () => consoleView(record),
          ready: async () => readiness(store.ping(), queues.ping()),
          metrics: () => metrics.text(),
          subscribe: (listener) => {
            listeners.add(listener);
            return () => void listeners.delete(listener);
          },
          get mounts() {
            return [...parts.mounts, ...callbacks, charts.mount, feeds.mount, ...PAGES];
          },
          log,
        })
      : undefined;
    if (http !== undefined) closers.push(() => http.close());
    // Another process polls and announces: watchers are told to look from time to time.
    if (role === 'web') {
      const timer = setInterval(() => changed('tick'), 3_000);
      closers.push(async () => clearInterval(timer));
    }

    return {
      url: http?.url,
      ears,
      lost: 'lost' in database ? (database.lost as Promise<Error>) : new Promise(() => undefined),
      refused: () => metrics.reloaded(false),
      async reload(next, nextRules) {
        for (const what of needsRestart(settings, next))
          log.warn(`${what} changed in the settings: that takes a restart`);
        const fresh = await openParts(next, nextRules, { log, now: () => clock.now(), memory, keep });
        const before = parts;
        if (hears) await fresh.listen(ears);
        parts = fresh;
        await engine.reschedule();
        metrics.reloaded(true);
        await before.close();
        changed('settings');
      },
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** What is opened once, at the start. */
function needsRestart(before: Settings, next: Settings): string[] {
  const parts = ['dataDir', 'database', 'redis', 'http', 'console', 'log'] as const;
  return parts.filter((part) => !isDeepStrictEqual(before[part], next[part]));
}

function tenantNames({ tenants }: Settings): readonly string[] {
  return tenants.map(({ connection }) => connection.name);
}

function authOf({ console: { auth } }: Settings, log: Log): HttpAuth {
  if (auth.kind !== 'entra') return auth;
  const { app, token } = auth;
  return { kind: 'entra', signIn: openEntraSignIn(app, log), secret: app.clientSecret, token };
}

async function readiness(
  store: Promise<void>,
  queue: Promise<void>,
): Promise<{ store: boolean; queue: boolean; detail?: string }> {
  const [record, jobs] = await Promise.allSettled([store, queue]);
  const failed = [record, jobs].find((result) => result.status === 'rejected');
  return {
    store: record.status === 'fulfilled',
    queue: jobs.status === 'fulfilled',
    ...(failed === undefined
      ? {}
      : { detail: failed.reason instanceof Error ? failed.reason.message : String(failed.reason) }),
  };
}
