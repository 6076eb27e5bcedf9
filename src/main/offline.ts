import { openDesk } from '../engine/desk.js';
import { openEars, type Ears } from '../engine/inbox.js';
import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { Rule } from '../rules/compile.js';
import type { Settings } from '../settings/index.js';
import { openKeep } from '../store/keep.js';
import { vaultKey } from './vault-key.js';
import { openDatabase } from '../store/open.js';
import { openStore } from '../store/sql.js';
import { backtesterOf, backtestText } from './backtester.js';
import type { AskDoor } from './running.js';
import { openCalendars } from './calendars.js';
import { openParts } from './parts.js';
import { rosterOf } from './roster.js';

/** Commands on the record while no instance runs: what is decided is told when one starts. */
export async function openOffline(
  settings: Settings,
  rules: readonly Rule[],
  clock: Clock,
  log: Log,
): Promise<{ ears: Ears; backtest: AskDoor['backtest']; close(): Promise<void> }> {
  const database = await openDatabase({
    dataDir: settings.dataDir,
    ...(settings.database === undefined ? {} : { url: settings.database }),
  });
  try {
    const store = await openStore(database);
    const keep = openKeep(database, vaultKey(settings.dataDir, process.env));
    const parts = await openParts(settings, rules, {
      log,
      now: () => clock.now(),
      memory: { get: (key) => store.get(key), put: (key, value) => store.put(key, value) },
      keep,
    });
    const calendars = await openCalendars({
      schedules: () => settings.schedules,
      people: () => settings.people,
      memory: { get: (key) => store.get(key), put: (key, value) => store.put(key, value) },
      now: () => clock.now(),
      log,
    });
    const backtest = backtesterOf(() => parts, store, clock);
    const desk = openDesk({
      store,
      clock,
      tenants: () => settings.tenants.map((tenant) => tenant.connection),
      sources: () => parts.sources,
      channels: () => parts.channels,
      rules: () => parts.rules,
      schedules: () => settings.schedules,
      roster: (since) => rosterOf(settings, store, since, calendars.events()),
      heartbeat: () => settings.heartbeat !== undefined,
      backtest,
      documents: keep.documents,
      people: () => settings.people,
      kick: async () => undefined,
    });
    return {
      backtest: (request) => backtestText(request, backtest, settings.http.publicUrl),
      ears: openEars({
        store,
        desk,
        log,
        url: settings.http.publicUrl,
        people: () => settings.people,
        metrics: { commanded: () => undefined },
      }),
      async close() {
        await calendars.close();
        await parts.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
