import type { Backtester } from '../engine/backtest/door.js';
import { openDesk } from '../engine/desk.js';
import type { Engine } from '../engine/engine.js';
import { openEars, type Ears } from '../engine/inbox.js';
import type { Metrics } from '../engine/metrics.js';
import type { Charts } from '../http/charts.js';
import type { Feeds } from '../http/feeds.js';
import type { Desk } from '../commands/command.js';
import { matches } from '../lib/matchers.js';
import type { Person } from '../model/person.js';
import type { Schedule } from '../model/schedule.js';
import { heardBy, inPlaceOf, scopesOf } from '../notify/scope.js';
import { backtesterOf } from './backtester.js';
import type { Base } from './base.js';

/** How people are heard and answered, wherever they speak. */
export interface Talk {
  readonly desk: Desk;
  readonly ears: Ears;
  readonly backtest: Backtester;
}

export interface TalkDeps {
  readonly engine: Engine;
  readonly metrics: Metrics;
  readonly charts: Charts;
  readonly feeds: Feeds;
  readonly changed: (topic: string) => void;
}

export function openTalk(base: Base, { engine, metrics, charts, feeds, changed }: TalkDeps): Talk {
  const { store, clock, log, parts, settings, tenants, channels, roster } = base;
  const backtest = backtesterOf(parts, store, clock);
  const people = (): readonly Person[] => settings().people;
  const schedules = (): readonly Schedule[] => settings().schedules;
  const kick = async (told: readonly string[], incidents: readonly number[]): Promise<void> => {
    changed('incidents');
    await engine.kick(told);
    await engine.escalate(incidents);
  };
  const shared = { store, clock, people, schedules, roster, kick };
  const desk = openDesk({
    ...shared,
    backtest,
    documents: base.keep.documents,
    tenants: () => settings().tenants.map((tenant) => tenant.connection),
    sources: () => parts().sources,
    channels: () => parts().channels,
    rules: () => parts().rules,
    life: () => settings().incidents,
    feed: (name) => feeds.addressOf(name),
    heartbeat: () => settings().heartbeat !== undefined,
    paging: {
      ...shared,
      matches,
      root: () => settings().route,
      reachable: () => new Set(channels().map(({ name }) => name)),
    },
  });
  const ears = openEars({
    store,
    illustrate: charts.illustrate,
    channelIs: engine.channelIs,
    desk,
    log,
    url: settings().http.publicUrl,
    people,
    audience: (channel) =>
      heardBy(
        channel,
        scopesOf(settings().route, tenants(), matches),
        settings().channels,
        scopesOf(inPlaceOf(settings().route), tenants(), matches),
      ),
    metrics,
  });
  return { desk, ears, backtest };
}
