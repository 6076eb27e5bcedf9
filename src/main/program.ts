import { isDeepStrictEqual } from 'node:util';
import { startEngine, type Engine } from '../engine/engine.js';
import type { Ears } from '../engine/inbox.js';
import { openMetrics, type Metrics } from '../engine/metrics.js';
import { openQueues } from '../engine/queues.js';
import { openCharts } from '../http/charts.js';
import { openFeeds } from '../http/feeds.js';
import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { Rule } from '../rules/compile.js';
import type { Settings } from '../settings/index.js';
import { openBase, type Base } from './base.js';
import { openClosers, type Closers } from './closers.js';
import { engineDeps } from './engine-deps.js';
import { takeSecrets } from './handover.js';
import { openHeartbeat } from './heartbeat.js';
import { openTalk } from './talk.js';
import { openWatchers, type Watchers } from './watchers.js';
import { openProbe, openWeb } from './web.js';

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

/** A process that does nothing but show tells those who watch to look so often: others poll and announce. */
const TICK = 3_000;

/** Composes the running program out of checked settings. Throws the store's and queue's faults. */
export async function openProgram(options: ProgramOptions): Promise<Program> {
  const closers = openClosers(options.log);
  try {
    return await compose(options, closers);
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function compose(options: ProgramOptions, closers: Closers): Promise<Program> {
  const { settings, role, clock, log } = options;
  const base = await openBase(options);
  closers.add(() => base.close());
  const { database, store, memory } = base;
  // Whoever held a lease of an embedded record died with its process.
  if (database.kind === 'embedded') await store.releaseAll();
  const queues = await openQueues({
    database,
    log,
    ...(settings.redis === undefined ? {} : { redisUrl: settings.redis }),
  });
  closers.add(() => queues.close());
  const metrics = openMetrics({
    store,
    depths: () => queues.depths(),
    sources: () => base.parts().sources,
    now: () => clock.now(),
  });
  const watchers = openWatchers();
  const heartbeat = openHeartbeat({
    heartbeat: () => base.settings().heartbeat,
    store,
    clock,
    log,
    sources: () => base.parts().sources,
  });
  closers.add(() => heartbeat.close());
  const engine = await startEngine(
    engineDeps(base, {
      queues,
      measure: metrics,
      changed: watchers.changed,
      beat: (stuck) => heartbeat.beat(stuck),
      does: { poll: role === 'all' || role === 'poll', work: role === 'all' || role === 'work' },
    }),
  );
  closers.add(() => engine.close());
  closers.add(await takeSecretsOf(base, engine));

  const shown = { memory, url: settings.http.publicUrl, now: () => clock.now(), log };
  const charts = openCharts(shown);
  const feeds = openFeeds({ ...shown, schedules: () => base.settings().schedules, roster: base.roster });
  const talk = openTalk(base, { engine, metrics, charts, feeds, changed: watchers.changed });
  const hears = role === 'all' || role === 'web';
  if (hears) await base.parts().listen(talk.ears);
  const web = hears
    ? await openWeb(base, {
        ...talk,
        engine,
        metrics,
        subscribe: watchers.subscribe,
        mounts: [charts.mount, feeds.mount],
        ping: () => queues.ping(),
      })
    : undefined;
  const told = web ?? (await openProbe(base, { metrics, ping: () => queues.ping() }));
  if (told !== undefined) closers.add(() => told.close());
  if (role === 'web') {
    const timer = setInterval(() => watchers.changed('tick'), TICK);
    closers.add(() => clearInterval(timer));
  }

  return {
    url: web?.url,
    ears: talk.ears,
    lost: 'lost' in database ? (database.lost as Promise<Error>) : new Promise(() => undefined),
    refused: () => metrics.reloaded(false),
    reload: reloading(base, settings, { engine, metrics, watchers, ears: hears ? talk.ears : undefined }),
    close: () => closers.closeAll(),
  };
}

/** What `tocsin login` has left is taken up, and its source polled at once. Resolves with how to stop. */
async function takeSecretsOf({ key, keep, log, parts, settings }: Base, engine: Engine): Promise<() => void> {
  return takeSecrets({
    dataDir: settings().dataDir,
    vault: keep.vault,
    key,
    taken: async () => {
      for (const source of parts().sources)
        if (source.kind === 'partner-insights') await engine.pollNow(source.key);
    },
    log,
  });
}

function reloading(
  base: Base,
  begun: Settings,
  {
    engine,
    metrics,
    watchers,
    ears,
  }: {
    readonly engine: Engine;
    readonly metrics: Metrics;
    readonly watchers: Watchers;
    /** Undefined in a process that hears nobody. */
    readonly ears: Ears | undefined;
  },
): Program['reload'] {
  return async (next, rules) => {
    for (const what of needsRestart(begun, next))
      base.log.warn(`${what} changed in the settings: that takes a restart`);
    const before = await base.replace(next, rules, async (fresh) => {
      if (ears !== undefined) await fresh.listen(ears);
    });
    await engine.reschedule();
    metrics.reloaded(true);
    await before.close();
    watchers.changed('settings');
  };
}

/** What is opened once, at the start. */
function needsRestart(before: Settings, next: Settings): string[] {
  const parts = ['dataDir', 'database', 'redis', 'http', 'console', 'log'] as const;
  return parts.filter((part) => !isDeepStrictEqual(before[part], next[part]));
}
