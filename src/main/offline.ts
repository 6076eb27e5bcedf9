import { openDesk } from '../engine/desk.js';
import { openEars, type Ears } from '../engine/inbox.js';
import type { Person } from '../model/person.js';
import { backtesterOf, backtestText } from './backtester.js';
import { openBase, type BaseOptions } from './base.js';
import type { AskDoor } from './running.js';

/** Commands on the record while no instance runs: what is decided is told when one starts. */
export async function openOffline(
  options: BaseOptions,
): Promise<{ ears: Ears; backtest: AskDoor['backtest']; close(): Promise<void> }> {
  const base = await openBase(options);
  const { store, clock, log, keep, parts, settings, roster } = base;
  const url = settings().http.publicUrl;
  const people = (): readonly Person[] => settings().people;
  const backtest = backtesterOf(parts, store, clock);
  const desk = openDesk({
    store,
    clock,
    tenants: () => settings().tenants.map((tenant) => tenant.connection),
    sources: () => parts().sources,
    channels: () => parts().channels,
    rules: () => parts().rules,
    schedules: () => settings().schedules,
    roster,
    heartbeat: () => settings().heartbeat !== undefined,
    backtest,
    documents: keep.documents,
    people,
    kick: async () => undefined,
  });
  return {
    backtest: (request) => backtestText(request, backtest, url),
    ears: openEars({ store, desk, log, url, people, metrics: { commanded: () => undefined } }),
    close: () => base.close(),
  };
}
