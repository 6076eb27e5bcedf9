import { hostname } from 'node:os';
import type { EngineDeps } from '../engine/engine.js';
import { matches } from '../lib/matchers.js';
import type { Base } from './base.js';

/** The engine's view of the settings: asked for anew each time, since they may be read anew while it runs. */
export function engineDeps(
  { store, clock, log, parts, settings, tenants, channels, roster, calendars }: Base,
  own: Pick<EngineDeps, 'queues' | 'measure' | 'changed' | 'beat' | 'does'>,
): EngineDeps {
  return {
    ...own,
    store,
    clock,
    log,
    matches,
    random: Math.random,
    owner: `${hostname()}:${process.pid}`,
    url: settings().http.publicUrl,
    rules: () => parts().rules,
    root: () => settings().route,
    tenants,
    inhibitions: () => settings().inhibit,
    muteTimes: () => settings().muteTimes,
    life: () => settings().incidents,
    groups: () => parts().groups,
    sources: () => parts().sources,
    channels,
    people: () => settings().people,
    schedules: () => settings().schedules,
    escalations: () => settings().escalations,
    reachable: () => new Set(channels().map(({ name }) => name)),
    roster,
    fallbackOf: (name) => settings().channels.find((channel) => channel.name === name)?.fallback,
    channelNames: () => settings().channels.map(({ name }) => name),
    historyMs: () => settings().retention.historyMs,
    callsMs: () => settings().retention.callsMs,
    calendars: () => calendars.health(),
  };
}
