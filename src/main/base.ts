import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { Json } from '../model/json.js';
import type { Instant } from '../model/time.js';
import type { AdapterMemory, Channel } from '../notify/adapter.js';
import type { Roster } from '../oncall/on-call.js';
import type { Rule } from '../rules/compile.js';
import type { Settings } from '../settings/index.js';
import type { Keep } from '../sources/keep.js';
import { openKeep } from '../store/keep.js';
import { openDatabase } from '../store/open.js';
import { openStore } from '../store/sql.js';
import type { Store } from '../store/store.js';
import { openCalendars, type Calendars } from './calendars.js';
import { openClosers, type Closers } from './closers.js';
import { openParts, type Parts } from './parts.js';
import { rosterOf } from './roster.js';
import { vaultKey } from './vault-key.js';

/** The record, and what the settings describe on it: what a running program stands on, and a command while none runs. */
export interface Base {
  readonly database: Awaited<ReturnType<typeof openDatabase>>;
  readonly store: Store;
  readonly keep: Keep;
  /** Of the vault. */
  readonly key: Uint8Array;
  readonly memory: AdapterMemory;
  readonly clock: Clock;
  readonly log: Log;
  readonly calendars: Calendars;
  /** As the newest settings say; so are all answers below. */
  readonly parts: () => Parts;
  readonly settings: () => Settings;
  /** Names of the tenants. */
  readonly tenants: () => readonly string[];
  /** The configured channels and those of single people. */
  readonly channels: () => readonly Channel[];
  /** Who may be called; overrides that ended before `since` are left out. Now by default. */
  readonly roster: (since?: Instant) => Promise<Roster>;
  /** Opens what new settings describe, lets it `begin`, and puts it in place; resolves with what was there, still open. */
  replace(settings: Settings, rules: readonly Rule[], begin: (fresh: Parts) => Promise<void>): Promise<Parts>;
  close(): Promise<void>;
}

export interface BaseOptions {
  readonly settings: Settings;
  readonly rules: readonly Rule[];
  readonly clock: Clock;
  readonly log: Log;
}

/** Throws the store's faults. */
export async function openBase(options: BaseOptions): Promise<Base> {
  const closers = openClosers(options.log);
  try {
    return await open(options, closers);
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function open({ settings, rules, clock, log }: BaseOptions, closers: Closers): Promise<Base> {
  const database = await openDatabase({
    dataDir: settings.dataDir,
    ...(settings.database === undefined ? {} : { url: settings.database }),
  });
  closers.add(() => database.close());
  const store = await openStore(database);
  const key = vaultKey(settings.dataDir, process.env);
  const keep = openKeep(database, key);
  const memory = {
    get: (name: string) => store.get(name),
    put: (name: string, value: Json) => store.put(name, value),
  };
  const now = (): Instant => clock.now();
  const partsDeps = { log, now, memory, keep };
  let parts = await openParts(settings, rules, partsDeps);
  closers.add(() => parts.close());
  const calendars = await openCalendars({
    schedules: () => parts.settings.schedules,
    people: () => parts.settings.people,
    memory,
    now,
    log,
  });
  closers.add(() => calendars.close());
  return {
    database,
    store,
    keep,
    key,
    memory,
    clock,
    log,
    calendars,
    parts: () => parts,
    settings: () => parts.settings,
    tenants: () => parts.settings.tenants.map(({ connection }) => connection.name),
    channels: () => [...parts.channels, ...parts.personal],
    roster: async (since = now()) =>
      rosterOf(parts.settings, await store.overrides(since), calendars.events()),
    async replace(next, nextRules, begin) {
      const fresh = await openParts(next, nextRules, partsDeps);
      await begin(fresh);
      const before = parts;
      parts = fresh;
      return before;
    },
    close: () => closers.closeAll(),
  };
}
